import type { MetricName } from '../result/metrics';
import { metricNames, metrics } from '../result/metrics';
import type { TableModel } from '../result/panelModel';
import type { Run } from '../result/run';
import { differenceOf, differenceWords, notJudged } from './differences';
import { changeWords, verdictCell } from './effects';
import { metricHeading } from './loads';
import { grouped, quantity, shortNumber, shownUnit, thinSpace } from './numbers';
import { startOfSentence } from './phrases';
import { effectOf, mediansOf } from './runParts';

function rangeWords(
  metric: MetricName,
  ci95: readonly [number, number] | null,
  beside: readonly number[],
): string {
  if (ci95 === null) return '';
  const { unit, divisor } = shownUnit(metric, beside);
  const [low, high] = [Math.max(0, ci95[0]) / divisor, ci95[1] / divisor];
  const space = unit.startsWith('/') ? '' : thinSpace;
  return `${shortNumber(low)} to ${shortNumber(high)}${space}${unit}`;
}

function best(metric: MetricName, samples: readonly number[]): number {
  return metrics[metric].better === 'higher' ? Math.max(...samples) : Math.min(...samples);
}

/** The change of a variant and what is thought of it; both empty where there is none. */
function changeCells(run: Run, variant: string, metric: MetricName): readonly [string, string] {
  const described = differenceOf(run, variant, metric);
  if (described) return [differenceWords(run, described), notJudged];
  const effect = effectOf(run, variant, metric);
  return effect ? [changeWords(effect) ?? '', verdictCell(effect)] : ['', ''];
}

/** Every figure of a run, a row for each variant and metric: what the charts show, and what they have no room for. */
export function resultRows(run: Run): TableModel {
  const hasChanges = run.effects.length + (run.differences?.length ?? 0) > 0;
  // Without a single figure there is no table: the sentences say why.
  const isMeasured = run.variants.some((variant) => Object.keys(variant.metrics).length > 0);
  const rows = (isMeasured ? metricNames : []).flatMap((metric) =>
    run.variants.flatMap(({ id, label, metrics: summaries }) => {
      const summary = summaries[metric];
      const beside = mediansOf(run, metric);
      const effect = effectOf(run, id, metric);
      if (!summary && !effect) return [];
      return [
        [
          startOfSentence(label),
          metricHeading(metric, summary?.load),
          summary ? quantity(metric, summary.median, summary.ci95, beside) : '',
          summary ? rangeWords(metric, summary.ci95, beside) : '',
          summary ? quantity(metric, best(metric, summary.samples), summary.ci95, beside) : '',
          grouped(summary?.n ?? 0),
          ...(hasChanges ? changeCells(run, id, metric) : []),
        ],
      ];
    }),
  );
  return {
    columns: [
      { label: 'Setting', numeric: false },
      { label: 'Measured', numeric: false },
      { label: 'Median', numeric: true },
      { label: '95 % interval', numeric: true },
      { label: 'Best', numeric: true },
      { label: 'Samples', numeric: true },
      ...(hasChanges
        ? [
            { label: 'Change', numeric: true },
            { label: 'Verdict', numeric: false },
          ]
        : []),
    ],
    rows,
  };
}
