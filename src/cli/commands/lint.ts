import { createHash } from 'node:crypto';
import { Problem } from '../../core/problem';
import type { Severity } from '../../core/policy/finding';
import { costOf, type CostSource } from '../../core/result/cost';
import type { RunStore } from '../../store/runStore';
import { exitCodes, type ExitCode } from '../exitCode';
import { lintInputs, type LintInput } from '../lintFiles';
import { lintGithub } from '../lintGithub';
import { lintJunit } from '../lintJunit';
import { lintJson, lintText, type LintFile, type LintFinding, type LintResult } from '../lintReport';
import { lintSarif } from '../lintSarif';
import { openStore, storeOption } from '../storeOption';
import type { Command, CommandContext } from './command';

/** What `--format` may ask for. A new one is a file and a line here. */
const formats: Readonly<Record<string, (result: LintResult, colour: boolean) => string>> = {
  text: lintText,
  json: lintJson,
  sarif: lintSarif,
  github: lintGithub,
  junit: lintJunit,
};

/** From the worst to the mildest. */
const severities: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

/** Whether any finding is as bad as `failOn` or worse. */
export function failsOn(failOn: string, found: readonly Severity[]): boolean {
  const limit = severities.findIndex((severity) => severity === failOn);
  return found.some((severity) => severities.indexOf(severity) <= limit);
}

async function costSources(store: RunStore): Promise<readonly CostSource[]> {
  const { runs } = await store.list();
  return runs.flatMap(({ costSource }) => (costSource ? [costSource] : []));
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Linted extends LintResult {
  /** Files named one by one that gave nothing to look at. */
  readonly unread: readonly LintFile[];
}

async function lintAll(inputs: AsyncIterable<LintInput>, store: RunStore): Promise<Linted> {
  const { analyse } = await import('../../core/policy/main');
  const findings: LintFinding[] = [];
  const files: LintFile[] = [];
  const unread: LintFile[] = [];
  let sources: readonly CostSource[] | undefined;
  for await (const input of inputs) {
    const analysis =
      'skipped' in input
        ? { documents: 0, policies: 0, findings: [], skipped: input.skipped }
        : analyse(input.text, { hash });
    const { documents, policies, skipped } = analysis;
    const file = { file: input.file, documents, policies, ...(skipped === undefined ? {} : { skipped }) };
    files.push(file);
    if (input.named && skipped !== undefined && policies === 0) unread.push(file);
    for (const finding of analysis.findings) {
      // The store is read only once there is something to quote.
      sources ??= await costSources(store);
      findings.push({ file: input.file, finding, cost: costOf(finding, sources) });
    }
  }
  return { findings, files, unread };
}

function exitCode({ findings, unread }: Linted, failOn: string): ExitCode {
  const found = findings.map(({ finding }) => finding.severity);
  if (failsOn(failOn, found)) return exitCodes.findings;
  return unread.length > 0 ? exitCodes.usage : exitCodes.done;
}

function requireVersion(version: string | undefined): void {
  if (version === undefined || /^v?1\.\d+(\.\d+)?$/.test(version)) return;
  throw new Problem('usage', `"${version}" is no Cilium version.`, 'Write it like --cilium 1.19.');
}

function sayWhatWasSkipped({ files }: LintResult, context: CommandContext): void {
  for (const { file, skipped } of files) {
    if (skipped !== undefined) context.terminal.err.write(`Not read: ${file}: ${skipped}.\n`);
  }
}

export const lintCommand: Command = {
  name: 'lint',
  usage: '<path>...|-',
  summary: 'Says what the policies in manifests cost: files, folders, or standard input.',
  options: {
    format: { value: 'FORMAT', choices: Object.keys(formats), help: 'text unless said otherwise' },
    'fail-on': {
      value: 'SEVERITY',
      choices: ['error', 'warning', 'info', 'never'],
      help: 'exit with 1 for findings this bad or worse; error unless said otherwise',
    },
    cilium: {
      value: 'VERSION',
      help: 'the Cilium version to judge for, e.g. 1.19; the findings of this release hold for all',
    },
    ...storeOption,
  },
  notes: [
    'In folders, .yaml, .yml, .json and .tpl files are read; node_modules and .git are left out.',
    'The cost quoted is the newest measured on this machine, else the published one with its source.',
  ],
  async run(args, context) {
    if (args.positionals.length === 0) {
      throw new Problem(
        'usage',
        'lint needs something to read.',
        'Name manifests or folders of them, or - for standard input.',
      );
    }
    requireVersion(args.text('cilium'));
    const inputs = lintInputs(args.positionals, context.cwd, context.readStdin, context.signal);
    const result = await lintAll(inputs, openStore(args, context));
    const { out } = context.terminal;
    sayWhatWasSkipped(result, context);
    const format = formats[args.text('format') ?? 'text'] ?? lintText;
    out.write(format(result, out.colour));
    return exitCode(result, args.text('fail-on') ?? 'error');
  },
};
