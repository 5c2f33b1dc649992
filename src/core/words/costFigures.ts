import type { Cost, CostFigure } from '../result/cost';
import { metrics, type MetricName } from '../result/metrics';
import { changeWords, verdictNames } from './effects';
import { tableText } from './markdownText';
import { quantity } from './numbers';

function row(metric: MetricName, figure: CostFigure | null): readonly (readonly string[])[] {
  if (!figure) return [];
  const { before, after, verdict } = figure;
  return [
    [
      metrics[metric].label,
      quantity(metric, before),
      quantity(metric, after),
      changeWords(figure) ?? '',
      verdictNames[verdict],
    ],
  ];
}

/** The figures of a measured cost as a Markdown table; empty where none was measured here. */
export function costFigures(cost: Cost): string {
  if (cost.source === 'published' || cost.source === 'none') return '';
  const rows = [
    ...row('rps', cost.rps),
    ...row('latencyP50Us', cost.latencyP50Us),
    ...row('cpuUsPerRequest', cost.cpuUsPerRequest),
  ];
  return rows.length === 0
    ? ''
    : tableText(['', 'no policy', 'with it', 'change (95 %)', ''], rows, [1, 2, 3]);
}
