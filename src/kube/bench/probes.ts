import type { Plan, Probe } from '../../core/plan/plan';
import type { Address, ProbeAnswer } from '../../core/target';
import { startDecoy } from './decoy';
import type { Parts } from './parts';
import type { PodWatch } from './podWatch';
import type { ProberFeed } from './proberFeed';
import { askProber, startProberPod, startProbers, type Probers } from './probers';
import type { BenchSpace } from './space';
import type { Servers } from './startServers';

export interface ProbeMeans {
  readonly space: BenchSpace;
  readonly watch: PodWatch;
  readonly plan: Plan;
  readonly servers: Servers;
  readonly parts: Parts;
}

function asks(plan: Plan, kind: Probe['kind']): boolean {
  return plan.steps.some((step) => step.kind === 'probe' && step.probe.kind === kind);
}

/** Starts what cannot be had before it is asked for, so that it is there by then. Failing is told to who asks. */
function begun<Result>(starting: Promise<Result>): Promise<Result> {
  starting.catch(() => undefined);
  return starting;
}

/** Answers the plan's probes. The probing pods start at once, while the first load, a warm-up, runs. */
export function createProbes(
  { space, watch, plan, servers, parts }: ProbeMeans,
  signals: { readonly starting: AbortSignal; readonly closed: AbortSignal },
): (probe: Probe, signal: AbortSignal) => Promise<ProbeAnswer> {
  const startAll = async (): Promise<Probers> => {
    const server = servers.address('http', 'pod');
    const decoy = plan.policyObjects?.decoy;
    const probed =
      decoy === undefined
        ? { server }
        : { server, decoy: await startDecoy(space, watch, decoy, signals.starting) };
    return startProbers(space, watch, plan, probed, signals);
  };
  const probers = asks(plan, 'http') ? begun(startAll()) : null;

  const startMarkerProbers = async (
    markers: readonly Address[],
  ): Promise<ReadonlyMap<string, ProberFeed>> => {
    const questions = markers.map((to) => ({ to, request: plan.request }));
    const feeds = await startProberPod(space, watch, 'prober-markers', 'client', questions, signals);
    return new Map(
      markers.flatMap((to, index) => {
        const feed = feeds[index];
        return feed === undefined ? [] : [[JSON.stringify(to), feed] as const];
      }),
    );
  };
  const markerProbers =
    parts.services === null ? null : begun(startMarkerProbers(parts.services.allMarkers()));

  const askServices = async (signal: AbortSignal): Promise<ProbeAnswer> => {
    const feeds = await markerProbers;
    const markers = parts.services?.markers() ?? [];
    const question = { kind: 'http', from: 'client', request: plan.request, expect: 200 } as const;
    const answers = await Promise.all(
      markers.map(async (marker, index): Promise<ProbeAnswer> => {
        const feed = feeds?.get(JSON.stringify(marker));
        if (feed === undefined) return { asExpected: false, seen: 'a marker Service has no prober' };
        const { asExpected, seen } = await askProber(feed, question, signal);
        return { asExpected, seen: `marker Service ${index + 1} of ${markers.length}: ${seen}` };
      }),
    );
    if (answers.length === 0) return { asExpected: false, seen: 'there is no marker Service' };
    const bad = answers.find(({ asExpected }) => !asExpected);
    return bad ?? { asExpected: true, seen: 'the first, middle and last marker Service answered' };
  };

  return async (probe, signal) => {
    switch (probe.kind) {
      case 'http':
        return (
          (await probers)?.ask(probe, signal) ?? { asExpected: false, seen: 'the plan has no such probe' }
        );
      case 'services':
        return askServices(signal);
      case 'hubble':
        return (
          parts.hubble?.probe(probe.expect, signal) ?? {
            asExpected: false,
            seen: 'the plan does not change Hubble',
          }
        );
    }
  };
}
