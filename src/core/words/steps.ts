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
      return count === 0
        ? `program the measured Service by ${rules}`
        : `program the measured Service and ${grouped(count)} others by ${rules}`;
    }
  }
}

function probeText(probe: Probe): string {
  if (probe.kind === 'services') return 'see that the first, middle and last Service answer';
  const { method, path } = probe.request;
  const who = probe.from === 'client' ? '' : ' from another pod';
  return probe.expect === 'blocked'
    ? `see that ${method} ${path}${who} gets no answer`
    : `see that ${method} ${path}${who} answers ${probe.expect}`;
}

/** What a load sends, e.g. `16 kept connections, as fast as they go`. */
export function loadText(load: Load): string {
  const via = load.via === 'service' ? ' through the Service' : '';
  switch (load.kind) {
    case 'http': {
      const connections = `${grouped(load.connections)} ${load.keepAlive ? 'kept' : 'short'} connections`;
      const rate =
        load.ratePerSecond === 'max'
          ? 'as fast as they go'
          : `${grouped(load.ratePerSecond)} requests a second`;
      return `${connections}${via}, ${rate}`;
    }
    case 'stream':
      return `${grouped(load.streams)} TCP ${load.streams === 1 ? 'stream' : 'streams'}${via}`;
    case 'round-trip':
      return `one message back and forth${via}`;
    case 'connect':
      return `a new connection for each request${via}`;
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
