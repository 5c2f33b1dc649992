import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { analyse } from '../../../../src/core/policy/analyse';
import { applyEdits } from '../../../../src/core/policy/fixes/applyEdits';
import { fixAll } from '../../../../src/core/policy/fixes/fixAll';
import type { Analysis } from '../../../../src/core/policy/finding';
import type { Fix } from '../../../../src/core/policy/fixes/fix';
import { fixesFor } from '../../../../src/core/policy/fixes/fixesFor';
import { createWorkspace } from '../../../../src/core/policy/workspace';
import { generateCase, textOf } from '../../../oracle/generate/generate';
import { fixture, fixtureNames } from '../fixtures';
import { corpusFiles } from '../policyCorpus';
import { acceptedIn, decider, requestsFor, type Outcome } from './enforced';

const cases = new URL('../../../oracle/cases/', import.meta.url);
const seed = 20_261_125;
/** Thousands were tried once: a test for every day needs fewer. */
const generatedCases = Number(process.env['FIXED_CASES'] ?? 100);
const mostRequests = 150;
const patience = 600_000;

/** Our own fixtures, the hard cases, real files where they are, and generated ones, in blocks and in JSON by turns. */
const texts: readonly (readonly [string, string])[] = [
  ...fixtureNames.map((name) => [name, fixture(name)] as const),
  ...readdirSync(cases).map((name) => [name, readFileSync(new URL(name, cases), 'utf8')] as const),
  ...corpusFiles().map(({ name, text }) => [name, text] as const),
  ...Array.from({ length: generatedCases }, (_, index) => {
    const { policies } = generateCase(seed, index);
    const text =
      index % 2 === 0 ? textOf(policies) : policies.map((policy) => stringify(policy)).join('---\n');
    return [`generated ${seed}/${index}`, text] as const;
  }),
];

type MayBecome = (before: Outcome, after: Outcome, hasHttp: boolean) => boolean;

const same: MayBecome = (before, after) => before === after;
/** Where it cannot be told of one of the two texts, e.g. for named ports, nothing is held against a fix that says what it loses. */
const orUnknown =
  (rule: MayBecome): MayBecome =>
  (before, after, hasHttp) =>
    before === 'unknown' || after === 'unknown' || before === after || rule(before, after, hasHttp);
const allowsMore = orUnknown((_, after) => after === 'allowed');
const allowsLess = orUnknown((before) => before === 'allowed');

/** What may become of a request by a fix that loses something. Others change nothing. */
const mayBecome: Readonly<Record<string, MayBecome>> = {
  'drop-visibility': orUnknown((_, after, hasHttp) => !hasHttp && after === 'allowed'),
  'replace-by-l4': allowsMore,
  'own-port-entry': allowsMore,
  'escape-dots': allowsLess,
  'remove-shadowing': allowsLess,
};
/** They make another policy of it, and say so. */
const changesSubject = new Set(['narrow-selector', 'waypoint-target', 'right-case']);

interface Tried {
  readonly place: string;
  readonly id: string;
  readonly asked: number;
  readonly wrong: readonly string[];
}

function compared(before: string, after: string, isRight: MayBecome) {
  const [old, now] = [decider(before), decider(after)];
  const asked = requestsFor(acceptedIn(before), mostRequests);
  const wrong = asked.flatMap(({ subject, request }) => {
    const [was, is] = [old(subject, request), now(subject, request)];
    return isRight(was, is, request.http !== undefined) ? [] : [`${was} → ${is}: ${JSON.stringify(request)}`];
  });
  return { asked: asked.length, wrong };
}

function tried(name: string, text: string): readonly Tried[] {
  const cache = createWorkspace();
  const analysed = (changed: string): Analysis => analyse(changed, { cache });
  return analysed(text).findings.flatMap((finding) =>
    fixesFor(text, finding, analysed).flatMap((fix: Fix): Tried[] => {
      if (fix.isSilencing === true || changesSubject.has(fix.id)) return [];
      const after = applyEdits(text, fix.edits);
      // What was refused was not in force, and the fix says that it is from then on.
      if (acceptedIn(after).length !== acceptedIn(text).length) return [];
      const isRight = fix.loses === null ? same : (mayBecome[fix.id] ?? same);
      const place = `${name}:${finding.range.start.line + 1} ${finding.code} ${fix.id}`;
      return [{ place, id: fix.id, ...compared(text, after, isRight) }];
    }),
  );
}

describe('what a fix keeps of what is enforced', () => {
  let all: readonly Tried[] = [];
  beforeAll(() => {
    all = texts.flatMap(([name, text]) => tried(name, text));
  }, patience);

  it('is all but what it says, in every request that is tried', () => {
    const wrong = all.filter((one) => one.wrong.length > 0);
    expect(wrong.map(({ place, wrong: [first] }) => `${place}\n${first ?? ''}`)).toEqual([]);
  });

  it('is tried of each kind of fix, with many requests', () => {
    const asked = new Map<string, number>();
    for (const one of all) asked.set(one.id, (asked.get(one.id) ?? 0) + one.asked);
    for (const id of [
      'drop-empty-rules',
      'drop-visibility',
      'replace-by-l4',
      'own-port-entry',
      'drop-denied-rules',
    ])
      expect(asked.get(id) ?? 0, id).toBeGreaterThan(100);
  });

  it(
    'is told apart by the requests: a fix that loses something changes some',
    () => {
      const lossy = texts.slice(0, 80).flatMap(([, text]) =>
        analyse(text).findings.flatMap((finding) =>
          fixesFor(text, finding)
            .filter(({ id }) => id === 'replace-by-l4')
            .map(({ edits }) => compared(text, applyEdits(text, edits), same)),
        ),
      );
      expect(lossy.some(({ wrong }) => wrong.length > 0)).toBe(true);
    },
    patience,
  );
});

describe('fixing all', () => {
  it(
    'changes nothing enforced in any file',
    () => {
      const wrong = texts.flatMap(([name, text]) => {
        const after = fixAll(text);
        if (after === text) return [];
        const found = compared(text, after, same).wrong;
        return found.length > 0 ? [`${name}: ${found[0] ?? ''}`] : [];
      });
      expect(wrong).toEqual([]);
    },
    patience,
  );
});
