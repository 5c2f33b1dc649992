import { randomInt } from 'node:crypto';
import { makePlan } from '../core/plan/makePlan';
import type { Plan } from '../core/plan/plan';
import type { Scenario } from '../core/scenario/scenario';
import type { Check, Target } from '../core/target';
import { choicesFor, type RunChoices } from './runOptions';

/** A plan and what the target says to it. Nothing has been touched yet. */
export interface Prepared {
  readonly plan: Plan;
  readonly checks: readonly Check[];
}

/** Makes the plan of a scenario on a target and asks the target about it. Throws what planning throws. */
export async function prepare(
  scenario: Scenario,
  choices: RunChoices,
  target: Target,
  signal: AbortSignal,
): Promise<Prepared> {
  const capabilities = await target.capabilities(signal);
  const plan = makePlan(scenario, {
    ...choicesFor(scenario, choices),
    on: target.kind,
    target: capabilities,
    seed: randomInt(2 ** 32),
  });
  return { plan, checks: await target.preflight(plan, signal) };
}
