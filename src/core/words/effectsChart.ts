import { metricNames, type MetricName } from '../result/metrics';
import type { ChartModel, ChartPoint } from '../result/panelModel';
import type { Effect, Run } from '../result/run';
import { variantMark } from './chartPoints';
import { changeWords, shortMetricNames, verdictWords } from './effects';
import { changeDecimals, tellingPercent } from './numbers';
import { metricNoun, startOfSentence } from './phrases';
import { headlineMetric, labelOf, largestNoise, variantOf } from './runParts';

/** An interval that reaches farther from its middle, by a factor, would leave no room for anything else on the axis. */
const farthestReach = 10;

/** The interval as far as it can be drawn; where it cannot, the chart's words have it. */
function drawableInterval({ percent, ci95 }: Effect): readonly [number, number] | null {
  if (percent === null || ci95 === null) return null;
  const reach = (100 + ci95[1]) / (100 + percent);
  return reach <= farthestReach ? ci95 : null;
}

/** A change rounded as the words round it, so that a mark carries no more digits than the sentence beside it. */
function asShown(percent: number, ci95: readonly [number, number] | null = null): number {
  return percent > tellingPercent ? percent : Number(percent.toFixed(changeDecimals(percent, ci95)));
}

/** A band wider than a doubling would fill the chart; the words say that it is. */
function drawableNoise(effects: readonly Effect[]): number | null {
  const noise = largestNoise(effects);
  return noise !== null && noise <= tellingPercent ? noise : null;
}

function effectPoint(run: Run, effect: Effect, isRunning: boolean): ChartPoint {
  const interval = drawableInterval(effect);
  const variant = variantOf(run, effect.variant);
  return {
    label: labelOf(run, effect.variant),
    value: effect.percent === null ? null : asShown(effect.percent, effect.ci95),
    low: interval?.[0] ?? null,
    high: interval?.[1] ?? null,
    samples: [],
    ...(effect.percent === null
      ? {
          note: isRunning
            ? 'not measured yet'
            : `not measured, because ${effect.reason ?? 'there is no valid sample'}`,
        }
      : {}),
    ...(variant ? variantMark(run, variant) : {}),
  };
}

const effectsId = 'effects';

/** The changes of one metric: each metric has a noise band of its own, so two would need two charts. */
function effectsChart(run: Run, metric: MetricName, isRunning: boolean): ChartModel {
  const effects = run.effects.filter((effect) => effect.metric === metric);
  const baselines = [...new Set(effects.map(({ baseline }) => labelOf(run, baseline)))];
  const [only = ''] = baselines;
  const noise = drawableNoise(effects);
  return {
    id: `${effectsId}-${metric}`,
    title: `${startOfSentence(metricNoun(metric))} against ${baselines.length === 1 ? only : 'the baseline of each'}`,
    kind: 'effects',
    unit: '%',
    scale: 'linear',
    categories: effects.map(({ variant }) => labelOf(run, variant)),
    series: [
      {
        label: startOfSentence(metricNoun(metric)),
        points: effects.map((effect) => effectPoint(run, effect, isRunning)),
      },
    ],
    ...(noise === null ? {} : { noisePercent: asShown(noise) }),
    summary: effects
      .map((effect) => {
        const change = changeWords(effect);
        return `${startOfSentence(labelOf(run, effect.variant))}: ${change === null ? '' : `${change}, `}${verdictWords(effect)}.`;
      })
      .join(' '),
  };
}

/** The changes of every metric that the run compares, the headline's first: one place in which one of them is shown. */
export function effectsCharts(run: Run, isRunning: boolean): readonly ChartModel[] {
  const headline = headlineMetric(run);
  // Of what another program measured once no change can be told: a chart of none would only say so again.
  const drawable = run.imported ? run.effects.filter(({ percent }) => percent !== null) : run.effects;
  const compared = metricNames.filter((metric) => drawable.some((effect) => effect.metric === metric));
  const first = compared.filter((metric) => metric === headline);
  const others = compared.filter((metric) => metric !== headline);
  return [...first, ...others].map((metric, at) => ({
    ...effectsChart(run, metric, isRunning),
    ...(at === 0 ? { id: effectsId } : {}),
    ...(compared.length > 1 ? { choice: { of: effectsId, label: shortMetricNames[metric] } } : {}),
  }));
}
