import { metrics, type MetricName } from '../result/metrics';
import type { MetricSummary, Run } from '../result/run';
import { dayAndTime } from './dates';
import { plainMarkdown, tableText } from './markdownText';
import { fingerprintOf, validityWords } from './notes';
import { change, quantity } from './numbers';
import { metricsOf } from './runParts';
import { targetName } from './targets';

function valueText(metric: MetricName, summary: MetricSummary | undefined): string {
  if (!summary) return 'not measured';
  const { median, ci95 } = summary;
  const range = ci95 === null ? '' : ` (${quantity(metric, ci95[0])} to ${quantity(metric, ci95[1])})`;
  return `${quantity(metric, median, ci95)}${range}`;
}

/** Whether 95 % intervals of the means are apart: runs are not paired, so more than that cannot be told. */
function apart(one: MetricSummary | undefined, other: MetricSummary | undefined): string {
  if (!one?.ci95 || !other?.ci95) return 'cannot be told';
  const [a, b] = [one.ci95, other.ci95];
  return a[1] < b[0] || b[1] < a[0] ? 'apart' : 'they overlap';
}

const rowsOf = (first: Run, second: Run): readonly (readonly string[])[] =>
  first.variants.flatMap((variant) => {
    const other = second.variants.find(({ id }) => id === variant.id);
    if (!other) return [];
    return metricsOf(first).flatMap((metric) => {
      const [one, two] = [variant.metrics[metric], other.metrics[metric]];
      if (!one && !two) return [];
      const percent = one && two && one.median > 0 ? 100 * (two.median / one.median - 1) : null;
      return [
        [
          plainMarkdown(variant.label),
          metrics[metric].label,
          valueText(metric, one),
          valueText(metric, two),
          percent === null ? '' : change(percent),
          apart(one, two),
        ],
      ];
    });
  });

const about = (run: Run): string =>
  plainMarkdown(
    `${run.id}: ${run.title}, ${targetName(run.target)}, ${dayAndTime(run.startedAt)}, ${run.profile}, ${run.state}, ${validityWords(run)}`,
  );

/** What differs between where two runs were made: a difference in numbers may come from it. */
function differingFacts(first: Run, second: Run): readonly string[] {
  const [one, other] = [first, second].map(
    (run) => new Map(fingerprintOf(run).map(({ name, value }) => [name, value])),
  );
  const names = [...new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])])];
  return names
    .filter((name) => one?.get(name) !== other?.get(name))
    .map(
      (name) =>
        `- ${plainMarkdown(`${name}: ${one?.get(name) ?? 'not there'} → ${other?.get(name) ?? 'not there'}`)}`,
    );
}

/** Two runs beside each other, as Markdown. */
export function compareRuns(first: Run, second: Run): string {
  const rows = rowsOf(first, second);
  const facts = differingFacts(first, second);
  const other = first.scenario === second.scenario ? [] : ['They are of different scenarios.'];
  return [
    `- first: ${about(first)}\n- second: ${about(second)}`,
    ...other,
    rows.length === 0
      ? 'No setting was measured in both.'
      : tableText(['setting', 'metric', 'first', 'second', 'change', '95 % intervals'], rows, [2, 3, 4]),
    'Medians, in parentheses the 95 % interval of the mean. Two runs are not paired by round: only intervals that are apart tell of a difference, and the place may cause it as well.',
    ...(facts.length === 0
      ? ['Target and tools are the same in all that is known of them.']
      : ['What differs in target and tools:', facts.join('\n')]),
  ].join('\n\n');
}
