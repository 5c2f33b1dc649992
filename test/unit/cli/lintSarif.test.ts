import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { lintSarif } from '../../../src/cli/lintSarif';
import type { LintFinding } from '../../../src/cli/lintReport';
import { findingCodes, type Finding } from '../../../src/core/policy/finding';
import { costOf } from '../../../src/core/result/cost';
import { analyse } from '../../../src/core/policy/analyse';
import { fixture, fixtureNames } from '../policy/fixtures';
import { corpusFiles } from '../policy/policyCorpus';
import { hostileFinding } from './aFinding';

interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}
interface Place {
  readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
  readonly region: Region;
}
interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly [{ readonly physicalLocation: Place }];
  readonly relatedLocations?: readonly { readonly physicalLocation: Place }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}
interface Rule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string; readonly markdown: string };
}
interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly Rule[] } };
      readonly results: readonly Result[];
    },
  ];
}

/** Of JSON schema draft 04, in which this one uses nothing that draft 07 reads in another way but `id`. */
function sarifSchema(): object {
  const file = new URL('fixtures/sarif-2.1.0-rtm.5.json', import.meta.url);
  const schema = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema' && key !== 'id'));
}
const relative = /^(?:[\w\-.~!$&'()*+,;=@/]|%[\da-fA-F]{2})*$/;
const validate = new Ajv({
  strict: false,
  allErrors: true,
  // A pattern of it is none with the flag u.
  unicodeRegExp: false,
  formats: {
    uri: (text: string) => URL.canParse(text),
    // A colon in the first part would make it a scheme.
    'uri-reference': (text: string) => relative.test(text) || URL.canParse(text),
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
  },
}).compile(sarifSchema());

function logOf(findings: readonly LintFinding[]): Log {
  const log: unknown = JSON.parse(lintSarif({ findings, files: [] }));
  validate(log);
  expect(validate.errors ?? []).toEqual([]);
  return log as Log;
}

const finding = hostileFinding;
const found = (file: string, one: Finding = finding): LintFinding => ({
  file,
  finding: one,
  cost: costOf(one, []),
  line: '',
});
const moved = (line: number): Finding => ({
  ...finding,
  range: { start: { line, character: 10 }, end: { line, character: 14 } },
});
const prints = (findings: readonly LintFinding[]): readonly string[] =>
  logOf(findings).runs[0].results.flatMap(({ partialFingerprints }) => Object.values(partialFingerprints));

describe('lint as SARIF', () => {
  it('is a log without results where nothing was found', () => {
    expect(logOf([]).runs[0].results).toEqual([]);
  });

  it('names rules, levels and places from 1', () => {
    const { results } = logOf([
      found('shop, eu/100 %:x.yaml'),
      found('plain.yaml', { ...finding, code: 'l7-empty', severity: 'info' }),
    ]).runs[0];
    expect(results).toMatchObject([
      {
        ruleId: 'l7-http',
        level: 'warning',
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'shop%2C%20eu/100%20%25%3Ax.yaml', uriBaseId: '%SRCROOT%' },
              region: { startLine: 15, startColumn: 11, endLine: 15, endColumn: 15 },
            },
          },
        ],
      },
      { ruleId: 'l7-empty', level: 'note' },
    ]);
  });

  it('gives whole paths as file addresses, which the base does not change', () => {
    const [result] = logOf([found('/srv/deploy/a b.yaml')]).runs[0].results;
    expect(result?.locations[0].physicalLocation.artifactLocation).toEqual({
      uri: 'file:///srv/deploy/a%20b.yaml',
    });
  });

  it('leads to the other places that a finding speaks of', () => {
    const related = [
      { document: 0, range: finding.range, policy: finding.policy },
      { file: 'other.yaml', document: 0, range: finding.range, policy: finding.policy },
    ];
    const [result] = logOf([found('own.yaml', { ...finding, code: 'l7-shadowed', related })]).runs[0].results;
    expect(
      result?.relatedLocations?.map(({ physicalLocation }) => physicalLocation.artifactLocation.uri),
    ).toEqual(['own.yaml', 'other.yaml']);
  });

  it('knows a finding again while lines move, and two of the same apart', () => {
    const [first, second] = prints([found('a.yaml', moved(3)), found('a.yaml', moved(9))]);
    expect(first).not.toBe(second);
    expect(prints([found('a.yaml', moved(40)), found('a.yaml', moved(60))])).toEqual([first, second]);
    expect(prints([found('b.yaml', moved(3))])).not.toEqual([first]);
  });
});

// docs.github.com, "SARIF support for code scanning": properties marked as required, never empty, and their limits.
describe('lint for code scanning', () => {
  it('describes every rule, also those that found nothing', () => {
    const { rules } = logOf([found('a.yaml')]).runs[0].tool.driver;
    expect(rules.map(({ id }) => id)).toEqual([...findingCodes]);
    for (const { shortDescription, fullDescription, help } of rules) {
      const texts = [shortDescription.text, fullDescription.text, help.text, help.markdown];
      expect(texts.map((text) => text.length).filter((length) => length === 0 || length > 1024)).toEqual([]);
      expect(fullDescription.text).not.toContain('`');
    }
  });

  it('has what it asks for of each finding of real manifests', () => {
    const fixtures = fixtureNames.map((name) => ({ name, text: fixture(name) }));
    const findings = [...fixtures, ...corpusFiles()].flatMap(({ name, text }) =>
      analyse(text).findings.map((one) => found(name, one)),
    );
    const { results, tool } = logOf(findings).runs[0];
    expect(results.length).toBeGreaterThan(10);
    for (const { ruleId, ruleIndex, level, message, locations, partialFingerprints } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(['error', 'warning', 'note']).toContain(level);
      expect(message.text).not.toBe('');
      expect(Object.values(partialFingerprints)).toHaveLength(1);
      const { region } = locations[0].physicalLocation;
      const numbers = [region.startLine, region.startColumn, region.endLine, region.endColumn];
      expect(numbers.every((number) => number >= 1)).toBe(true);
    }
    const all = results.flatMap(({ partialFingerprints }) => Object.values(partialFingerprints));
    expect(new Set(all).size).toBe(all.length);
  });
});
