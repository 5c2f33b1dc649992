/** What is known of a cluster, in the order and the words in which people see it. */
import type { ClusterFacts } from '../cluster/clusterFacts';
import { valueOf } from '../cluster/evidence';
import { collectionTitles, notReadYet } from '../cluster/objects';
import { datapathGroup, istioGroup, kubeProxySummary } from './datapathRows';
import { type FactGroup, row } from './factRows';
import { headroomGroup } from './headroomRows';
import { nodesGroup } from './nodeRows';
import { joined } from './phrases';

function shortVersion(text: string): string {
  return text.split('.').slice(0, 2).join('.');
}

/** The network with what is chained behind it and Cilium's version: `Cilium 1.19`, `AWS VPC CNI with Cilium 1.18`. */
function networkName({ cni, cilium }: ClusterFacts): string | null {
  const network = valueOf(cni.network);
  if (network === null) return null;
  const chained = cni.companions.find(({ role }) => role === 'chained');
  const version = cilium ? valueOf(cilium.version) : null;
  return [
    network.title,
    ...(chained ? ['with', chained.title] : []),
    ...(version ? [shortVersion(version.text)] : []),
  ].join(' ');
}

/** The facts beside a context's name: `Cilium 1.19 · native`, `Calico · kube-proxy iptables`. Empty while nothing is known. */
export function clusterSummary(facts: ClusterFacts): string {
  const routing = facts.cilium && facts.cni.companions.length === 0 ? valueOf(facts.cilium.routing) : null;
  const parts = [networkName(facts), routing ?? kubeProxySummary(facts)].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(' · ') : (valueOf(facts.version) ?? '');
}

function clusterGroup(facts: ClusterFacts): FactGroup {
  return {
    id: 'cluster',
    title: 'Cluster',
    summary: [valueOf(facts.version), valueOf(facts.distribution)]
      .filter((part) => part !== null)
      .join(' · '),
    rows: [
      row('Kubernetes', facts.version),
      row('Distribution', facts.distribution),
      row(
        'Metrics API',
        facts.metricsApi,
        (isThere) => (isThere ? 'served' : 'not served: CPU and memory of components are not measured'),
        (isThere) => (isThere ? 'fact' : 'warning'),
      ),
      row('Identity', facts.identity),
    ],
  };
}

function notReadGroup(facts: ClusterFacts): FactGroup[] {
  const failed = facts.notRead.filter(({ because }) => because !== notReadYet);
  if (failed.length === 0) return [];
  return [
    {
      id: 'not-read',
      title: 'Not read',
      summary: joined([...new Set(failed.map(({ what }) => collectionTitles[what]))]),
      rows: failed.map(({ what, because }) => ({
        label: collectionTitles[what],
        value: because,
        evidence: '',
        level: 'warning',
      })),
    },
  ];
}

/** Whether all that was asked for has answered, be it with a refusal. */
export function isComplete(facts: ClusterFacts): boolean {
  return facts.notRead.every(({ because }) => because !== notReadYet);
}

/** In the order in which they are shown. */
export function factGroups(facts: ClusterFacts): readonly FactGroup[] {
  return [
    clusterGroup(facts),
    datapathGroup(facts),
    istioGroup(facts),
    nodesGroup(facts),
    headroomGroup(facts),
    ...notReadGroup(facts),
  ];
}
