import type { Plan } from '../../../src/core/plan/plan';
import type { Effect, RawOutput, Run, Sample } from '../../../src/core/result/run';

/** A small run as the runner leaves it, changed where a test needs it to be. */
export function aRun(changes: Partial<Run> = {}): Run {
  return {
    schemaVersion: 1,
    id: '2026-11-23-policy-overhead-x7',
    scenario: 'policy-overhead',
    title: 'Policy overhead',
    profile: 'quick',
    target: { kind: 'lab', name: 'local lab', fingerprint: { kernel: '6.18.5', cores: 2, nftables: null } },
    startedAt: '2026-11-23T18:49:00.000Z',
    endedAt: '2026-11-23T18:50:20.000Z',
    state: 'complete',
    parameters: { connections: '16', rate: '1000' },
    variants: [
      { id: 'none', label: 'no policy', baseline: null, metrics: { rps: summary([21890, 21700, 22010]) } },
      { id: 'l3l4', label: 'L3/L4', baseline: 'none', metrics: { rps: summary([19930, 19800, 20010]) } },
      {
        id: 'l7',
        label: 'L7 through Envoy',
        baseline: 'none',
        metrics: { rps: summary([7324, 7200, 7410]) },
      },
    ],
    effects: [anEffect('l3l4', -9), anEffect('l7', -67)],
    samples: [
      aSample(),
      aSample({ id: 'b0-none-saturated-1', block: 0, raw: 'samples/b0-none-saturated-1.json' }),
    ],
    notMeasured: [{ what: 'BPF memory', reason: 'needs Cilium' }],
    changes: [{ what: 'policy', old: 'none', new: 'l7', undone: true }],
    tools: [{ name: 'fortio', version: '1.68.0', source: 'PATH' }],
    underLoadShare: 0.83,
    ...changes,
  };
}

function summary(samples: readonly number[]): NonNullable<Run['variants'][number]['metrics']['rps']> {
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  return {
    unit: 'requests/s',
    n: samples.length,
    median: mean,
    mean,
    ci95: [mean - 100, mean + 100],
    samples,
  };
}

export function anEffect(variant: string, percent: number | null): Effect {
  return {
    metric: 'rps',
    variant,
    baseline: 'none',
    percent,
    ci95: percent === null ? null : [percent - 2, percent + 2],
    verdict: percent === null ? 'not-measured' : 'worse',
    noisePercent: 4,
    n: 3,
  };
}

export function aSample(changes: Partial<Sample> = {}): Sample {
  return {
    id: 'b1-none-saturated-1',
    variant: 'none',
    load: 'saturated',
    block: 1,
    repeat: 1,
    tool: 'fortio',
    argv: ['fortio', 'load', 'http://10.0.0.2:8080/echo'],
    startedAt: '2026-11-23T18:49:03.000Z',
    seconds: 3.01,
    raw: 'samples/b1-none-saturated-1.json',
    valid: true,
    invalidReasons: [],
    values: { rps: 21890 },
    cpuUs: { client: 1_500_000, server: 900_000 },
    ...changes,
  };
}

export const aRawOutput: RawOutput = {
  argv: ['fortio', 'load'],
  exitCode: 0,
  stdout: '{"ActualQPS":21890}',
  stderr: '',
};

export const aPlan: Plan = {
  scenario: { id: 'policy-overhead', title: 'Policy overhead', question: 'What does this policy cost?' },
  profile: { id: 'quick', rounds: 3, secondsPerLoad: 3, warmupSeconds: 1 },
  parameters: {},
  seed: 7,
  variants: [],
  request: { method: 'GET', path: '/echo', headers: {} },
  policy: null,
  steps: [],
  seconds: 80,
  notMeasured: [],
  metrics: ['rps'],
};
