import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../src/core/plan/makePlan';
import type { Plan } from '../../../src/core/plan/plan';
import { findProfile } from '../../../src/core/plan/profiles';
import { Problem } from '../../../src/core/problem';
import type { Run } from '../../../src/core/result/run';
import { steadySamples } from '../../../src/core/result/steady';
import { conduct } from '../../../src/core/run/conduct';
import type { RunEvent } from '../../../src/core/run/events';
import { findScenario } from '../../../src/core/scenario/registry';
import type { Bench, Target } from '../../../src/core/target';
import {
  everything,
  fakeBench,
  fakeClock,
  fakeTarget,
  fortioOutput,
  memorySink,
  policyChoice,
} from './fakes';

function planOf(id: string): Plan {
  const scenario = findScenario(id);
  return makePlan(scenario, {
    profile: findProfile('quick'),
    parameters: {},
    policy: scenario.takesPolicy ? policyChoice : null,
    on: 'lab',
    target: everything,
    seed: 1,
  });
}

async function conducted(
  plan: Plan,
  target: Target,
  clock = fakeClock(),
  options: {
    sink?: ReturnType<typeof memorySink>;
    signal?: AbortSignal;
    on?: (event: RunEvent) => void;
  } = {},
): Promise<{ run: Run; events: RunEvent[] }> {
  const events: RunEvent[] = [];
  const running = conduct(plan, target, {
    id: 'r1',
    clock,
    sink: options.sink ?? memorySink(),
    signal: options.signal ?? new AbortController().signal,
  });
  for (;;) {
    const next = await running.next();
    if (next.done) return { run: next.value, events };
    events.push(next.value);
    options.on?.(next.value);
  }
}

describe('a run on a machine that was calibrated', () => {
  it('refers to the calibration from its first state on', async () => {
    const calibration = { id: 'calibrate-1', date: '2026-11-26T01:00:00.000Z', covered: 9, of: 10 };
    const clock = fakeClock();
    const states: Run[] = [];
    const running = conduct(planOf('aa'), fakeTarget(fakeBench({ clock })), {
      id: 'r1',
      clock,
      sink: memorySink(),
      signal: new AbortController().signal,
      calibration,
    });
    for await (const event of running) if (event.kind !== 'step') states.push(event.run);
    expect(states.length).toBeGreaterThan(2);
    for (const run of states) expect(run.calibration).toEqual(calibration);
  });
});

describe('a run that goes well', () => {
  it('takes every sample, stores each, closes the bench and finds the effect', async () => {
    const clock = fakeClock();
    const bench = fakeBench({ clock, rps: (policy) => ({ none: 20_000, l3l4: 18_000 })[policy] ?? 6000 });
    const sink = memorySink();
    const { run } = await conducted(planOf('policy-overhead'), fakeTarget(bench), clock, { sink });

    expect(run.state).toBe('complete');
    expect(bench.closed).toBe(1);
    expect(run.samples).toHaveLength(3 * steadySamples + 3 * 4 * 2);
    expect(sink.samples.map(({ sample }) => sample.id)).toEqual(run.samples.map((sample) => sample.id));
    expect(sink.ended).toEqual([run]);
    const effect = run.effects.find(({ metric, variant }) => metric === 'rps' && variant === 'l7');
    expect(effect).toMatchObject({ verdict: 'worse', n: 3 });
    expect(effect?.percent).toBeCloseTo(-70, 5);
    expect(run.changes).toEqual([{ what: 'policy', old: 'none', new: 'l7', undone: true }]);
  });

  it('counts the CPU of client and server, the server by its growth', async () => {
    const clock = fakeClock();
    const { run } = await conducted(planOf('aa'), fakeTarget(fakeBench({ clock })), clock);
    const cpu = run.variants[0]?.metrics.cpuUsPerRequest;
    expect(cpu?.median).toBeCloseTo(50, 6);
    expect(cpu?.n).toBe(6);
  });

  it('counts down the time and the samples', async () => {
    const clock = fakeClock();
    const { events } = await conducted(planOf('aa'), fakeTarget(fakeBench({ clock })), clock);
    const steps = events.flatMap((event) => (event.kind === 'step' ? [event] : []));
    const left = steps.map((step) => step.secondsLeft);
    expect(left[0]).toBeGreaterThan(40);
    expect(left.at(-1)).toBeLessThan(4);
    expect(steps.at(-1)?.samples).toBe(18);
  });

  it('puts programming and reach times with the first sample after the change', async () => {
    const clock = fakeClock();
    const { run } = await conducted(planOf('service-scale'), fakeTarget(fakeBench({ clock })), clock);
    expect(run.variants.find(({ id }) => id === 'nftables-30000')?.metrics.programmingSeconds?.median).toBe(
      0.25,
    );
  });
});

describe('samples that must not be believed', () => {
  it('are kept with the reason, and not averaged in', async () => {
    const clock = fakeClock();
    let calls = 0;
    const bench = fakeBench({
      clock,
      // The fourth job is the first one after the warm-up of the A/A pair.
      run: () => (++calls === 4 ? { stdout: fortioOutput(3, 30_000, 30_000) } : {}),
    });
    const { run } = await conducted(planOf('aa'), fakeTarget(bench), clock);
    const invalid = run.samples.filter((sample) => !sample.valid);
    expect(invalid).toHaveLength(1);
    expect(invalid[0]?.invalidReasons[0]).toContain('50.0 % of the requests failed (status 403: 30000)');
    expect(invalid[0]?.invalidCodes).toEqual(['failed-requests']);
    expect(run.samples.filter(({ valid, invalidCodes }) => valid && invalidCodes !== undefined)).toEqual([]);
    expect(run.state).toBe('complete');
  });

  it('are those under a policy that never came into force', async () => {
    const clock = fakeClock();
    const bench = fakeBench({
      clock,
      probe: (probe, policy) =>
        probe.kind === 'http' && probe.expect === 403
          ? { asExpected: false, seen: 'DELETE /orders answered 200' }
          : { asExpected: true, seen: policy },
    });
    const { run } = await conducted(planOf('policy-overhead'), fakeTarget(bench), clock);
    const l7 = run.samples.filter((sample) => sample.variant === 'l7');
    expect(l7.every((sample) => !sample.valid)).toBe(true);
    expect(l7[0]?.invalidReasons[0]).toMatch(
      /not in force after \d+\.\d s: DELETE \/orders from the client should have got 403; DELETE \/orders answered 200/,
    );
    expect(run.effects.find((effect) => effect.variant === 'l7')?.verdict).toBe('not-measured');
    for (const { invalidCodes, invalidReasons } of l7) {
      expect(new Set(invalidCodes)).toEqual(new Set(['not-in-force']));
      expect(invalidCodes).toHaveLength(invalidReasons.length);
    }
  });

  it('are told from those that could not be judged, which the run names once', async () => {
    const clock = fakeClock();
    const readings = { throttledUs: 0 };
    const bench = fakeBench({ clock, clientCores: 4 });
    const told: Bench = { ...bench, sample: async () => ({ ...(await bench.sample()), readings }) };
    const { run } = await conducted(planOf('aa'), fakeTarget(told), clock);
    expect(run.samples.every(({ valid }) => valid)).toBe(true);
    expect(run.gatesNotJudged).toEqual([
      'client-stalled',
      'cpu-stolen',
      'machine-slower',
      'conntrack-full',
      'ports-exhausted',
      'packets-dropped',
      'retransmits',
      'clock-step',
    ]);
  });

  it('are those during which the policy fell away', async () => {
    const clock = fakeClock();
    let under = 0;
    const bench = fakeBench({
      clock,
      run: () => {
        under += 1;
        return {};
      },
      // In force until the first load has run under it.
      probe: (probe) => ({
        asExpected: !(probe.kind === 'http' && probe.expect === 403 && under > 3),
        seen: 'answered 200',
      }),
    });
    const { run } = await conducted(planOf('policy-overhead'), fakeTarget(bench), clock);
    const l7 = run.samples.filter((sample) => sample.variant === 'l7' && sample.block > 0);
    expect(l7.length).toBeGreaterThan(0);
    expect(l7.every((sample) => !sample.valid)).toBe(true);
  });

  it('are those of a client that is out of CPU', async () => {
    const clock = fakeClock();
    const bench = fakeBench({ clock, clientCores: 2, run: () => ({ clientCpuUs: 5_900_000 }) });
    const { run } = await conducted(planOf('aa'), fakeTarget(bench), clock);
    expect(run.state).toBe('failed');
    expect(run.stateReason).toContain('the client used 98 % of its 2 cores');
  });
});

describe('a run that is stopped', () => {
  it('ends as cancelled with the bench closed and the samples so far kept', async () => {
    const clock = fakeClock();
    const stop = new AbortController();
    const bench = fakeBench({ clock });
    const sink = memorySink();
    const { run } = await conducted(planOf('aa'), fakeTarget(bench), clock, {
      sink,
      signal: stop.signal,
      on: (event) => {
        if (event.kind === 'sample' && event.sample.block === 2) stop.abort();
      },
    });
    expect(run.state).toBe('cancelled');
    expect(bench.closed).toBe(1);
    expect(run.samples.length).toBeGreaterThan(3);
    expect(sink.ended).toHaveLength(1);
  });

  it('says what is left, also where it was cancelled', async () => {
    const clock = fakeClock();
    const stop = new AbortController();
    const left = ['the namespace bench is still ending'];
    const bench = { ...fakeBench({ clock }), close: () => Promise.resolve({ changes: [], left }) };
    const { run } = await conducted(planOf('aa'), fakeTarget(bench), clock, {
      signal: stop.signal,
      on: (event) => {
        if (event.kind === 'sample') stop.abort();
      },
    });
    expect(run).toMatchObject({
      state: 'cancelled',
      stateReason: 'The run was cancelled. Not everything was undone: the namespace bench is still ending.',
      left,
    });
  });

  it('closes the bench when nobody listens any more', async () => {
    const clock = fakeClock();
    const bench = fakeBench({ clock });
    const running = conduct(planOf('aa'), fakeTarget(bench), {
      id: 'r1',
      clock,
      sink: memorySink(),
      signal: new AbortController().signal,
    });
    for await (const event of running) if (event.kind === 'sample') break;
    expect(bench.closed).toBe(1);
  });
});

describe('a run that breaks', () => {
  it('ends as failed with what was thrown, and the bench closed', async () => {
    const clock = fakeClock();
    let calls = 0;
    const bench = fakeBench({
      clock,
      run: () => (++calls === 6 ? Promise.reject(new Error('the holder is gone')) : {}),
    });
    const { run } = await conducted(planOf('aa'), fakeTarget(bench), clock);
    expect(run.state).toBe('failed');
    expect(run.stateReason).toBe('the holder is gone');
    expect(bench.closed).toBe(1);
  });

  it('closes the bench when the store is full, and says so', async () => {
    const clock = fakeClock();
    const bench = fakeBench({ clock });
    const full = new Problem('target', 'The disk is full.', 'Free some space.');
    const sink = memorySink({ sample: () => Promise.reject(full), end: () => Promise.reject(full) });
    await expect(conducted(planOf('aa'), fakeTarget(bench), clock, { sink })).rejects.toBe(full);
    expect(bench.closed).toBe(1);
  });

  it('does not open anything when a check blocks', async () => {
    const open = (): Promise<Bench> => Promise.reject(new Error('must not be called'));
    const preflight: Target['preflight'] = () =>
      Promise.resolve([{ id: 'fortio', level: 'blocks', text: 'fortio is not there.', todo: 'Install it.' }]);
    const target = fakeTarget(fakeBench({ clock: fakeClock() }), { open, preflight });
    await expect(conducted(planOf('aa'), target)).rejects.toThrow('fortio is not there. Install it.');
  });

  it('leaves out what no tool is there for, with the reason', async () => {
    const clock = fakeClock();
    const bench = fakeBench({ clock, missingTools: ['netperf', 'sockperf'] });
    const { run } = await conducted(planOf('latency'), fakeTarget(bench), clock);
    expect(run.notMeasured).toContainEqual({
      what: 'round-trip (latencyP50Us, latencyP90Us, latencyP99Us)',
      reason: 'it needs netperf or sockperf, which is not there',
    });
    expect(run.state).toBe('partial');
  });
});
