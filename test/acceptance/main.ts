import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { version } from '../../package.json';
import { messageOf } from '../../src/core/problem';
import type { Run } from '../../src/core/result/run';
import { fillParameters } from '../../src/core/scenario/parameters';
import { scenarios } from '../../src/core/scenario/registry';
import type { Scenario } from '../../src/core/scenario/scenario';
import { clusterSummary } from '../../src/core/words/clusterFacts';
import { openClient, type KubeClient } from '../../src/kube/client/openClient';
import { readClusterFacts } from '../../src/kube/facts/readClusterFacts';
import { commandLine, type CommandLine } from './commandLine';
import { leftovers } from './leftovers';
import { withTable, type Acceptance, type Finding } from './outcome';

/** The shortest form of each scenario that still has an effect to judge. */
const shortest: Readonly<Record<string, readonly string[]>> = {
  'service-scale': ['--set', 'services=0,200'],
  throughput: ['--set', 'streams=1,8'],
};
const brief = ['--rounds', '2', '--seconds', '3', '--yes'];
const manifest = ['--policy', path.join('examples', 'shop-l7.yaml')];

interface Bench {
  readonly cli: CommandLine;
  readonly client: KubeClient;
  readonly namespace: string | null;
  /** `--context` and whatever else was given, for every command that runs something. */
  readonly options: readonly string[];
  readonly say: (text: string) => void;
}

const lastLine = (text: string): string =>
  (text.trim().split('\n').at(-1) ?? '').replace(/^cilium-bench: /, '');

/** Throws where something of a run is still there. */
async function seeNothingLeft({ client, namespace }: Bench): Promise<void> {
  const left = await leftovers(client, namespace);
  if (left.length > 0) throw new Error(`left on the cluster: ${left.join(', ')}`);
}

async function tryScenario(scenario: Scenario, bench: Bench): Promise<Finding> {
  const { cli, options } = bench;
  const args = [
    scenario.id,
    ...options,
    ...(scenario.takesPolicy ? manifest : []),
    ...(shortest[scenario.id] ?? []),
    ...brief,
  ];
  const planned = await cli.run(['plan', ...args, '--json']);
  if (planned.code === 3) return { what: scenario.id, outcome: 'cannot', said: lastLine(planned.err) };
  if (planned.code !== 0) throw new Error(lastLine(planned.err));
  const { code, out, err } = await cli.run(['run', ...args, '--json']);
  await seeNothingLeft(bench);
  if (code !== 0) throw new Error(`exit code ${code ?? 'none'}: ${lastLine(err)}`);
  const run = JSON.parse(out) as Run;
  const measured = run.samples.filter(({ block }) => block > 0);
  const invalid = measured.filter(({ valid }) => !valid);
  if (run.state !== 'complete') throw new Error(`the run is ${run.state}: ${run.stateReason ?? ''}`);
  const kept = run.changes.filter(({ undone }) => !undone);
  if (kept.length > 0) throw new Error(`not undone: ${kept.map(({ what }) => what).join(', ')}`);
  // One sample may be lost to a busy cluster; half of them is a defect.
  if (invalid.length * 2 > measured.length) {
    throw new Error(
      `${invalid.length} of ${measured.length} samples invalid: ${invalid[0]?.invalidReasons[0] ?? ''}`,
    );
  }
  // Figures without the effect that a scenario is about prove no more than that loads run.
  const isCompared = scenario
    .variants(fillParameters(scenario, {}), 'kube')
    .some(({ baseline }) => baseline !== undefined);
  const compared = run.effects.filter(({ verdict }) => verdict !== 'not-measured');
  const missing = run.notMeasured.map(({ what, reason }) => `${what} not measured, because ${reason}`);
  const said = [`${measured.length - invalid.length} of ${measured.length} samples valid`, ...missing].join(
    '; ',
  );
  const lacksEffect = isCompared && compared.length === 0;
  return { what: scenario.id, outcome: lacksEffect ? 'cannot' : 'proven', said };
}

const longRun = ['aa', '--rounds', '2', '--seconds', '5', '--yes'];
const firstSample = /^\[\s*2\/\d+\]/m;

async function tryCancel(bench: Bench): Promise<Finding> {
  const run = bench.cli.start(['run', ...longRun, ...bench.options]);
  await run.says(firstSample);
  run.kill('SIGINT');
  const { code } = await run.ended;
  await seeNothingLeft(bench);
  if (code !== 130) throw new Error(`exit code ${code ?? 'none'} instead of 130`);
  return { what: 'cancel', outcome: 'proven', said: 'everything was taken away' };
}

/** Kills a run in the middle of a load, and sees that it left something: else nothing is proven by its undoing. */
async function killed(bench: Bench): Promise<void> {
  const run = bench.cli.start(['run', ...longRun, ...bench.options]);
  await run.says(firstSample);
  run.kill('SIGKILL');
  await run.ended;
  const left = await leftovers(bench.client, bench.namespace);
  if (left.length === 0) throw new Error('a run that was killed left nothing to undo');
}

async function tryUndo(bench: Bench): Promise<Finding> {
  await killed(bench);
  const { code, out } = await bench.cli.run(['undo']);
  await seeNothingLeft(bench);
  if (code !== 0) throw new Error(`undo ended with ${code ?? 'none'}: ${lastLine(out)}`);
  return { what: 'kill -9 and undo', outcome: 'proven', said: 'what was left was put back' };
}

async function tryResume(bench: Bench): Promise<Finding> {
  await killed(bench);
  const listed = await bench.cli.run(['undo', '--list']);
  const id = /\b\d{4}-\d\d-\d\d-aa-\w+/.exec(listed.out)?.[0];
  if (id === undefined) throw new Error('the run that was killed is not listed');
  const { code, out, err } = await bench.cli.run(['run', '--resume', id, '--json']);
  await seeNothingLeft(bench);
  if (code !== 0) throw new Error(`exit code ${code ?? 'none'}: ${lastLine(err)}`);
  const run = JSON.parse(out) as Run;
  if (run.state !== 'complete') throw new Error(`the run is ${run.state}: ${run.stateReason ?? ''}`);
  return { what: 'kill -9 and resume', outcome: 'proven', said: `${run.samples.length} samples` };
}

async function attempt(what: string, bench: Bench, act: () => Promise<Finding>): Promise<Finding> {
  bench.say(`${what} ...`);
  const finding = await act().catch((error: unknown): Finding => ({
    what,
    outcome: 'failed',
    said: messageOf(error),
  }));
  bench.say(`${what}: ${finding.outcome}, ${finding.said}`);
  return finding;
}

async function record(root: string, outcome: Acceptance): Promise<void> {
  const folder = path.join(root, 'proven');
  await mkdir(folder, { recursive: true });
  const file = `${outcome.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.json`;
  await writeFile(path.join(folder, file), `${JSON.stringify(outcome, null, 2)}\n`);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const all = await Promise.all(
    files.map(async (name) => JSON.parse(await readFile(path.join(folder, name), 'utf8')) as Acceptance),
  );
  const readme = path.join(root, 'README.md');
  const text = withTable(await readFile(readme, 'utf8'), all);
  await writeFile(readme, await format(text, { ...(await resolveConfig(readme)), filepath: readme }));
}

/** Resolves with the exit code: 0 when nothing failed, 2 for wrong words. */
export async function acceptance(given: readonly string[], root: string): Promise<number> {
  const { values } = parseArgs({
    args: [...given],
    strict: false,
    options: { context: { type: 'string' }, record: { type: 'string' }, namespace: { type: 'string' } },
  });
  const { context, record: name, namespace } = values;
  if (typeof context !== 'string') {
    console.error('Name the cluster: npm run acceptance -- --context NAME [options of cilium-bench run].');
    return 2;
  }
  const at = given.indexOf('--record');
  const options = at < 0 ? given : given.filter((_, index) => index !== at && index !== at + 1);
  const dataFolder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-acceptance-'));
  const client = await openClient(context, process.env);
  const bench: Bench = {
    cli: commandLine(root, dataFolder),
    client,
    namespace: typeof namespace === 'string' ? namespace : null,
    options,
    say: (text) => {
      console.error(text);
    },
  };
  try {
    await seeNothingLeft(bench);
    const { facts } = await readClusterFacts(client, { signal: AbortSignal.timeout(60_000) });
    const findings: Finding[] = [];
    for (const scenario of scenarios.filter(({ runsOn }) => runsOn.includes('kube')))
      findings.push(await attempt(scenario.id, bench, () => tryScenario(scenario, bench)));
    findings.push(await attempt('cancel', bench, () => tryCancel(bench)));
    findings.push(await attempt('kill -9 and undo', bench, () => tryUndo(bench)));
    findings.push(await attempt('kill -9 and resume', bench, () => tryResume(bench)));
    const outcome: Acceptance = {
      schemaVersion: 1,
      name: typeof name === 'string' ? name : context,
      date: new Date().toISOString().slice(0, 10),
      cluster: clusterSummary(facts),
      version: `Cilium Bench ${version}`,
      findings,
    };
    console.log(JSON.stringify(outcome, null, 2));
    if (typeof name === 'string') await record(root, outcome);
    return findings.some(({ outcome: one }) => one === 'failed') ? 1 : 0;
  } finally {
    client.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
}
