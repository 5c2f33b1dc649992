import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { controlSamples } from '../../../../src/core/run/controlSamples';
import { isClientBound } from '../../../../src/core/run/gates/clientBound';
import type { GateInput } from '../../../../src/core/run/gates/gate';
import { reasonCodes, type ReasonCode } from '../../../../src/core/run/gates/reasonCodes';
import type { Readings } from '../../../../src/core/run/gates/readings';
import { gateOf, gates, judgeGates } from '../../../../src/core/run/gates/registry';
import { fakeBench, fakeClock } from '../fakes';

const never = new AbortController().signal;

/** Of a clean second of load in the lab, the first reading all zeros but what stands. */
const before: Required<Readings> = {
  clock: { wallMs: 1_000_000, monotonicMs: 5000 },
  throttledUs: 70,
  cpuTicks: { all: 1000, stolen: 50 },
  conntrack: { entries: 10, room: 1000, lost: 4 },
  ports: { timeWait: 0, range: 1000, reusesTimeWait: false },
  tcp: { sent: 500, retransmitted: 50, opened: 10, synRetransmitted: 5 },
  clientZeroWindows: 6,
  packets: { arrived: 1000, dropped: 40 },
};
const after: Required<Readings> = {
  clock: { wallMs: 1_001_000, monotonicMs: 6000 },
  throttledUs: 70,
  cpuTicks: { all: 1200, stolen: 51 },
  conntrack: { entries: 800, room: 1000, lost: 4 },
  ports: { timeWait: 800, range: 1000, reusesTimeWait: false },
  tcp: { sent: 100_500, retransmitted: 60, opened: 20_010, synRetransmitted: 5 },
  clientZeroWindows: 6,
  packets: { arrived: 201_000, dropped: 60 },
};
const clean: GateInput = {
  kind: 'http',
  seconds: 1,
  clientCpuUs: 1_000_000,
  clientCores: 2,
  output: '{"RetCodes": {"200": 5}}',
  before,
  after,
  control: { rate: 0.8, usual: 1 },
};

/** What each gate lets pass at its edge, and what it does not. */
const edges: readonly {
  readonly code: ReasonCode;
  readonly passes: Partial<GateInput>;
  readonly fires: Partial<GateInput>;
  readonly says: string;
}[] = [
  {
    code: 'client-bound',
    passes: { clientCpuUs: 1_900_000 },
    fires: { clientCpuUs: 1_950_000 },
    says: 'the client used 98 % of its 2 cores, so it measured itself',
  },
  {
    code: 'client-stalled',
    passes: { after: { ...after, clientZeroWindows: 7 } },
    fires: { after: { ...after, clientZeroWindows: 8 } },
    says: 'the client closed its receive window 2 times, so it stalled the server',
  },
  {
    code: 'throttled',
    passes: { after: { ...after, throttledUs: 10_070 } },
    fires: { after: { ...after, throttledUs: 200_070 } },
    says: 'a CPU quota held the load back for 0.20 s in 1.0 s (20 %)',
  },
  {
    code: 'cpu-stolen',
    passes: { after: { ...after, cpuTicks: { all: 1200, stolen: 60 } } },
    fires: { after: { ...after, cpuTicks: { all: 1200, stolen: 62 } } },
    says: 'the hypervisor gave 6.0 % of the CPU time to others (steal)',
  },
  {
    code: 'machine-slower',
    passes: { control: { rate: 0.34, usual: 1 } },
    fires: { control: { rate: 0.33, usual: 1 } },
    says: 'the machine did only 33 % of its usual work in the control sample of this block',
  },
  {
    code: 'conntrack-full',
    passes: { after: { ...after, conntrack: { entries: 899, room: 1000, lost: 4 } } },
    fires: { after: { ...after, conntrack: { entries: 900, room: 1000, lost: 4 } } },
    says: 'the connection-tracking table was nearly full: 900 of 1000 entries (90 %) were in use',
  },
  {
    code: 'ports-exhausted',
    passes: { after: { ...after, ports: { timeWait: 999, range: 1000, reusesTimeWait: true } } },
    fires: { after: { ...after, ports: { timeWait: 900, range: 1000, reusesTimeWait: false } } },
    says: '900 sockets in TIME_WAIT held 90 % of the client’s 1000 ports',
  },
  {
    code: 'packets-dropped',
    passes: { after: { ...after, packets: { arrived: 201_000, dropped: 240 } } },
    fires: { after: { ...after, packets: { arrived: 201_000, dropped: 4040 } } },
    says: '4000 packets were dropped on the way, 2.0 % of them',
  },
  {
    code: 'retransmits',
    passes: { after: { ...after, tcp: { ...after.tcp, retransmitted: 150, synRetransmitted: 25 } } },
    fires: { after: { ...after, tcp: { ...after.tcp, retransmitted: 1050 } } },
    says: 'TCP sent 1000 of 100000 segments again (1.0 %)',
  },
  {
    code: 'clock-step',
    passes: { after: { ...after, clock: { wallMs: 1_001_021, monotonicMs: 6000 } } },
    fires: { after: { ...after, clock: { wallMs: 1_000_500, monotonicMs: 6000 } } },
    says: 'the clock was set back by 0.50 s during the load',
  },
];

describe('gates', () => {
  it('pass a clean load, all of them judged', () => {
    expect(judgeGates(clean)).toEqual({ reasons: [], notJudged: [] });
  });

  it.each(edges)('$code at its threshold', ({ code, passes, fires, says }) => {
    expect(judgeGates({ ...clean, ...passes }).reasons).toEqual([]);
    expect(judgeGates({ ...clean, ...fires }).reasons).toEqual([{ code, says }]);
  });

  it('that judge each have an edge above', () => {
    expect(edges.map(({ code }) => code)).toEqual(
      gates.filter(({ judge }) => judge !== undefined).map(({ code }) => code),
    );
  });

  it('are not passed where the target tells nothing: they are not judged', () => {
    const silent = { ...clean, before: {}, after: {}, control: null, clientCores: null };
    expect(judgeGates(silent)).toEqual({ reasons: [], notJudged: edges.map(({ code }) => code) });
    // A reading that is there only once tells no growth.
    expect(judgeGates({ ...clean, before: {} }).notJudged).toContain('throttled');
  });

  it('have more than one way to fire', () => {
    const said = (input: Partial<GateInput>): string =>
      judgeGates({ ...clean, ...input })
        .reasons.map(({ code, says }) => `${code}: ${says}`)
        .join();
    expect(said({ after: { ...after, conntrack: { entries: 20, room: 1000, lost: 7 } } })).toBe(
      'conntrack-full: connection tracking lost 3 packets or entries for want of room; 20 of 1000 entries (2.0 %) were in use',
    );
    expect(said({ output: 'dial tcp 10.80.2.10:8080: connect: cannot assign requested address' })).toMatch(
      /^ports-exhausted: the client had no port left/,
    );
    expect(said({ after: { ...after, tcp: { ...after.tcp, synRetransmitted: 45 } } })).toBe(
      'retransmits: TCP asked 40 times again for 20000 connections, a second or more each',
    );
    expect(said({ after: { ...after, clock: { wallMs: 1_003_000, monotonicMs: 6000 } } })).toBe(
      'clock-step: the clock was set forward by 2.00 s during the load',
    );
  });

  it('say nothing of loads that they do not concern', () => {
    const lossy: Readings = {
      ...after,
      tcp: { ...after.tcp, retransmitted: 50_000 },
      packets: { arrived: 201_000, dropped: 90_000 },
      clientZeroWindows: 999,
    };
    expect(judgeGates({ ...clean, kind: 'stream', after: lossy, clientCpuUs: 2_000_000 }).reasons).toEqual(
      [],
    );
    expect(judgeGates({ ...clean, kind: 'http', after: lossy }).reasons).toHaveLength(3);
  });

  it('have each code once', () => {
    expect(gates.map(({ code }) => code)).toEqual(reasonCodes);
  });
});

describe('a sample whose client was out of CPU', () => {
  it('is told by its code, and by its words where an earlier version wrote it', () => {
    const words = 'the client used 97 % of its 2 cores, so it measured itself';
    expect(isClientBound({ invalidReasons: ['x'], invalidCodes: ['client-bound'] })).toBe(true);
    expect(isClientBound({ invalidReasons: [words], invalidCodes: ['no-result'] })).toBe(false);
    expect(isClientBound({ invalidReasons: [words] })).toBe(true);
    expect(isClientBound({ invalidReasons: ['8 % failed'] })).toBe(false);
  });
});

describe('control samples', () => {
  it('are taken once a block and held against the median of those before', async () => {
    const rates = [1, 3, 2, 0.5];
    const controls = controlSamples({
      ...fakeBench({ clock: fakeClock() }),
      control: () => Promise.resolve(rates.shift() ?? null),
    });
    expect(await controls.of(0, never)).toBe('first');
    expect(await controls.of(0, never)).toBe('first');
    expect(await controls.of(1, never)).toEqual({ rate: 3, usual: 1 });
    expect(await controls.of(2, never)).toEqual({ rate: 2, usual: 2 });
    expect(await controls.of(3, never)).toEqual({ rate: 0.5, usual: 2 });
    expect(await controls.of(4, never)).toBeNull();
  });

  it('are not there where the bench has none', async () => {
    expect(await controlSamples(fakeBench({ clock: fakeClock() })).of(1, never)).toBeNull();
  });
});

describe('docs/validity.md', () => {
  const page = readFileSync(new URL('../../../../docs/validity.md', import.meta.url), 'utf8');

  it('has every code with what it finds, its threshold and what to change', () => {
    const rows = [...page.matchAll(/^\| `([a-z-]+)` +\| (.*?) +\| (.*?) +\| (.*?) +\|$/gm)];
    const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
    expect(rows.map(([, ...cells]) => cells)).toEqual(
      gates.map(({ code, what, threshold, todo }) => [code, capital(what), capital(threshold), todo]),
    );
    for (const code of rows.map(([, code]) => code)) expect(gateOf(code ?? '')).toBeDefined();
  });
});
