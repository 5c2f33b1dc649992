import { type CniDetector, cniDetectors } from './cniDetectors';
import type { Evidence } from './evidence';
import { imageParts } from './image';
import { type ClusterObjects, type NodeObject, type WorkloadObject, nameOf, readOr } from './objects';

/**
 * How much a trace says. What runs wires pods; a node annotation may outlive a network that was taken away; custom
 * resources and ConfigMaps often do.
 */
export type Weight = 'runs' | 'annotated' | 'trace';

export interface Trace {
  readonly detector: CniDetector;
  readonly weight: Weight;
  readonly evidence: Evidence;
}

function hasLabel(labels: Readonly<Record<string, string>>, label: string | undefined): boolean {
  if (label === undefined) return false;
  const [key = '', value] = label.split('=');
  return Object.hasOwn(labels, key) && (value === undefined || labels[key] === value);
}

/** A DaemonSet's own name says most, then its label; its images may be those of a part, e.g. a policy agent. */
export function daemonSetTraces(daemonSet: WorkloadObject): Trace[] {
  const object = nameOf(daemonSet);
  const trace =
    (said: string) =>
    (detector: CniDetector): Trace => ({ detector, weight: 'runs', evidence: { object, said } });
  const withImage = (detector: CniDetector) =>
    daemonSet.images.find((image) => detector.image.test(imageParts(image).path));
  const byImage = (detectors: readonly CniDetector[]) =>
    detectors.flatMap((detector) => {
      const image = withImage(detector);
      return image === undefined ? [] : [trace(`image ${image}`)(detector)];
    });
  const telling = byImage(cniDetectors.filter(({ imageTells }) => imageTells));
  const byName = cniDetectors.filter((detector) => detector.daemonSet.test(daemonSet.name));
  if (byName.length > 0) return [...telling, ...byName.map(trace(`named ${daemonSet.name}`))];
  const byLabel = cniDetectors.filter((detector) => hasLabel(daemonSet.labels, detector.label));
  if (byLabel.length > 0)
    return [...telling, ...byLabel.map((detector) => trace(`label ${detector.label ?? ''}`)(detector))];
  return byImage(cniDetectors);
}

function nodeTraces(nodes: readonly NodeObject[]): Trace[] {
  return cniDetectors.flatMap((detector): Trace[] => {
    const labelled = nodes.find(({ labels }) => hasLabel(labels, detector.nodeLabel));
    const start = detector.nodeAnnotation;
    const annotated = start
      ? nodes
          .map((node) => ({ node, key: Object.keys(node.annotations).find((key) => key.startsWith(start)) }))
          .find(({ key }) => key !== undefined)
      : undefined;
    return [
      ...(labelled
        ? [
            {
              detector,
              weight: 'runs' as const,
              evidence: { object: `Node ${labelled.name}`, said: `label ${detector.nodeLabel ?? ''}` },
            },
          ]
        : []),
      ...(annotated
        ? [
            {
              detector,
              weight: 'annotated' as const,
              evidence: { object: `Node ${annotated.node.name}`, said: `annotation ${annotated.key ?? ''}` },
            },
          ]
        : []),
    ];
  });
}

function restTraces(objects: ClusterObjects): Trace[] {
  const resources = readOr(objects.customResources, []);
  const groups = readOr(objects.apiGroups, []);
  const configMaps = readOr(objects.configMaps, []);
  return cniDetectors.flatMap((detector): Trace[] => {
    const { group } = detector;
    const resource = group === undefined ? undefined : resources.find((name) => name.endsWith(`.${group}`));
    const evidence: Evidence[] = [
      ...(resource === undefined
        ? []
        : [{ object: `CustomResourceDefinition ${resource}`, said: `API group ${group ?? ''}` }]),
      ...(resource === undefined && group !== undefined && groups.includes(group)
        ? [{ object: 'API server', said: `API group ${group}` }]
        : []),
      ...configMaps
        .filter(({ name }) => detector.configMaps?.includes(name))
        .map((configMap) => ({ object: nameOf({ kind: 'ConfigMap', ...configMap }), said: 'exists' })),
    ];
    return evidence.map((each) => ({ detector, weight: 'trace', evidence: each }));
  });
}

/** Every trace of every network, in the order of the table. A DaemonSet that no node wants leaves a trace, no more. */
export function cniTraces(objects: ClusterObjects): Trace[] {
  const traces = [
    ...readOr(objects.daemonSets, []).flatMap((daemonSet) =>
      daemonSetTraces(daemonSet).map((trace): Trace =>
        daemonSet.wanted === 0
          ? {
              ...trace,
              weight: 'trace',
              evidence: { object: trace.evidence.object, said: 'wants no pods' },
            }
          : trace,
      ),
    ),
    ...nodeTraces(readOr(objects.nodes, [])),
    ...restTraces(objects),
  ];
  return cniDetectors.flatMap((detector) => traces.filter((trace) => trace.detector === detector));
}
