import type { SeriesCrossing } from '../result/crossing';
import type { MetricName } from '../result/metrics';
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

/** Two significant digits: the place of a crossing is not known better. */
export function roundPlace(x: number): string {
  return grouped(Number(x.toPrecision(2)));
}

/** How well the place of a crossing is known: `7 900 to 8 100`. */
export function crossingPlace([low, high]: SeriesCrossing['interval']): string {
  if (low !== null && high !== null) return `${roundPlace(low)} to ${roundPlace(high)}`;
  if (low !== null) return `from ${roundPlace(low)} on, past what was measured`;
  if (high !== null) return `up to ${roundPlace(high)}, from below what was measured`;
  return 'anywhere in what was measured, or past it';
}

/** The crossing of the curves as a sentence, with its interval and the measured places around it; empty where there is none. */
export function crossingSentences(
  run: Pick<Run, 'variants'>,
  metric: MetricName,
  crossing: SeriesCrossing | null,
): readonly string[] {
  const [first] = curvesOf(run, metric);
  if (!first || crossing === null) return [];
  const { at, interval, between, aheadBefore, aheadAfter } = crossing;
  const [from, to] = between.map((place) => grouped(place));
  return [
    `The lines for ${metricNoun(metric)} cross at about ${roundPlace(at)} ${first.axis} (${crossingPlace(interval)}; on straight lines between ${from ?? ''} and ${to ?? ''}): below it ${aheadBefore} is ahead, above it ${aheadAfter}.`,
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
