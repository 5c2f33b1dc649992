import type { Finding } from '../../core/policy/finding';
import type { Cost, CostFigure } from '../../core/result/cost';
import { metrics, type MetricName } from '../../core/result/metrics';
import { costSentence } from '../../core/words/costs';
import { changeWords, verdictNames } from '../../core/words/effects';
import { dataPath, findingSentence } from '../../core/words/findings';
import { quantity } from '../../core/words/numbers';

function row(metric: MetricName, figure: CostFigure | null): string[] {
  if (!figure) return [];
  const { before, after, verdict } = figure;
  const cells = [
    metrics[metric].label,
    quantity(metric, before),
    quantity(metric, after),
    changeWords(figure) ?? '',
  ];
  return [`| ${[...cells, verdictNames[verdict]].join(' | ')} |`];
}

function table(cost: Cost): string {
  if (cost.source === 'published' || cost.source === 'none') return '';
  const rows = [
    ...row('rps', cost.rps),
    ...row('latencyP50Us', cost.latencyP50Us),
    ...row('cpuUsPerRequest', cost.cpuUsPerRequest),
  ];
  if (rows.length === 0) return '';
  return ['|  | no policy | with it | change (95 %) |  |', '|:--|--:|--:|--:|:--|', ...rows].join('\n');
}

/** A label of a manifest is text, whatever characters it holds. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&');

/** The way of the packets, the numbers and where they come from, as Markdown. */
export function hoverText(finding: Finding, cost: Cost): string {
  const path = dataPath(finding);
  return [
    plain(findingSentence(finding)),
    path === null ? '' : `\`${path}\``,
    table(cost),
    cost.source === 'none' ? '' : plain(costSentence(cost)),
    `[How Cilium does this](${finding.docs})`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
