import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../src/core/plan/makePlan';
import { findProfile } from '../../../src/core/plan/profiles';
import type { ComponentUse, Run } from '../../../src/core/result/run';
import { conduct } from '../../../src/core/run/conduct';
import { cpuUsPerRequest } from '../../../src/core/run/measure';
import { resources } from '../../../src/core/scenario/resources';
import { parseRun } from '../../../src/store/parseRun';
import { everything, fakeBench, fakeClock, fakeTarget, memorySink } from './fakes';

const plan = makePlan(resources, {
  profile: findProfile('quick'),
  parameters: {},
  policy: null,
  on: 'kube',
  target: everything,
  seed: 1,
});

const use = (
  component: string,
  node: string | null,
  cores: number | null,
  reason?: string,
): ComponentUse => ({
  component,
  node,
  cpuCores: cores,
  memoryBytes: 1_000_000,
  windowSeconds: 30,
  source: 'kubelet',
  ...(reason === undefined ? {} : { reason }),
});

async function runWith(components: (sample: string) => readonly ComponentUse[]): Promise<Run> {
  const clock = fakeClock();
  const bench = fakeBench({ clock, run: (job) => ({ components: components(job.id) }) });
  const run = conduct(plan, fakeTarget(bench), {
    id: 'run-1',
    sink: memorySink(),
    clock,
    signal: new AbortController().signal,
  });
  for (;;) {
    const next = await run.next();
    if (next.done) return next.value;
  }
}

const cores = (id: string): number => (id.includes('-idle-') ? 0.1 : 0.4);

describe('what components used', () => {
  it('is added up over a component’s pods, and over all components', async () => {
    const run = await runWith((id) => [
      use('Cilium agent', 'node-a', cores(id)),
      use('Cilium agent', 'node-b', cores(id)),
      use('CoreDNS', null, 0.05),
    ]);
    const idle = run.variants.find(({ id }) => id === 'idle');
    const agent = idle?.parts?.find(({ part }) => part === 'Cilium agent');
    expect(agent?.metrics.componentCpuCores?.median).toBeCloseTo(0.2, 9);
    expect(agent?.metrics.componentMemoryBytes?.median).toBe(2_000_000);
    expect(idle?.metrics.componentCpuCores?.median).toBeCloseTo(0.25, 9);
    const described = run.differences?.find(
      ({ variant, metric }) => variant === 'kept' && metric === 'componentCpuCores',
    );
    expect(described?.difference).toBeCloseTo(0.6, 9);
    expect(run.effects).toEqual([]);
    expect(parseRun(JSON.stringify(run)).ok).toBe(true);
  });

  it('is the agent’s CPU time of a sample where each agent tells it, and counts for a request', async () => {
    const unread = 'b1-kept-saturated-1';
    const run = await runWith((id) => [
      use('Cilium agent', 'node-a', 0.2),
      use('Cilium agent', 'node-b', id === unread ? null : 0.1, 'it restarted'),
    ]);
    const samples = run.samples.filter(({ load, tool }) => load === 'saturated' && tool === 'fortio');
    expect(samples.length).toBeGreaterThan(1);
    for (const { id, cpuUs, seconds } of samples) {
      if (id === unread) expect(cpuUs).not.toHaveProperty('agent');
      else expect(cpuUs.agent).toBeCloseTo(0.3 * seconds * 1e6, 3);
    }
    expect(cpuUsPerRequest({ client: 40, server: 10, agent: 30 }, 10)).toBe(8);
    expect(cpuUsPerRequest({ client: 40, server: 10 }, 10)).toBe(5);
    expect(cpuUsPerRequest({ agent: 30 }, 10)).toBeUndefined();
  });

  it('has no sum where one of its pods could not be read, and says why', async () => {
    const reason = 'its container cilium-agent restarted while the load ran';
    const run = await runWith((id) => [
      use('Cilium agent', 'node-a', 0.2),
      use('Cilium agent', 'node-b', id === 'b1-kept-saturated-1' ? null : 0.2, reason),
      use('CoreDNS', null, 0.05),
    ]);
    const sample = run.samples.find(({ id }) => id === 'b1-kept-saturated-1');
    expect(sample?.valid).toBe(true);
    expect(sample?.values.rps).toBeGreaterThan(0);
    expect(sample?.values).not.toHaveProperty('componentCpuCores');
    expect(sample?.values.componentMemoryBytes).toBe(3_000_000);
    expect(sample?.parts?.filter(({ metric }) => metric === 'componentCpuCores')).toEqual([
      { part: 'CoreDNS', metric: 'componentCpuCores', value: 0.05 },
    ]);
    expect(sample?.partsLeftOut).toEqual([{ what: 'CPU of Cilium agent on node-b', reason }]);
    expect(parseRun(JSON.stringify(run)).ok).toBe(true);
    const kept = run.variants.find(({ id }) => id === 'kept');
    expect(kept?.metrics.componentCpuCores?.n).toBe(2);
  });
});
