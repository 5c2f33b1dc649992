/** Which network wires pods, and what is chained behind it or enforces policies beside it. */
import { type CniDetector, type CniId, cniDetectors } from './cniDetectors';
import { type Trace, type Weight, cniTraces } from './cniEvidence';
import { type ClusterFact, type Evidence, known, unknown } from './evidence';
import { type ClusterObjects, type WorkloadObject, isPending, nameOf, notReadYet, readOr } from './objects';
import { yamlText } from './readConfigMap';

export interface Cni {
  readonly id: CniId;
  readonly title: string;
}

/**
 * `chained`: a CNI plugin behind the one that wires pods, serving Services and policies (Cilium behind the AWS VPC CNI).
 * `policy`: enforces policies alone (Calico beside another network).
 */
export interface CniCompanion extends Cni {
  readonly role: 'chained' | 'policy';
  readonly evidence: readonly Evidence[];
}

export interface CniFacts {
  readonly network: ClusterFact<Cni>;
  readonly companions: readonly CniCompanion[];
  /** Traces of networks that do not run here (any more). */
  readonly leftovers: readonly Evidence[];
}

/** Chaining modes that leave Cilium the network: none, and portmap, which only adds host ports (Cilium 1.20 Helm values). */
const notChained = new Set(['', 'none', 'portmap']);

function companionRole(
  id: CniId,
  objects: ClusterObjects,
  running: readonly WorkloadObject[],
): { role: CniCompanion['role']; evidence: Evidence } | null {
  const configMaps = readOr(objects.configMaps, []);
  if (id === 'cilium') {
    const configMap = configMaps.find(({ name }) => name === 'cilium-config');
    const mode = configMap?.data['cni-chaining-mode'] ?? '';
    if (configMap === undefined || notChained.has(mode)) return null;
    return {
      role: 'chained',
      evidence: { object: nameOf({ kind: 'ConfigMap', ...configMap }), said: `cni-chaining-mode: ${mode}` },
    };
  }
  if (id === 'calico') {
    // calico/node: backend `none` routes nothing, policies alone (Calico "Configuring calico/node"); canal says the same.
    const policyOnly = running.find(
      ({ name, environment }) =>
        environment['CALICO_NETWORKING_BACKEND'] === 'none' || /(^|-)canal$/.test(name),
    );
    return policyOnly
      ? {
          role: 'policy',
          evidence: {
            object: nameOf(policyOnly),
            said:
              policyOnly.environment['CALICO_NETWORKING_BACKEND'] === 'none'
                ? 'CALICO_NETWORKING_BACKEND=none'
                : 'Canal: Flannel wires pods, Calico enforces policies',
          },
        }
      : null;
  }
  if (id === 'kube-router') {
    const router = running.find(({ name }) => name === 'kube-router');
    return router?.flags['run-router'] === 'false'
      ? { role: 'policy', evidence: { object: nameOf(router), said: '--run-router=false' } }
      : null;
  }
  if (id === 'antrea') {
    // antrea build/yamls/antrea-eks.yml at v2.2: trafficEncapMode networkPolicyOnly runs behind the cloud's own network.
    const configMap = configMaps.find(({ name }) => name === 'antrea-config');
    const mode = configMap ? yamlText(configMap.data['antrea-agent.conf'] ?? '', 'trafficEncapMode') : null;
    return configMap && mode === 'networkPolicyOnly'
      ? {
          role: 'policy',
          evidence: {
            object: nameOf({ kind: 'ConfigMap', ...configMap }),
            said: `trafficEncapMode: ${mode}`,
          },
        }
      : null;
  }
  return null;
}

function strongest(traces: readonly Trace[], daemonSetsRead: boolean): readonly Trace[] {
  const weights: readonly Weight[] = daemonSetsRead ? ['runs', 'annotated'] : ['runs', 'annotated', 'trace'];
  for (const weight of weights) {
    const found = traces.filter((trace) => trace.weight === weight);
    if (found.length > 0) return found;
  }
  return [];
}

function cniOf({ id, title }: CniDetector): Cni {
  return { id, title };
}

export function cniFacts(objects: ClusterObjects): CniFacts {
  // Traces alone may be those of a network that is gone; what runs here is about to be known.
  if (isPending(objects.daemonSets)) return { network: unknown(notReadYet), companions: [], leftovers: [] };
  const traces = cniTraces(objects);
  const best = strongest(traces, 'value' in objects.daemonSets);
  const named = cniDetectors.filter((detector) => best.some((trace) => trace.detector === detector));
  const included = new Set(named.flatMap(({ includes }) => includes ?? []));
  const present = named.filter(({ id }) => !included.has(id));
  // All that is known of it, the weaker traces too: each is one more object that says so.
  const evidenceOf = (detector: CniDetector) =>
    traces.filter((trace) => trace.detector === detector).map(({ evidence }) => evidence);
  const running = readOr(objects.daemonSets, []).filter(({ wanted }) => wanted !== 0);

  const companions: CniCompanion[] = [];
  const networks: CniDetector[] = [];
  for (const detector of present) {
    const role = companionRole(detector.id, objects, running);
    if (role === null) networks.push(detector);
    else
      companions.push({
        ...cniOf(detector),
        role: role.role,
        evidence: [role.evidence, ...evidenceOf(detector)],
      });
  }
  const leftovers = traces
    .filter(({ detector }) => !present.includes(detector) && !included.has(detector.id))
    .map(({ evidence }) => evidence);
  return { network: networkOf(networks, companions, evidenceOf, objects), companions, leftovers };
}

function networkOf(
  networks: readonly CniDetector[],
  companions: readonly CniCompanion[],
  evidenceOf: (detector: CniDetector) => readonly Evidence[],
  objects: ClusterObjects,
): ClusterFact<Cni> {
  const [first, ...others] = networks;
  if (first !== undefined && others.length === 0) return known(cniOf(first), ...evidenceOf(first));
  if (first !== undefined) {
    const titles = networks.map(({ title }) => title);
    return unknown(
      `${titles.slice(0, -1).join(', ')} and ${titles.at(-1) ?? ''} run here, and nothing says which of them wires pods`,
    );
  }
  const companion = companions[0];
  if (companion)
    return unknown(
      `${companion.title} runs behind another network, and no network that is known here was found`,
    );
  if ('unread' in objects.daemonSets) return unknown(`${objects.daemonSets.unread}, and nothing else tells`);
  return unknown(
    'unread' in objects.nodes
      ? `${objects.nodes.unread}, and no DaemonSet of a network that is known here was found`
      : 'no DaemonSet and no node annotation of a network that is known here was found',
  );
}
