import path from 'node:path';
import { Problem } from '../../core/problem';
import type { Run } from '../../core/result/run';
import { csvReport } from '../../core/words/csvReport';
import { markdownReport } from '../../core/words/markdownReport';
import { ndjsonReport } from '../../core/words/ndjsonReport';
import { openMetricsReport } from '../../core/words/openMetricsReport';
import { reportHtml, writeReport } from '../../store/writeReport';
import { writeAtomically } from '../../store/writeAtomically';
import { exitCodes } from '../exitCode';
import { findRun } from '../findRun';
import { openStore, storeOption } from '../storeOption';
import type { Command } from './command';

type Format = (run: Run, distFolder: string) => string | Promise<string>;

const formats: Readonly<Record<string, Format>> = {
  html: reportHtml,
  md: (run) => markdownReport(run),
  csv: (run) => csvReport(run),
  json: (run) => `${JSON.stringify(run, null, 2)}\n`,
  openmetrics: (run) => openMetricsReport(run),
  ndjson: (run) => ndjsonReport(run),
};

/** A run without samples or effects has no NDJSON line; an empty line would not be JSON. */
const withNewline = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

export const reportCommand: Command = {
  name: 'report',
  usage: '<run>',
  summary: 'Shows the result of a stored run as HTML, Markdown, CSV, JSON, OpenMetrics or NDJSON.',
  options: {
    format: { value: 'FORMAT', choices: Object.keys(formats), help: 'html unless said otherwise' },
    output: { value: 'FILE', short: 'o', help: 'write there instead of to standard output' },
    ...storeOption,
  },
  notes: [
    '<run> is an id, the beginning of one, "latest", or the folder of a run.',
    "On a terminal, HTML goes to report.html in the run's folder, and its path is shown.",
    'openmetrics has the summaries as gauges for Prometheus: medians, with the ends of the 95 % interval of the mean.',
    'ndjson has a line for each sample and each effect, with field names of the Elastic Common Schema.',
  ],
  async run(args, context) {
    const [word, ...more] = args.positionals;
    if (word === undefined || more.length > 0) {
      throw new Problem('usage', 'report takes one run.', 'Name it: cilium-bench report latest.');
    }
    const { out, err } = context.terminal;
    const { run, store } = await findRun(openStore(args, context), word, context.cwd);
    const format = args.text('format') ?? 'html';
    const output = args.text('output');
    if (format === 'html' && output === undefined && out.interactive) {
      out.write(`${await writeReport(store, run, context.distFolder)}\n`);
      return exitCodes.done;
    }
    const text = withNewline((await formats[format]?.(run, context.distFolder)) ?? '');
    if (output === undefined || output === '-') out.write(text);
    else {
      const file = path.resolve(context.cwd, output);
      await writeAtomically(file, text);
      err.write(`Wrote ${file}\n`);
    }
    return exitCodes.done;
  },
};
