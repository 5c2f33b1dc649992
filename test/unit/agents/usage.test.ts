import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { componentKinds } from '../../../src/kube/agents/componentTable';
import { uncountedComponents } from '../../../src/kube/agents/componentPods';
import { unknown, known } from '../../../src/core/cluster/evidence';
import type { PodReading, WindowReading } from '../../../src/kube/agents/usageReadings';
import { durationMs, readKubeletMetrics, readPodMetrics } from '../../../src/kube/agents/usageReadings';
import { kubeletHistory, useOfWindows } from '../../../src/kube/agents/usageWindow';

const captured = (name: string): string => readFileSync(new URL(`captured/${name}`, import.meta.url), 'utf8');
const coredns = 'kube-system/coredns-74478f549f-8dkps';

describe('a kubelet’s readings', () => {
  it('are read as captured, of the pod and of its container', () => {
    const reading = readKubeletMetrics(captured('kubelet-1.34-resource-1.txt')).get(coredns);
    expect(reading?.cpu.get('')).toEqual({ atMs: 1_795_620_807_466, cpuSeconds: 1.163512536 });
    expect(reading?.cpu.get('coredns')).toEqual({ atMs: 1_795_620_817_640, cpuSeconds: 1.15325845 });
    expect(reading?.memory.get('')?.bytes).toBe(10_211_328);
    expect(reading?.starts.get('coredns')).toBe(1_795_620_003.195_740_2);
  });

  it('that were captured while time went on give the use between the two new ones', () => {
    const history = kubeletHistory();
    for (const part of ['1', '1', '2', '2', '3'])
      history.add(readKubeletMetrics(captured(`kubelet-1.34-resource-${part}.txt`)).get(coredns));
    const { cpuCores, windowSeconds, memoryBytes } = history.use();
    expect(windowSeconds).toBe(16.081);
    expect(cpuCores).toBeCloseTo((1.205521954 - 1.185708627) / 16.081, 9);
    expect(memoryBytes).toBeGreaterThan(9_000_000);
  });

  it.each(['', '{', 'pod_cpu_usage_seconds_total{} NaN 1', 'pod_cpu_usage_seconds_total{pod="a"} 1', '\n\n'])(
    'of bad text %j are none',
    (text) => {
      expect([...readKubeletMetrics(text).values()].every(({ cpu }) => cpu.size === 0)).toBe(true);
    },
  );
});

describe('what a pod used by its kubelet', () => {
  const reading = (atMs: number, cpuSeconds: number, start = 5): PodReading => ({
    cpu: new Map([['', { atMs, cpuSeconds }]]),
    memory: new Map([['', { atMs, bytes: 1_000 + atMs }]]),
    starts: new Map([['agent', start]]),
  });
  const useOf = (...readings: (PodReading | undefined)[]) => {
    const history = kubeletHistory();
    for (const one of readings) history.add(one);
    return history.use();
  };

  it('leaves the reading from before the load out, and counts a repeated one once', () => {
    // 1 core before the load, half a core in it.
    const use = useOf(
      reading(0, 0),
      reading(0, 0),
      reading(10_000, 10),
      reading(10_000, 10),
      reading(30_000, 20),
    );
    expect(use).toEqual({ cpuCores: 0.5, memoryBytes: 31_000, windowSeconds: 20 });
  });

  it('does not ask what time it is there: a clock an hour off gives the same', () => {
    const off = -3_600_000;
    const use = useOf(reading(off, 0), reading(off + 10_000, 10), reading(off + 30_000, 20));
    expect(use.cpuCores).toBe(0.5);
  });

  it('is not told by one reading', () => {
    expect(useOf(reading(0, 0), reading(10_000, 10))).toEqual({
      cpuCores: null,
      memoryBytes: 11_000,
      windowSeconds: 0,
      reason: 'the kubelet read it less than twice while the load ran',
    });
  });

  it.each([
    ['a restart', [reading(0, 0), reading(10_000, 10), reading(20_000, 11, 9)], /container agent restarted/],
    ['a counter from nothing', [reading(0, 9), reading(10_000, 10), reading(20_000, 1)], /began anew/],
    ['a pod that went', [reading(0, 0), reading(10_000, 10), reading(20_000, 12), undefined], /was gone/],
    ['nothing', [undefined], /was gone/],
  ])('is not told after %s, with the reason', (_name, readings, reason) => {
    const use = useOf(...readings);
    expect(use.cpuCores).toBeNull();
    expect(use.reason).toMatch(reason);
  });

  it('is that of its containers where the pod as a whole is not read', () => {
    const containers = (atMs: number, a: number, b: number): PodReading => ({
      cpu: new Map([
        ['a', { atMs, cpuSeconds: a }],
        ['b', { atMs: atMs + 1, cpuSeconds: b }],
      ]),
      memory: new Map([
        ['a', { atMs, bytes: 10 }],
        ['b', { atMs, bytes: 20 }],
      ]),
      starts: new Map(),
    });
    const use = useOf(containers(0, 0, 0), containers(10_000, 1, 2), containers(20_000, 2, 6));
    expect(use).toEqual({ cpuCores: 0.5, memoryBytes: 30, windowSeconds: 10 });
  });
});

describe('the metrics API', () => {
  const pods = ['1', '2', '3'].map((part) =>
    readPodMetrics(JSON.parse(captured(`metrics-server-0.9-pod-${part}.json`))),
  );
  const windows = pods.filter((one) => one !== null);

  it('is read as captured', () => {
    expect(windows).toHaveLength(3);
    expect(windows[0]).toEqual({
      startMs: Date.parse('2026-11-25T15:45:32Z') - 13_708,
      endMs: Date.parse('2026-11-25T15:45:32Z'),
      cpuCores: 0.001291961,
      memoryBytes: 9016 * 1024,
      nowMs: Date.parse('2026-11-25T15:45:48Z'),
    });
  });

  it('counts the window that lies within the load alone, and once', () => {
    const load = { startMs: Date.parse('2026-11-25T15:45:40Z'), endMs: Date.parse('2026-11-25T15:46:22Z') };
    expect(useOfWindows(windows, load)).toEqual({
      cpuCores: expect.closeTo(0.001150169, 12) as number,
      memoryBytes: 9020 * 1024,
      windowSeconds: 16.134,
    });
  });

  it('has nothing where its windows began before the load or ended after it', () => {
    const early = { startMs: Date.parse('2026-11-25T15:45:50Z'), endMs: Date.parse('2026-11-25T15:46:22Z') };
    expect(useOfWindows(windows, early).reason).toBe('no window of the metrics API lies within the load');
    const late = { startMs: Date.parse('2026-11-25T15:45:40Z'), endMs: Date.parse('2026-11-25T15:46:00Z') };
    expect(useOfWindows(windows, late).cpuCores).toBeNull();
  });

  it('weighs windows by their length, and takes the clock of a node that goes ahead for no clock', () => {
    const window = (startMs: number, endMs: number, cpuCores: number): WindowReading => ({
      startMs,
      endMs,
      cpuCores,
      memoryBytes: 1,
      nowMs: 60_000,
    });
    const load = { startMs: 0, endMs: 60_000 };
    const use = useOfWindows([window(1_000, 11_000, 1), window(11_000, 41_000, 0.2)], load);
    expect(use.cpuCores).toBeCloseTo(0.4, 9);
    expect(useOfWindows([window(100_000, 700_000, 1)], load).reason).toMatch(/goes ahead/);
    expect(useOfWindows([], load).reason).toMatch(/has no figures/);
  });

  it.each([
    ['15.195s', 15_195],
    ['1m0s', 60_000],
    ['1h2m3.5s', 3_723_500],
    ['15', null],
    ['15s and more', null],
    [null, null],
  ])('reads the duration %j', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each([{}, { timestamp: 'yesterday' }, null, { containers: [{ usage: { cpu: 'much' } }] }])(
    'reads nothing out of %j',
    (object) => {
      expect(readPodMetrics(object)).toBeNull();
    },
  );
});

describe('components', () => {
  it('are told apart by label: none is listed twice', () => {
    const labels = componentKinds.flatMap((kind) => kind.labels);
    expect(new Set(labels).size).toBe(labels.length);
    expect(componentKinds.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'Cilium agent',
        'kube-proxy',
        'CoreDNS',
        'ztunnel',
        'Calico',
        'Flannel',
        'Antrea',
      ]),
    );
  });

  const mode = { rules: 'iptables', replacedBy: null, alsoRuns: false, isStated: true } as const;
  it('that are no pods are named, with the reason', () => {
    const facts = { kubeProxy: known(mode) };
    expect(uncountedComponents(facts, [{ component: 'CoreDNS' }])[0]?.what).toBe(
      'CPU and memory of kube-proxy',
    );
    expect(uncountedComponents(facts, [{ component: 'kube-proxy' }])).toEqual([]);
    expect(uncountedComponents({ kubeProxy: known({ ...mode, rules: 'replaced' }) }, [])).toEqual([]);
    expect(uncountedComponents({ kubeProxy: unknown('it is not read') }, [])).toEqual([]);
  });
});
