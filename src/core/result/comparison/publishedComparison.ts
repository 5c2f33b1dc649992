import type { Load } from '../../scenario/scenario';
import type { MetricName } from '../metrics';
import type { PublishedReference, PublishedSource } from '../published/published';
import type { Run } from '../run';
import type { PlacedRun } from './compareFigures';

/** A published figure beside what a run measured. No verdict: the published one has no interval. */
export interface PublishedBesideValue {
  readonly run: number;
  readonly scenario: string;
  readonly variant: string;
  readonly label: string;
  readonly metric: MetricName;
  readonly unit: string;
  readonly published: number;
  readonly conditions: string;
  /** The load that it was measured under here. */
  readonly load?: Load;
  /** Median and 95 % interval of the mean, as the run has them. */
  readonly measured: number;
  readonly ci95: readonly [number, number] | null;
  /** Measured over published. */
  readonly ratio: number;
}

/** A published change beside the one that a run measured, in percent. */
export interface PublishedBesideEffect {
  readonly run: number;
  readonly scenario: string;
  readonly variant: string;
  readonly label: string;
  readonly metric: MetricName;
  readonly publishedPercent: number;
  readonly conditions: string;
  readonly percent: number;
  readonly ci95: readonly [number, number] | null;
}

/** Runs beside somebody else's figures. */
export interface PublishedComparison {
  readonly name: string;
  readonly label: string;
  readonly source: PublishedSource;
  readonly values: readonly PublishedBesideValue[];
  readonly effects: readonly PublishedBesideEffect[];
  /** What could not be put beside it, with the reason as it follows "because"; `run` is null for what no run could have. */
  readonly notCompared: readonly {
    readonly run: number | null;
    readonly what: string;
    readonly reason: string;
  }[];
}

type Place = PublishedReference['values'][number] | PublishedReference['effects'][number];

/** Why a run has nothing of the kind that was published; null where it has. */
function otherParameters(run: Run, { parameters = {} }: Place): string | null {
  const [name] = Object.keys(parameters).filter((one) => run.parameters[one] !== parameters[one]);
  return name === undefined
    ? null
    : `its ${name} is “${run.parameters[name] ?? 'not set'}”, the published one “${parameters[name] ?? ''}”`;
}

function besideOne(
  reference: PublishedReference,
  { run, place }: PlacedRun,
): Pick<PublishedComparison, 'values' | 'effects' | 'notCompared'> {
  const isOwn = ({ scenario }: Place): boolean => scenario === run.scenario;
  const [values, effects] = [reference.values.filter(isOwn), reference.effects.filter(isOwn)];
  const nothing = (reason: string) => ({
    values: [],
    effects: [],
    notCompared: [{ run: place, what: run.title, reason }],
  });
  if (run.state !== 'complete') return nothing(`the run is ${run.state}`);
  if (values.length + effects.length === 0) return nothing('nothing of it is published there');
  const missing: PublishedComparison['notCompared'][number][] = [];
  const refuse = (one: Place, reason: string): [] => {
    missing.push({ run: place, what: `${one.metric} of ${one.variant}`, reason });
    return [];
  };
  const labelled = (one: Place) => {
    const { scenario, variant, metric, conditions } = one;
    const found = run.variants.find(({ id }) => id === variant);
    return { run: place, scenario, variant, label: found?.label ?? variant, metric, conditions };
  };
  return {
    values: values.flatMap((one) => {
      const other = otherParameters(run, one);
      if (other !== null) return refuse(one, other);
      const summary = run.variants.find(({ id }) => id === one.variant)?.metrics[one.metric];
      if (!summary || !(summary.median > 0)) return refuse(one, 'the run has no valid sample of it');
      const { unit, median, ci95, load } = summary;
      return [
        {
          ...labelled(one),
          unit,
          ...(load ? { load } : {}),
          published: one.value,
          measured: median,
          ci95,
          ratio: median / one.value,
        },
      ];
    }),
    effects: effects.flatMap((one) => {
      const other = otherParameters(run, one);
      if (other !== null) return refuse(one, other);
      const effect = run.effects.find(
        ({ variant, baseline, metric }) =>
          variant === one.variant && baseline === one.against && metric === one.metric,
      );
      if (effect?.percent == null) return refuse(one, 'the run has no such change');
      return [
        {
          ...labelled(one),
          publishedPercent: one.percent,
          percent: effect.percent,
          ci95: effect.ci95,
        },
      ];
    }),
    notCompared: missing,
  };
}

export function besidePublished(
  reference: PublishedReference,
  runs: readonly PlacedRun[],
): PublishedComparison {
  const each = runs.map((run) => besideOne(reference, run));
  return {
    name: reference.name,
    label: reference.label,
    source: reference.source,
    values: each.flatMap(({ values }) => values),
    effects: each.flatMap(({ effects }) => effects),
    notCompared: [
      ...each.flatMap(({ notCompared }) => notCompared),
      ...reference.rest
        .filter(({ scenario }) => runs.some(({ run }) => run.scenario === scenario))
        .map(({ what, reason }) => ({ run: null, what, reason })),
    ],
  };
}
