import type { MetricName } from '../result/metrics';
import { metricNames, metrics } from '../result/metrics';
import type { Run } from '../result/run';

/**
 * A cell that a spreadsheet would take for a formula: it gets an apostrophe in front, as OWASP advises ("CSV Injection"), also
 * for the wide forms of the signs.
 */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

function textCell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A number as a program reads it: no thin spaces, a plain minus. */
function numberCell(value: number): string {
  return String(value);
}

const columns = [
  'run',
  'scenario',
  'target',
  'variant',
  'label',
  'load',
  'block',
  'repeat',
  'sample',
  'startedAt',
  'valid',
  'invalidReasons',
  'part',
  'metric',
  'unit',
  'value',
] as const;

/**
 * Every sample of a run as CSV (RFC 4180, lines end with CRLF), a row for each metric, warm-up (block 0) and invalid
 * samples included and marked; after the figures of the whole, part empty, those of its parts. A sample without any value has
 * one row with the metric left empty.
 */
export function csvReport(run: Run): string {
  const labels = new Map(run.variants.map(({ id, label }) => [id, label]));
  const rows = run.samples.flatMap((sample) => {
    const common = [
      textCell(run.id),
      textCell(run.scenario),
      textCell(run.target.name),
      textCell(sample.variant),
      textCell(labels.get(sample.variant) ?? ''),
      textCell(sample.load),
      numberCell(sample.block),
      numberCell(sample.repeat),
      textCell(sample.id),
      textCell(sample.startedAt),
      String(sample.valid),
      textCell(sample.invalidReasons.join('; ')),
    ];
    const row = (part: string, metric: MetricName, value: number): string[] => [
      ...common,
      textCell(part),
      metric,
      textCell(metrics[metric].unit),
      numberCell(value),
    ];
    const values = [
      ...metricNames.flatMap((metric) => {
        const value = sample.values[metric];
        return value === undefined ? [] : [row('', metric, value)];
      }),
      ...(sample.parts ?? []).map(({ part, metric, value }) => row(part, metric, value)),
    ];
    return values.length > 0 ? values : [[...common, '', '', '', '']];
  });
  return [columns, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}
