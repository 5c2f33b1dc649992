import { isAdvice, type Advised, type AdviceRule, type NotAdvised, type Situation } from './advice';
import { hubble } from './rules/hubble';
import { l7Policies } from './rules/l7Policies';
import { loadNodes } from './rules/loadNodes';
import { routing } from './rules/routing';
import { serviceAddresses } from './rules/serviceAddresses';
import { serviceMap } from './rules/serviceMap';
import { serviceRules } from './rules/serviceRules';

/** Every rule, in the order in which advice is given. A new one is a file in `rules/` and a line below. */
export const adviceRules: readonly AdviceRule[] = [
  serviceRules,
  routing,
  l7Policies,
  serviceMap,
  hubble,
  loadNodes,
  serviceAddresses,
];

/** What every rule for such a target says: its advice, or why it gives none. */
export function adviseOn(situation: Situation): readonly Advised[] {
  return adviceRules
    .filter(({ runsOn }) => runsOn.includes(situation.on))
    .map((rule) => rule.advise(situation));
}

/** Refusals that say something of the run itself, and not that another one is missing. */
const ofTheRun: ReadonlySet<NotAdvised['refusal']['kind']> = new Set([
  'within-noise',
  'inconclusive',
  'not-measured',
  'split',
  'not-told-apart',
]);

/**
 * What one run alone gives reason for, as its report has it: the advice, and why there is none of what it measures. Facts that
 * only a cluster tells, and policies, are not known to a run.
 */
export function adviseOnRun(run: Situation['runs'][number]): readonly Advised[] {
  const situation: Situation = { on: run.target.kind, runs: [run], facts: null, findings: null, planned: {} };
  return adviseOn(situation).flatMap((advised): Advised[] => {
    if (isAdvice(advised)) return [advised];
    const { refusal } = advised;
    // That the run was imported stands in its first line; it gives reason for nothing, and needs no sentence for each rule.
    const isPassedOver =
      refusal.kind === 'no-run' && refusal.passedOver.some(({ because }) => because !== 'imported');
    const isOfRun = ofTheRun.has(refusal.kind) || isPassedOver;
    return isOfRun ? [advised] : [];
  });
}
