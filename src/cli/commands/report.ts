import path from 'node:path';
import { Problem } from '../../core/problem';
import type { Run } from '../../core/result/run';
import { exportFormats } from '../../core/words/exportFormats';
import { pushWords } from '../../core/words/push';
import { readCredential } from '../../push/credential';
import { pushDestination } from '../../push/destination';
import { pushRun } from '../../push/pushRun';
import { exportText, writeReport } from '../../store/writeReport';
import { writeAtomically } from '../../store/writeAtomically';
import { exitCodes } from '../exitCode';
import { findRun } from '../findRun';
import { openStore, storeOption } from '../storeOption';
import type { Command, CommandContext } from './command';

/** Where `--push` takes its credential from. There is no option for it: others can read the arguments of a process. */
const credentialVariable = 'CILIUM_BENCH_PUSH_CREDENTIAL';

/** Says where the figures go, and sends them there. */
async function push(run: Run, address: string, { env, terminal, signal }: CommandContext): Promise<void> {
  const destination = pushDestination(address, run);
  const credential = readCredential(env[credentialVariable]);
  terminal.err.write(`${pushWords(run, destination.url, credential !== undefined)}\n`);
  await pushRun(run, { destination, credential, signal });
  terminal.err.write(`Pushed to ${destination.url}\n`);
}

export const reportCommand: Command = {
  name: 'report',
  usage: '<run>',
  summary: 'Shows the result of a stored run as HTML, Markdown, CSV, JSON, OpenMetrics or NDJSON.',
  options: {
    format: {
      value: 'FORMAT',
      choices: exportFormats.map(({ id }) => id),
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
  async run(args, context) {
    const [word, ...more] = args.positionals;
    if (word === undefined || more.length > 0) {
      throw new Problem('usage', 'report takes one run.', 'Name it: cilium-bench report latest.');
    }
    const { out, err } = context.terminal;
    const { run, store } = await findRun(openStore(args, context), word, context.cwd);
    const address = args.text('push');
    const output = args.text('output');
    if (address !== undefined) {
      await push(run, address, context);
      if (args.text('format') === undefined && output === undefined) return exitCodes.done;
    }
    const id = args.text('format') ?? 'html';
    const format = exportFormats.find((one) => one.id === id);
    if (format === undefined) throw new Problem('usage', `There is no format ${id}.`, 'See --help.');
    if (format.text === null && output === undefined && out.interactive) {
      out.write(`${await writeReport(store, run, context.distFolder)}\n`);
      return exitCodes.done;
    }
    const text = await exportText(run, format, context.distFolder);
    if (output === undefined || output === '-') out.write(text);
    else {
      const file = path.resolve(context.cwd, output);
      await writeAtomically(file, text);
      err.write(`Wrote ${file}\n`);
    }
    return exitCodes.done;
  },
};
