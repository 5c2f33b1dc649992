/** Runs and facts to advise on: real scenarios with made-up readings, summarised by the real code. */
import type {
  AdviceFacts,
  Advice,
  AdviceCode,
  Advised,
  Situation,
} from '../../../../src/core/result/advice/advice';
import { isAdvice } from '../../../../src/core/result/advice/advice';
import { adviseOn } from '../../../../src/core/result/advice/registry';
import type { Refusal } from '../../../../src/core/result/advice/advice';
import { known, unknown } from '../../../../src/core/cluster/evidence';
import type { Fingerprint, Run, Sample } from '../../../../src/core/result/run';
import { summarise } from '../../../../src/core/result/summarise';
import { fillParameters } from '../../../../src/core/scenario/parameters';
import type { Scenario } from '../../../../src/core/scenario/scenario';
import type { ValueOf } from '../../words/runs';
import { runOf } from '../../words/runs';

export function situation(changes: Partial<Situation> = {}): Situation {
  return { on: 'kube', runs: [], facts: null, findings: null, planned: {}, ...changes };
}

function advisedOn(code: AdviceCode, changes: Partial<Situation>): Advised | undefined {
  return adviseOn(situation(changes)).find((one) => one.code === code);
}

export function adviceOn(code: AdviceCode, changes: Partial<Situation>): Advice {
  const advised = advisedOn(code, changes);
  if (!advised || !isAdvice(advised)) throw new Error(`${code} is refused: ${JSON.stringify(advised)}`);
  return advised;
}

export function refusalOn(code: AdviceCode, changes: Partial<Situation>): Refusal {
  const advised = advisedOn(code, changes);
  if (!advised || isAdvice(advised)) throw new Error(`${code} is advised: ${JSON.stringify(advised)}`);
  return advised.refusal;
}

const cluster: Fingerprint = {
  kernels: '6.6.117',
  instanceTypes: 'SA5.LARGE8',
  ciliumVersion: '1.19.4',
  kubeProxy: 'replaced',
  kubeProxyReplacedBy: 'Cilium',
  ciliumRouting: 'native',
  services: 41,
};

/** A run of a scenario as on a cluster, whose fingerprint these facts change. */
export function clusterRun(
  scenario: Scenario,
  valueOf: ValueOf,
  {
    fingerprint = {},
    rounds = 5,
    ...more
  }: Partial<Run> & { fingerprint?: Fingerprint; rounds?: number } = {},
): Run {
  const lab = runOf(scenario, valueOf, {}, rounds);
  const parameters = fillParameters(scenario, {});
  const variants = scenario.variants(parameters, 'kube');
  const offsets = [0.004, -0.011, 0.007, 0.012, -0.006];
  const samples: Sample[] = Array.from({ length: rounds }, (_, round) =>
    variants.flatMap((variant, place) =>
      [1, 2].flatMap((repeat) =>
        variant.loads.map((load): Sample => {
          const share = 1 + (offsets[(round + 2 * place + repeat) % offsets.length] ?? 0);
          const values = Object.fromEntries(
            load.metrics.map((metric) => [metric, valueOf(variant, metric, load) * share]),
          );
          const id = `b${round + 1}-${variant.id}-${load.id}-${repeat}`;
          return {
            ...(lab.samples[0] as Sample),
            id,
            variant: variant.id,
            load: load.id,
            block: round + 1,
            repeat,
            values,
          };
        }),
      ),
    ),
  ).flat();
  return {
    ...lab,
    target: { kind: 'kube', name: 'prod-eu-1', fingerprint: { ...cluster, ...fingerprint } },
    parameters: { ...parameters, rounds: String(rounds) },
    ...summarise(variants, samples),
    samples,
    ...more,
  };
}

const unasked = unknown('it was not asked');

/** Facts of a cluster of which nothing is known but what is given. */
export function facts(changes: {
  readonly cilium?: Partial<NonNullable<AdviceFacts['cilium']>> | null;
  readonly headroom?: Partial<AdviceFacts['headroom']>;
  readonly kubeProxy?: AdviceFacts['kubeProxy'];
  readonly nodes?: AdviceFacts['nodes'];
}): AdviceFacts {
  const { cilium = null } = changes;
  return {
    kubeProxy: changes.kubeProxy ?? unasked,
    nodes: changes.nodes ?? unasked,
    headroom: {
      services: unasked,
      backends: unasked,
      serviceAddresses: unasked,
      loadBalancerMap: null,
      podNetworks: unasked,
      ...changes.headroom,
    },
    cilium:
      cilium === null
        ? null
        : {
            agent: null,
            version: unasked,
            image: unasked,
            routing: unasked,
            tunnelProtocol: unasked,
            kubeProxyReplacement: unasked,
            encryption: unasked,
            encryptsNodes: unasked,
            hubble: unasked,
            envoy: unasked,
            l7Proxy: unasked,
            monitorAggregation: unasked,
            bpfMasquerade: unasked,
            datapathMode: unasked,
            ipam: unasked,
            hostLegacyRouting: unasked,
            socketLoadBalancing: unasked,
            loadBalancerMode: unasked,
            loadBalancerAlgorithm: unasked,
            loadBalancerAcceleration: unasked,
            limits: unasked,
            configHash: unasked,
            keyValues: {},
            nodeConfigs: [],
            ...cilium,
          },
  };
}

const told = { object: 'ConfigMap kube-system/cilium-config', said: 'bpf-lb-map-max: 65536' };

export const limits65536 = known(
  {
    services: known(65_536, told),
    backends: known(65_536, told),
    reverseNat: known(65_536, told),
    affinity: known(65_536, told),
    sourceRanges: known(65_536, told),
    maglev: known(65_536, told),
  },
  told,
);
