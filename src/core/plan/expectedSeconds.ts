/** How long what is not load takes, only used to say how long a run takes; the runner corrects it as it goes. */
import type { ServiceScale, TargetKind } from '../scenario/scenario';
import type { Change, Probe } from './plan';

interface Timings {
  readonly change: number;
  readonly probe: number;
  readonly blockedProbe: number;
  /** What a sample takes besides its load: on a cluster the start of a pod. */
  readonly sampleOverhead: number;
  readonly perService: Readonly<Record<ServiceScale['rules'], number>>;
  /** Agents that start anew. */
  readonly hubble: number;
}

/** The lab's were measured on two cores, the cluster's on a two-node test cluster; larger ones take longer for Services. */
const timings: Readonly<Record<TargetKind, Timings>> = {
  lab: {
    change: 0.1,
    probe: 0.1,
    blockedProbe: 0.4,
    sampleOverhead: 0.1,
    perService: { iptables: 1 / 5000, nftables: 1 / 40_000, cluster: 0 },
    hubble: 0,
  },
  kube: {
    change: 0.2,
    probe: 0.3,
    blockedProbe: 0.5,
    sampleOverhead: 1.2,
    perService: { iptables: 0, nftables: 0, cluster: 1 / 200 },
    hubble: 60,
  },
};

export function changeSeconds(change: Change, on: TargetKind): number {
  const known = timings[on];
  if (change.what === 'hubble') return known.hubble;
  if (change.what !== 'services' || !change.to) return known.change;
  return known.change + change.to.count * known.perService[change.to.rules];
}

export function probeSeconds(probe: Probe, on: TargetKind): number {
  const blocked = probe.kind === 'http' && probe.expect === 'blocked';
  return blocked ? timings[on].blockedProbe : timings[on].probe;
}

export function sampleSeconds(load: number, on: TargetKind): number {
  return load + timings[on].sampleOverhead;
}
