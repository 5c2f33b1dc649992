import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Plan } from '../../../src/core/plan/plan';
import { profiles } from '../../../src/core/plan/profiles';
import type { Run, Sample } from '../../../src/core/result/run';
import { createRunStore } from '../../../src/store/runStore';
import { settings } from '../../../src/ids';

const sample = (id: string, variant: string, rps: number): Sample => ({
  id,
  variant,
  load: 'saturated',
  block: 1,
  repeat: 1,
  tool: 'fortio',
  argv: ['fortio', 'load'],
  startedAt: '2026-11-23T18:49:05.000Z',
  seconds: 3,
  raw: `samples/${id}.json`,
  valid: true,
  invalidReasons: [],
  values: { rps },
  cpuUs: {},
});

/** A finished run of a policy: what it measured is made up, and stays in the test's own store. */
export function exampleRun(id: string, policy: { readonly file: string; readonly textHash: string }): Run {
  const samples = [sample('b1-none-saturated-1', 'none', 20_000), sample('b1-l7-saturated-1', 'l7', 6600)];
  return {
    schemaVersion: 1,
    id,
    scenario: 'policy-overhead',
    title: 'Cost of a policy',
    profile: 'quick',
    target: { kind: 'lab', name: 'local lab', fingerprint: { kernel: '6.18' } },
    startedAt: new Date().toISOString(),
    endedAt: new Date().toISOString(),
    state: 'complete',
    parameters: { rounds: '3' },
    policy: {
      ...policy,
      name: 'checkout',
      protocol: 'http',
      direction: 'ingress',
      ports: ['8080'],
      httpRules: 1,
      line: 14,
    },
    variants: [
      {
        id: 'none',
        label: 'no policy',
        baseline: null,
        metrics: {
          rps: { unit: 'requests/s', n: 1, median: 20_000, mean: 20_000, ci95: null, samples: [20_000] },
        },
      },
      {
        id: 'l7',
        label: 'L7 through Envoy',
        baseline: 'none',
        metrics: { rps: { unit: 'requests/s', n: 1, median: 6600, mean: 6600, ci95: null, samples: [6600] } },
      },
    ],
    effects: [
      {
        metric: 'rps',
        variant: 'l7',
        baseline: 'none',
        percent: -67,
        ci95: [-69, -65],
        verdict: 'worse',
        noisePercent: 4,
        n: 3,
      },
    ],
    samples,
    notMeasured: [],
    changes: [],
    tools: [{ name: 'fortio', version: '1.69.5', source: 'PATH' }],
    underLoadShare: 0.8,
  };
}

/** Keeps runs in a folder of its own from now on, and gives it. */
export async function useOwnStore(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'runs-'));
  await vscode.workspace
    .getConfiguration()
    .update(settings.storeFolder, folder, vscode.ConfigurationTarget.Global);
  return folder;
}

/** Stores a run with its raw output, as the runner does. */
export async function storeRun(folder: string, run: Run): Promise<void> {
  const [profile] = profiles;
  if (!profile) throw new Error('There is no profile.');
  const plan: Plan = {
    scenario: { id: run.scenario, title: run.title, question: '' },
    profile,
    parameters: run.parameters,
    seed: 1,
    variants: [],
    request: { method: 'GET', path: '/', headers: {} },
    policy: null,
    steps: [],
    seconds: 0,
    notMeasured: [],
    metrics: ['rps'],
  };
  const sink = createRunStore(folder).sink();
  await sink.begin(run, plan);
  for (const taken of run.samples) {
    await sink.sample(run, taken, {
      argv: taken.argv,
      exitCode: 0,
      stdout: `{"sample": "${taken.id}"}`,
      stderr: '',
    });
  }
  await sink.end(run);
}
