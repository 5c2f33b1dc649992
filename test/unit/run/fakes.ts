import type { PolicyChoice } from '../../../src/core/plan/makePlan';
import type { Change, Plan, Probe } from '../../../src/core/plan/plan';
import type { RawOutput, Run, Sample } from '../../../src/core/result/run';
import type { Clock, RunSink } from '../../../src/core/run/events';
import { capabilityNames, type Capability } from '../../../src/core/scenario/scenario';
import type {
  Bench,
  Job,
  JobOutput,
  ProbeAnswer,
  Target,
  TargetCapabilities,
} from '../../../src/core/target';

export function withoutCapabilities(...missing: Capability[]): TargetCapabilities {
  return {
    can: new Set(capabilityNames.filter((capability) => !missing.includes(capability))),
    cannot: new Map(missing.map((capability) => [capability, `there is no ${capability} here`])),
  };
}

export const everything = withoutCapabilities();

export const policyChoice: PolicyChoice = {
  policy: {
    file: 'shop.yaml',
    name: 'checkout',
    namespace: 'shop',
    kind: 'CiliumNetworkPolicy',
    direction: 'ingress',
    port: 8080,
    http: [{ method: 'GET', path: '/orders' }],
    textHash: 'abc',
    line: 14,
  },
  allowed: { method: 'GET', path: '/orders', headers: {} },
  denied: { method: 'DELETE', path: '/orders', headers: {} },
  manifest: {
    kind: 'CiliumNetworkPolicy',
    spec: {
      endpointSelector: { matchLabels: { app: 'checkout' } },
      ingress: [
        {
          fromEndpoints: [{ matchLabels: { app: 'frontend' } }],
          toPorts: [
            {
              ports: [{ port: '8080', protocol: 'TCP' }],
              rules: { http: [{ method: 'GET', path: '/orders' }] },
            },
          ],
        },
      ],
    },
  },
};

/** A clock that only moves when something sleeps or a job runs. */
export function fakeClock(): Clock & { advance(milliseconds: number): void } {
  let ms = 0;
  return {
    now: () => new Date(Date.UTC(2026, 10, 23) + ms),
    monotonicMs: () => ms,
    sleep: (milliseconds, signal) => {
      signal.throwIfAborted();
      ms += milliseconds;
      return Promise.resolve();
    },
    advance: (milliseconds) => {
      ms += milliseconds;
    },
  };
}

/** Output in fortio's form for so many answered and refused requests in `seconds`. */
export function fortioOutput(seconds: number, answered: number, refused = 0, p50Us = 140): string {
  return JSON.stringify({
    ActualDuration: seconds * 1e9,
    RetCodes: { 200: answered, ...(refused > 0 ? { 403: refused } : {}) },
    DurationHistogram: {
      Percentiles: [50, 90, 99].map((Percentile, index) => ({
        Percentile,
        Value: (p50Us * (1 + index)) / 1e6,
      })),
    },
  });
}

export interface FakeBenchOptions {
  readonly clock: ReturnType<typeof fakeClock>;
  /** Requests a second under the setting in force. */
  readonly rps?: (policy: string) => number;
  readonly probe?: (probe: Probe, policy: string) => ProbeAnswer;
  readonly run?: (job: Job) => Partial<JobOutput> | Promise<never>;
  readonly missingTools?: readonly string[];
  readonly clientCores?: number;
}

/** A bench that answers like a machine on which each request takes 40 µs of client and 10 µs of server CPU. */
export function fakeBench(options: FakeBenchOptions): Bench & { readonly log: string[]; closed: number } {
  const { clock } = options;
  const log: string[] = [];
  let policy = 'none';
  let serverCpuUs = 0;
  const bench = {
    log,
    closed: 0,
    tools: [{ name: 'fortio', version: '1.68.0', source: 'PATH' }],
    notMeasured: [],
    ...(options.clientCores === undefined ? {} : { clientCores: options.clientCores }),
    has: (tool: string) => !(options.missingTools ?? []).includes(tool),
    address: () => ({ host: '10.80.2.10', port: 8080 }),
    async run(job: Job): Promise<JobOutput> {
      const seconds = Number(/-t (\d+)s/.exec(job.argv.join(' '))?.[1] ?? 1);
      const asked = /-qps (\d+)/.exec(job.argv.join(' '))?.[1];
      const rate = asked !== undefined && asked !== '0' ? Number(asked) : (options.rps?.(policy) ?? 20_000);
      const given = await options.run?.(job);
      const startedAt = clock.now();
      clock.advance(seconds * 1000);
      const requests = rate * seconds;
      serverCpuUs += requests * 10;
      log.push(`run ${policy}`);
      return {
        stdout: fortioOutput(seconds, requests),
        stderr: '',
        exitCode: 0,
        startedAt,
        seconds,
        clientCpuUs: requests * 40,
        ...given,
      };
    },
    change(change: Change) {
      const old = policy;
      if (change.what === 'policy') policy = change.to;
      log.push(`change ${change.what} ${JSON.stringify(change.to)}`);
      return Promise.resolve({
        record: { what: change.what, old, new: JSON.stringify(change.to), undone: false },
        programmingSeconds: 0.25,
      });
    },
    probe(probe: Probe): Promise<ProbeAnswer> {
      return Promise.resolve(options.probe?.(probe, policy) ?? { asExpected: true, seen: 'as expected' });
    },
    sample: () => Promise.resolve({ cpuUs: { server: serverCpuUs }, memoryBytes: {} }),
    close() {
      bench.closed += 1;
      return Promise.resolve({
        changes: [{ what: 'policy', old: 'none', new: 'l7', undone: true }],
        left: [],
      });
    },
  };
  return bench;
}

export function fakeTarget(bench: Bench, over: Partial<Target> = {}): Target {
  return {
    kind: 'lab',
    name: 'local lab',
    capabilities: () => Promise.resolve(everything),
    fingerprint: () => Promise.resolve({ kernel: '6.18' }),
    preflight: () => Promise.resolve([]),
    open: () => Promise.resolve(bench),
    ...over,
  };
}

export interface MemorySink extends RunSink {
  readonly begun: { run: Run; plan: Plan }[];
  readonly samples: { sample: Sample; raw: RawOutput }[];
  readonly ended: Run[];
}

export function memorySink(over: Partial<RunSink> = {}): MemorySink {
  const sink: MemorySink = {
    begun: [],
    samples: [],
    ended: [],
    begin: (run, plan) => {
      sink.begun.push({ run, plan });
      return Promise.resolve();
    },
    resume: () => Promise.resolve(),
    sample: (_run, sample, raw) => {
      sink.samples.push({ sample, raw });
      return Promise.resolve();
    },
    end: (run) => {
      sink.ended.push(run);
      return Promise.resolve();
    },
    ...over,
  };
  return sink;
}
