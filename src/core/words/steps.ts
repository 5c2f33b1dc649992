import type { Change, Probe, SamplePlan, Step } from '../plan/plan';
import type { Load, PolicyLevel, Variant } from '../scenario/scenario';
import { grouped } from './numbers';

const policyText: Readonly<Record<PolicyLevel, string>> = {
  none: 'take the policy away',
  l3l4: 'put the policy in force, peers and ports alone',
  l7: 'put the policy in force, HTTP rules included',
};

export function changeText(change: Change): string {
  switch (change.what) {
    case 'wire':
      return change.to === 'vxlan'
        ? 'send the traffic through VXLAN'
        : 'send the traffic over the direct wire';
    case 'policy':
      return policyText[change.to];
    case 'services': {
      if (!change.to) return 'take the Services away';
      const { count, rules } = change.to;
      if (rules === 'cluster')
        return count === 0 ? 'have no further Services' : `make ${grouped(count)} Services`;
      return count === 0
        ? `program the measured Service by ${rules}`
        : `program the measured Service and ${grouped(count)} others by ${rules}`;
    }
    case 'hubble':
      return change.to === 'off' ? 'turn Hubble off on the bench nodes' : 'put Hubble back as it was found';
  }
}

function probeText(probe: Probe): string {
  if (probe.kind === 'services') return 'see that the first, middle and last Service answer';
  if (probe.kind === 'hubble')
    return probe.expect === 'off'
      ? 'see that the agents say Hubble is off'
      : 'see that Hubble is as it was found';
  const { method, path } = probe.request;
  const where = probe.to === 'decoy' ? ' to a server that the policy keeps it from' : '';
  const who = `${where}${probe.from === 'client' ? '' : ' from another pod'}`;
  return probe.expect === 'blocked'
    ? `see that ${method} ${path}${who} gets no answer`
    : `see that ${method} ${path}${who} answers ${probe.expect}`;
}

/** What a load sends, e.g. `16 kept connections, as fast as they go`. */
export function loadText(load: Load): string {
  const via = { pod: '', service: ' through the Service', host: ' over the host network' }[load.via];
  switch (load.kind) {
    case 'http': {
      const connections = `${grouped(load.connections)} ${load.keepAlive ? 'kept' : 'short'} connections`;
      const clients = (load.clients ?? 1) > 1 ? `${load.clients ?? 1} clients with ` : '';
      const rate =
        load.ratePerSecond === 'max'
          ? 'as fast as they go'
          : `${grouped(load.ratePerSecond)} requests a second`;
      return `${clients}${connections}${via}, ${rate}`;
    }
    case 'stream':
      return `${grouped(load.streams)} TCP ${load.streams === 1 ? 'stream' : 'streams'}${via}`;
    case 'round-trip':
      return `one message back and forth${via}`;
    case 'connect':
      return `a new connection for each request${via}`;
    case 'idle':
      return 'nothing';
    case 'bpf-maps':
      return 'nothing; the BPF maps of the agents are read';
  }
}

function sampleText(sample: SamplePlan, variants: readonly Variant[]): string {
  const label = variants.find((variant) => variant.id === sample.variant)?.label ?? sample.variant;
  const when = sample.discard
    ? 'warm-up'
    : `round ${sample.block}${sample.repeat > 1 ? ', again for the noise' : ''}`;
  return `${when}: ${label} · ${sample.load.id}, ${sample.seconds} s`;
}

/** What a step does, as the rest of a line. */
export function stepText(step: Step, variants: readonly Variant[]): string {
  switch (step.kind) {
    case 'change':
      return changeText(step.change);
    case 'probe':
      return probeText(step.probe);
    case 'sample':
      return sampleText(step.sample, variants);
  }
}
