import type { Run } from '../result/run';
import { csvReport } from './csvReport';
import { markdownReport, type ReportExtras } from './markdownReport';
import { ndjsonReport } from './ndjsonReport';
import { openMetricsReport } from './openMetricsReport';

/** A form that a run can be exported in. */
export interface ExportFormat {
  /** As the command line names it. */
  readonly id: string;
  readonly name: string;
  /** Of the file, without the dot. */
  readonly extension: string;
  /** What it is for, as a short line. */
  readonly about: string;
  /** Its text, with the extras where people read it; null for HTML, which is drawn by files that are built. */
  readonly text: ((run: Run, extras?: ReportExtras) => string) | null;
}

/** A text file ends with a newline. A run without samples or effects has no NDJSON line; an empty line would not be JSON. */
const withNewline = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

/** In the order in which they are offered. */
export const exportFormats: readonly ExportFormat[] = [
  {
    id: 'html',
    name: 'HTML report',
    extension: 'html',
    about: 'One file with charts, to be read, sent and printed',
    text: null,
  },
  {
    id: 'md',
    name: 'Markdown',
    extension: 'md',
    about: 'Fits a comment on a pull request',
    text: markdownReport,
  },
  {
    id: 'csv',
    name: 'CSV',
    extension: 'csv',
    about: 'A row for each sample and metric, for spreadsheets',
    text: (run) => csvReport(run),
  },
  {
    id: 'json',
    name: 'JSON',
    extension: 'json',
    about: 'The run as it is stored, without the raw output',
    text: (run) => withNewline(JSON.stringify(run, null, 2)),
  },
  {
    id: 'openmetrics',
    name: 'OpenMetrics',
    extension: 'prom',
    about: 'Medians with their intervals, for Prometheus and Grafana',
    text: openMetricsReport,
  },
  {
    id: 'ndjson',
    name: 'NDJSON',
    extension: 'ndjson',
    about: 'A line for each sample and effect with field names of the Elastic Common Schema',
    text: ndjsonReport,
  },
];
