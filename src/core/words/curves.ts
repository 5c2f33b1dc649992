import type { MetricName } from '../result/metrics';
import { metrics } from '../result/metrics';
import type { MetricSummary, Run } from '../result/run';
import { changePhrase, metricNoun, startOfSentence } from './phrases';
import { changeRange, grouped } from './numbers';
import { detectableWords } from './effects';
import { effectOf } from './runParts';

/** One measured point of a curve. */
interface CurveSample {
  readonly x: number;
  readonly variant: string;
  readonly summary: MetricSummary | undefined;
}

export interface Curve {
  readonly series: string;
  readonly axis: string;
  /** By growing x. */
  readonly points: readonly CurveSample[];
}

/** The curves of a metric, one a series; empty for a run whose variants do not stand on an axis. */
export function curvesOf(run: Pick<Run, 'variants'>, metric: MetricName): readonly Curve[] {
  const placed = run.variants.flatMap(({ id, point, metrics: summaries }) =>
    point ? [{ point, variant: id, summary: summaries[metric] }] : [],
  );
  const names = [...new Set(placed.map(({ point }) => point.series))];
  return names.map((series) => {
    const own = placed.filter(({ point }) => point.series === series);
    return {
      series,
      axis: own[0]?.point.axis ?? '',
      points: own
        .map(({ point, variant, summary }) => ({ x: point.x, variant, summary }))
        .sort((a, b) => a.x - b.x),
    };
  });
}

/** Where two curves cross, and which is ahead beyond it. */
interface Crossing {
  readonly x: number;
  readonly aheadBefore: string;
  readonly aheadAfter: string;
}

function apart(a: MetricSummary, b: MetricSummary): boolean {
  if (a.ci95 === null || b.ci95 === null) return false;
  return a.ci95[0] > b.ci95[1] || b.ci95[0] > a.ci95[1];
}

/**
 * The place where the lead changes between two curves: between the last point at which one is clearly ahead (the 95 %
 * intervals do not overlap) and the next at which the other clearly is, on the straight lines between the medians.
 * Null where the lead does not clearly change.
 */
function crossingOf(metric: MetricName, first: Curve, second: Curve): Crossing | null {
  const sign = metrics[metric].better === 'higher' ? 1 : -1;
  const shared = first.points.flatMap(({ x, summary }) => {
    const other = second.points.find((point) => point.x === x)?.summary;
    if (!summary || !other) return [];
    return [{ x, lead: sign * (summary.median - other.median), clear: apart(summary, other) }];
  });
  const clear = shared.filter((point) => point.clear && point.lead !== 0);
  for (const [index, after] of clear.entries()) {
    const before = clear[index - 1];
    if (!before || before.lead > 0 === after.lead > 0) continue;
    // Points between the two that are too close to call still lie on the lines.
    const between = shared.filter(({ x }) => x >= before.x && x <= after.x);
    const step = between.findIndex((point) => point.lead > 0 === after.lead > 0);
    const from = between[step - 1] ?? before;
    const to = between[step] ?? after;
    const share = from.lead / (from.lead - to.lead);
    const [aheadBefore, aheadAfter] =
      before.lead > 0 ? [first.series, second.series] : [second.series, first.series];
    return { x: from.x + share * (to.x - from.x), aheadBefore, aheadAfter };
  }
  return null;
}

/** Two significant digits: the place of a crossing is not known better. */
function roundPlace(x: number): string {
  return grouped(Number(x.toPrecision(2)));
}

/** The first crossing among the curves as a sentence; empty where there is none. */
export function crossingSentences(run: Pick<Run, 'variants'>, metric: MetricName): readonly string[] {
  const [first, second] = curvesOf(run, metric);
  const crossing = first && second ? crossingOf(metric, first, second) : null;
  if (!first || !crossing) return [];
  const { x, aheadBefore, aheadAfter } = crossing;
  const noun = metricNoun(metric);
  return [
    `The lines for ${noun} cross at about ${roundPlace(x)} ${first.axis}: below it ${aheadBefore} is ahead, above it ${aheadAfter}.`,
  ];
}

/** What becomes of a metric at the far end of each curve, a sentence a series. */
export function curveSentences(
  run: Pick<Run, 'variants' | 'effects'>,
  metric: MetricName,
): readonly string[] {
  return curvesOf(run, metric).flatMap(({ series, axis, points }) => {
    const far = points.filter(({ variant }) => effectOf(run, variant, metric)?.percent != null).at(-1);
    const effect = far && effectOf(run, far.variant, metric);
    const near = points[0];
    if (!far || !near || effect?.percent == null) return [];
    const at = `at ${grouped(far.x)} ${axis}`;
    const than = `at ${grouped(near.x)}`;
    const name = startOfSentence(series);
    switch (effect.verdict) {
      case 'better':
      case 'worse': {
        const range = effect.ci95 === null ? '' : ` (${changeRange(effect.ci95)})`;
        const links = effect.percent > 100 ? 'of that' : 'than';
        return [
          `${name}: ${changePhrase(metric, effect.percent, effect.ci95)} ${at} ${links} ${than}${range}.`,
        ];
      }
      case 'within-noise':
        return [
          `${name}: no change in ${metricNoun(metric)} ${at} beyond noise (${detectableWords(effect)}).`,
        ];
      case 'inconclusive':
      case 'not-measured':
        return [`${name}: the change in ${metricNoun(metric)} ${at} is not settled.`];
    }
  });
}
