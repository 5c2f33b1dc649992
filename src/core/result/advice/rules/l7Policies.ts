import { marksHttpRules, type Finding } from '../../../policy/finding';
import type { Run } from '../../run';
import type { Advised, AdviceRule, Basis, PlacedFinding } from '../advice';
import { confidenceOf, type Limit } from '../confidence';
import { basisOfEffect, decidedOf, limitsOfEffect, type DecidedEffect } from '../effects';
import { usableRuns } from '../usable';

const scenarios = ['policy-overhead', 'this-policy'];
const l7 = 'l7';

/** Whether rules pay for the proxy and enforce nothing: every request passes, or other rules let it through. */
function enforcesNothing({ code, protocol, tags }: Finding): boolean {
  if (code === 'l7-http-visibility') return true;
  return code === 'l7-shadowed' && protocol === 'http' && !tags.includes('some-peers');
}

const placeOf = ({ file, finding: { document, range } }: PlacedFinding): string =>
  `${file} ${document} ${range.start.line} ${range.start.character}`;

/** HTTP rules once each: a place that is both costly and without effect is the latter. */
function sorted(findings: readonly PlacedFinding[]): {
  readonly pays: readonly PlacedFinding[];
  readonly couldBeL4: readonly PlacedFinding[];
} {
  const couldBeL4 = [
    ...new Map(
      findings.filter(({ finding }) => enforcesNothing(finding)).map((placed) => [placeOf(placed), placed]),
    ).values(),
  ];
  const places = new Set(couldBeL4.map(placeOf));
  return {
    pays: findings.filter((placed) => marksHttpRules(placed.finding.code) && !places.has(placeOf(placed))),
    couldBeL4,
  };
}

function basisOfFinding({ file, finding: { code, policy, range } }: PlacedFinding): Basis {
  const said = `${file}:${range.start.line + 1}`;
  return { from: 'fact', fact: code, value: `${policy.kind} ${policy.name}`, said };
}

/** Most places that are named as a basis; the advice itself holds them all. */
const mostPlaces = 20;

interface Cost {
  readonly run: Run;
  readonly decided: readonly DecidedEffect[];
}

function limitsOf(cost: Cost | null, findings: readonly PlacedFinding[]): readonly Limit[] {
  if (cost === null) return ['no-cost-measured'];
  const { run, decided } = cost;
  const isOther = !findings.some(({ finding }) => finding.textHash === run.policy?.textHash);
  const [first] = decided;
  return [...(first ? limitsOfEffect(run, first) : []), ...(isOther ? (['other-policy'] as const) : [])];
}

/** Where HTTP rules pay for a proxy, by what was measured; which of them enforce nothing there and could be L4 rules. */
export const l7Policies: AdviceRule = {
  code: 'l7-policies',
  runsOn: ['lab', 'kube'],
  advise(situation): Advised {
    const { findings } = situation;
    if (findings === null) {
      return { code: 'l7-policies', refusal: { kind: 'not-known', what: 'policies', because: null } };
    }
    const { pays, couldBeL4 } = sorted(findings);
    if (pays.length + couldBeL4.length === 0) {
      return { code: 'l7-policies', refusal: { kind: 'nothing-found', what: 'l7-rules' } };
    }
    const { usable, refusal } = usableRuns(situation, scenarios);
    const run = usable.find(({ variants }) => variants.some(({ id }) => id === l7));
    const told = run
      ? decidedOf(
          run,
          run.effects.filter(({ variant }) => variant === l7),
        )
      : null;
    // Nothing was seen of a cost: then nothing is known to be saved either.
    if (told && 'refusal' in told) return { code: 'l7-policies', refusal: told.refusal };
    const cost = run && told ? { run, decided: told.decided } : null;
    if (cost === null && couldBeL4.length === 0) return { code: 'l7-policies', refusal };
    const l3l4 = run
      ? decidedOf(
          run,
          run.effects.filter(({ variant }) => variant === 'l3l4'),
        )
      : null;
    const measured =
      cost === null ? [] : [...cost.decided, ...(l3l4 && 'decided' in l3l4 ? l3l4.decided : [])];
    return {
      code: 'l7-policies',
      what: { code: 'l7-policies', pays, couldBeL4 },
      confidence: confidenceOf(limitsOf(cost, findings)),
      basis: [
        ...(run ? measured.flatMap((effect) => basisOfEffect(run, effect)) : []),
        ...couldBeL4.slice(0, mostPlaces).map(basisOfFinding),
      ],
      wouldChange: [
        { kind: 'requests-matter' },
        ...(cost?.run.target.kind === 'lab' ? [{ kind: 'on-a-cluster' as const }] : []),
        { kind: 'own-traffic' },
      ],
    };
  },
};
