import type { NotMeasured } from '../result/run';
import type { Capability, Load, Variant } from '../scenario/scenario';
import type { TargetCapabilities } from '../target';

function loadNeeds(load: Load): Capability[] {
  const byKind: Readonly<Record<Load['kind'], Capability>> = {
    http: 'http',
    connect: 'http',
    stream: 'stream',
    'round-trip': 'round-trip',
    idle: 'component-usage',
    'bpf-maps': 'bpf-maps',
  };
  return [
    byKind[load.kind],
    ...(load.via === 'service' ? (['service-address'] as const) : []),
    ...(load.via === 'host' ? (['host-network'] as const) : []),
    ...(load.kind === 'http' && (load.clients ?? 1) > 1 ? (['several-clients'] as const) : []),
    ...(load.metrics.includes('componentCpuCores') ? (['component-usage'] as const) : []),
  ];
}

/** What a target must be able to do to measure this variant. */
export function variantNeeds(variant: Variant): Capability[] {
  const { wire, policy, services, hubble } = variant.setting;
  return [
    ...new Set([
      ...variant.loads.flatMap(loadNeeds),
      ...(wire === 'vxlan' ? (['vxlan'] as const) : []),
      ...(policy === 'l3l4' ? (['policy-l3l4'] as const) : []),
      ...(policy === 'l7' ? (['policy-l7'] as const) : []),
      ...(services ? ([`service-scale-${services.rules}`] as const) : []),
      ...(hubble === 'off' ? (['hubble-off'] as const) : []),
    ]),
  ];
}

/** Without a metric that the target cannot read: a load is worth running for its others. */
function withoutCpu(variant: Variant): Variant {
  return {
    ...variant,
    loads: variant.loads.map((load) => ({
      ...load,
      metrics: load.metrics.filter((metric) => metric !== 'cpuUsPerRequest'),
    })),
  };
}

/**
 * Splits the variants into those the target can measure and those it cannot, with the reason. A variant whose baseline
 * cannot be measured stays: its own figures count, only its effect is missing.
 */
export function measurable(
  variants: readonly Variant[],
  target: TargetCapabilities,
): { variants: Variant[]; notMeasured: NotMeasured[] } {
  const kept: Variant[] = [];
  const notMeasured: NotMeasured[] = [];
  for (const variant of variants) {
    const missing = variantNeeds(variant).filter((need) => !target.can.has(need));
    if (missing.length === 0) kept.push(variant);
    else {
      const reasons = missing.map((need) => target.cannot.get(need) ?? `this target does not offer ${need}`);
      notMeasured.push({ what: variant.label, reason: [...new Set(reasons)].join('; ') });
    }
  }
  const asksForCpu = kept.some(({ loads }) =>
    loads.some(({ metrics }) => metrics.includes('cpuUsPerRequest')),
  );
  if (!asksForCpu || target.can.has('cpu-per-request')) return { variants: kept, notMeasured };
  const reason = target.cannot.get('cpu-per-request') ?? 'this target does not tell it';
  return {
    variants: kept.map(withoutCpu),
    notMeasured: [...notMeasured, { what: 'CPU a request', reason }],
  };
}
