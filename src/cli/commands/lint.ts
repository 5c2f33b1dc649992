import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { atSeverities, knownVersion, type AnalysisSettings } from '../../core/policy/analysisSettings';
import type { Severity } from '../../core/policy/finding';
import { ciliumVersions, newestCilium, type CiliumVersion } from '../../core/policy/semantics/model';
import { messageOf, Problem } from '../../core/problem';
import { costOf, type CostSource } from '../../core/result/cost';
import { counted } from '../../core/words/numbers';
import { noteSentence } from '../../core/words/templateWords';
import type { RunStore } from '../../store/runStore';
import { compileForSpeedLate } from '../compileForSpeedLate';
import { exitCodes, type ExitCode } from '../exitCode';
import { baselineOf, baselineText, newFindings, readBaseline } from '../lintBaseline';
import { lintInputs, type LintInput } from '../lintFiles';
import { lintGithub } from '../lintGithub';
import { lintJunit } from '../lintJunit';
import { lintJson, lintText, type LintFile, type LintFinding, type LintResult } from '../lintReport';
import { lintSarif } from '../lintSarif';
import { lintSettings } from '../lintSettings';
import { openStore, storeOption } from '../storeOption';
import type { ParsedArguments } from '../arguments';
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

/** The version asked for by option, else by the settings file, else the newest. */
function versionFor(asked: string | undefined, settings: AnalysisSettings): CiliumVersion {
  if (asked !== undefined) {
    const known = knownVersion(asked);
    if (known !== null) return known;
    throw new Problem(
      'usage',
      `"${asked}" is no Cilium version that is known.`,
      `Write it like --cilium 1.19; known are ${ciliumVersions.join(', ')}.`,
    );
  }
  return settings.cilium ?? newestCilium;
}

interface Linted extends LintResult {
  /** Files named one by one that gave nothing to look at. */
  readonly unread: readonly LintFile[];
}

interface LintOptions {
  readonly store: RunStore;
  readonly settings: AnalysisSettings;
  readonly version: CiliumVersion;
}

async function lintAll(
  inputs: AsyncIterable<LintInput>,
  { store, settings, version }: LintOptions,
): Promise<Linted> {
  const { createWorkspace, withoutIgnored } = await import('../../core/policy/main');
  const workspace = createWorkspace({ hash, version });
  // All are read before any is judged: policies of one file may say more about those of another.
  const read: LintInput[] = [];
  for await (const input of inputs) {
    read.push(input);
    if ('skipped' in input) continue;
    // What is compared before all are read would have to be compared again.
    for (const step of workspace.set(input.file, input.text)) if (step === 'placed') break;
  }
  const findings: LintFinding[] = [];
  const files: LintFile[] = [];
  const unread: LintFile[] = [];
  let sources: readonly CostSource[] | undefined;
  for (const input of read) {
    const analysis =
      'skipped' in input
        ? { documents: 0, policies: 0, findings: [], skipped: input.skipped, notes: [] }
        : workspace.analysis(input.file);
    const { documents, policies, skipped, notes = [] } = analysis;
    const unknown = notes.map((note) => ({ line: note.range.start.line, message: noteSentence(note) }));
    const file = {
      file: input.file,
      documents,
      policies,
      ...(skipped === undefined ? {} : { skipped }),
      ...(unknown.length > 0 ? { unknown } : {}),
    };
    files.push(file);
    if (input.named && skipped !== undefined && policies === 0) unread.push(file);
    if ('skipped' in input || analysis.findings.length === 0) continue;
    const lines = input.text.split(/\r?\n/);
    for (const finding of atSeverities(withoutIgnored(analysis.findings, input.text), settings)) {
      // The store is read only once there is something to quote.
      sources ??= await costSources(store);
      findings.push({
        file: input.file,
        finding,
        cost: costOf(finding, sources),
        line: lines[finding.range.start.line] ?? '',
      });
    }
  }
  return { findings, files, unread };
}

function exitCode({ findings, unread }: Linted, failOn: string): ExitCode {
  const found = findings.map(({ finding }) => finding.severity);
  if (failsOn(failOn, found)) return exitCodes.findings;
  return unread.length > 0 ? exitCodes.usage : exitCodes.done;
}

/** What the baseline does not hold yet; writes it anew where that is asked for. */
async function besidesBaseline(
  result: Linted,
  args: ParsedArguments,
  { cwd, terminal }: CommandContext,
): Promise<Linted> {
  const written = args.text('write-baseline');
  if (written !== undefined) {
    const file = path.resolve(cwd, written);
    await writeFile(file, baselineText(baselineOf(result.findings))).catch((error: unknown) => {
      throw new Problem('usage', `${written} cannot be written: ${messageOf(error)}`, 'Name another file.');
    });
    terminal.err.write(`${counted(result.findings.length, 'finding')} written to ${written}.\n`);
    return { ...result, findings: [] };
  }
  const named = args.text('baseline');
  if (named === undefined) return result;
  const text = await readFile(path.resolve(cwd, named), 'utf8').catch((error: unknown) => {
    throw new Problem(
      'usage',
      `${named} cannot be read: ${messageOf(error)}`,
      'Write it with --write-baseline.',
    );
  });
  const findings = newFindings(result.findings, readBaseline(text, named));
  const old = result.findings.length - findings.length;
  if (old > 0) terminal.err.write(`${counted(old, 'finding')} of the baseline left out.\n`);
  return { ...result, findings };
}

function sayWhatWasSkipped({ files }: LintResult, context: CommandContext): void {
  for (const { file, skipped, unknown = [] } of files) {
    if (skipped !== undefined) context.terminal.err.write(`Not read: ${file}: ${skipped}.\n`);
    for (const { line, message } of unknown)
      context.terminal.err.write(`Not judged: ${file}:${line + 1}: ${message}\n`);
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
      help: `the Cilium version to judge for, one of ${ciliumVersions.join(', ')}; the newest unless said otherwise`,
    },
    config: { value: 'FILE', help: 'settings; the nearest .cilium-bench.yaml unless said otherwise' },
    baseline: { value: 'FILE', help: 'leave out the findings that it holds' },
    'write-baseline': { value: 'FILE', help: 'write the findings of now, to be left out from now on' },
    ...storeOption,
  },
  notes: [
    'In folders, .yaml, .yml, .json and .tpl files are read; node_modules and .git are left out.',
    'A comment # cilium-bench-ignore CODE: reason silences a finding on its line, the line below, or, at its head, a document.',
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
    compileForSpeedLate();
    const settings = await lintSettings(context.cwd, args.text('config'));
    const version = versionFor(args.text('cilium'), settings);
    const inputs = lintInputs(args.positionals, context.cwd, context.readStdin, context.signal);
    const all = await lintAll(inputs, { store: openStore(args, context), settings, version });
    const result = await besidesBaseline(all, args, context);
    const { out } = context.terminal;
    sayWhatWasSkipped(result, context);
    const format = formats[args.text('format') ?? 'text'] ?? lintText;
    out.write(format(result, out.colour));
    return exitCode(result, args.text('fail-on') ?? 'error');
  },
};
