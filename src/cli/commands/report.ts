import { storeOption } from '../storeOption';
import type { Command } from './command';

/** Where `--push` takes its credential from. There is no option for it: others can read the arguments of a process. */
export const credentialVariable = 'CILIUM_BENCH_PUSH_CREDENTIAL';

export const reportCommand: Command = {
  name: 'report',
  usage: '<run>',
  summary: 'Shows the result of a stored run as HTML, Markdown, CSV, JSON, OpenMetrics or NDJSON.',
  options: {
    format: {
      value: 'FORMAT',
      choices: ['html', 'md', 'csv', 'json', 'openmetrics', 'ndjson'],
      help: 'html unless said otherwise',
    },
    push: { value: 'URL', help: 'put the figures into the Prometheus Pushgateway at this address' },
    output: { value: 'FILE', short: 'o', help: 'write there instead of to standard output' },
    ...storeOption,
  },
  notes: [
    '<run> is an id, the beginning of one, "latest", or the folder of a run.',
    "On a terminal, HTML goes to report.html in the run's folder, and its path is shown.",
    'openmetrics has the summaries as gauges for Prometheus: medians, with the ends of the 95 % interval of the mean.',
    'ndjson has a line for each sample, effect and difference, with field names of the Elastic Common Schema.',
    `--push sends what openmetrics shows, after saying where. A credential (user:password, or a token) comes from ${credentialVariable}.`,
    'With --push alone nothing else is written. docs/export.md tells what each format holds.',
  ],
  run: async (args, context) => (await import('../results/main')).report(args, context),
};
