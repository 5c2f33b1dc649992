import type { ClusterFacts } from '../cluster/clusterFacts';
import { type ClusterFact, type Evidence, valueOf } from '../cluster/evidence';
import type { NodeFacts } from '../cluster/nodes';
import { type FactGroup, type FactRow, evidenceText, mostEvidence, row } from './factRows';
import { counted, grouped } from './numbers';

/** The different values over the nodes, with how many nodes have each where they differ. */
function spread(
  nodes: readonly NodeFacts[],
  label: string,
  of: (node: NodeFacts) => ClusterFact<string>,
): FactRow {
  const counts = new Map<string, number>();
  const evidence: Evidence[] = [];
  let because: string | null = null;
  for (const node of nodes) {
    const fact = of(node);
    if (!fact.known) {
      because ??= fact.because;
      continue;
    }
    if (!counts.has(fact.value)) evidence.push(...fact.evidence);
    counts.set(fact.value, (counts.get(fact.value) ?? 0) + 1);
  }
  if (counts.size === 0)
    return {
      label,
      value: `unknown, because ${because ?? 'there is no node'}`,
      evidence: '',
      level: 'unknown',
    };
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const untold = nodes.length - sorted.reduce((sum, [, count]) => sum + count, 0);
  const values =
    sorted.length === 1 && untold === 0
      ? (sorted[0]?.[0] ?? '')
      : [
          ...sorted.map(([value, count]) => `${value} (${grouped(count)})`),
          ...(untold > 0 ? [`not told by ${grouped(untold)}`] : []),
        ].join(', ');
  return { label, value: values, evidence: evidenceText(evidence), level: 'fact' };
}

export function nodesGroup({ nodes }: ClusterFacts): FactGroup {
  if (!nodes.known) return { id: 'nodes', title: 'Nodes', summary: '', rows: [row('Nodes', nodes)] };
  const list = nodes.value;
  const ready = list.filter((node) => valueOf(node.ready) === true);
  const unready = list.filter((node) => valueOf(node.ready) !== true);
  const cordoned = list.filter(
    (node) => valueOf(node.schedulable) === false && valueOf(node.controlPlane) === false,
  );
  const zones = new Set(list.flatMap((node) => valueOf(node.zone) ?? []));
  const names = (some: readonly NodeFacts[]): string =>
    some
      .slice(0, mostEvidence)
      .map(({ name }) => name)
      .join('\n');
  return {
    id: 'nodes',
    title: 'Nodes',
    summary: [
      unready.length === 0
        ? `${grouped(ready.length)} ready`
        : `${grouped(ready.length)} of ${grouped(list.length)} ready`,
      ...(zones.size > 0 ? [counted(zones.size, 'zone')] : []),
    ].join(' · '),
    rows: [
      {
        label: 'Ready',
        value: `${grouped(ready.length)} of ${grouped(list.length)}`,
        evidence: unready.length === 0 ? evidenceText(nodes.evidence) : `Not ready:\n${names(unready)}`,
        level: unready.length === 0 && list.length > 0 ? 'fact' : 'warning',
      },
      ...(cordoned.length === 0
        ? []
        : [
            {
              label: 'Keep pods away',
              value: counted(cordoned.length, 'node'),
              evidence: evidenceText(
                cordoned.flatMap(({ schedulable }) => (schedulable.known ? schedulable.evidence : [])),
              ),
              level: 'fact' as const,
            },
          ]),
      spread(list, 'Zones', ({ zone }) => zone),
      spread(list, 'Instance types', ({ instanceType }) => instanceType),
      spread(list, 'Kernels', ({ kernel }) => kernel),
      spread(list, 'OS', ({ osImage }) => osImage),
      spread(list, 'Architecture', ({ architecture }) => architecture),
      spread(list, 'Container runtime', ({ containerRuntime }) => containerRuntime),
      spread(list, 'Kubelet', ({ kubeletVersion }) => kubeletVersion),
    ],
  };
}
