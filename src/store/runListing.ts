import type { Annotations } from '../core/result/annotations';
import { costSourceOf, type CostSource } from '../core/result/cost';
import type { Effect, MeasuredPolicy, Run, RunState, VariantSummary } from '../core/result/run';

/** The effect that tells most of a run, and the variant it belongs to. */
export interface Headline {
  readonly effect: Effect;
  readonly variant: Pick<VariantSummary, 'id' | 'label' | 'point'>;
}

/** What a list of runs shows of one, without its samples. */
export interface RunListing {
  readonly id: string;
  /** Absolute path of the run's folder. */
  readonly folder: string;
  readonly scenario: string;
  readonly title: string;
  readonly profile: string;
  readonly state: RunState;
  readonly stateReason?: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly target: { readonly kind: 'lab' | 'kube'; readonly name: string };
  /** Warm-up not counted. */
  readonly samples: { readonly valid: number; readonly invalid: number };
  readonly policy?: MeasuredPolicy;
  /** Null where nothing was compared. */
  readonly headline: Headline | null;
  /** What the cost of a policy can be quoted from; null where the run measured none. */
  readonly costSource: CostSource | null;
  /** What people keep with it. */
  readonly annotations: Annotations;
}

/** How far a change is from none, the same for a halving and a doubling. */
function distance(effect: Effect): number {
  return effect.percent === null ? -1 : Math.abs(Math.log1p(effect.percent / 100));
}

/** The largest measured effect in the first metric that the run compares. */
function headlineOf(run: Run): Headline | null {
  const metric = run.effects.find((effect) => effect.percent !== null)?.metric;
  const [effect] = run.effects
    .filter((candidate) => candidate.metric === metric && candidate.percent !== null)
    .sort((a, b) => distance(b) - distance(a));
  const variant = run.variants.find((candidate) => candidate.id === effect?.variant);
  return effect && variant ? { effect, variant } : null;
}

/** What the run itself says, without what is kept beside it. */
export function listingOf(run: Run, folder: string): Omit<RunListing, 'annotations'> {
  const measured = run.samples.filter((sample) => sample.block > 0);
  const valid = measured.filter((sample) => sample.valid).length;
  return {
    id: run.id,
    folder,
    scenario: run.scenario,
    title: run.title,
    profile: run.profile,
    state: run.state,
    ...(run.stateReason === undefined ? {} : { stateReason: run.stateReason }),
    startedAt: new Date(run.startedAt),
    endedAt: new Date(run.endedAt),
    target: { kind: run.target.kind, name: run.target.name },
    samples: { valid, invalid: measured.length - valid },
    ...(run.policy ? { policy: run.policy } : {}),
    headline: headlineOf(run),
    costSource: costSourceOf(run),
  };
}
