/** Whether Istio is here, how it takes traffic, and which namespaces asked for it. */
import { type ClusterFact, known, unknown } from './evidence';
import { imageParts } from './image';
import { type ClusterObjects, type NamespaceObject, isPending, nameOf, notReadYet, readOr } from './objects';

export type IstioMode = 'none' | 'sidecar' | 'ambient' | 'sidecar and ambient';

export interface IstioFacts {
  readonly mode: ClusterFact<IstioMode>;
  readonly version: ClusterFact<string>;
  /** Namespaces whose pods get a sidecar, by label. */
  readonly sidecarNamespaces: readonly string[];
  /** Namespaces whose pods' traffic goes through ztunnel, by label. */
  readonly ambientNamespaces: readonly string[];
  /** Those of them that use a waypoint, which serves L7. */
  readonly waypointNamespaces: readonly string[];
}

/**
 * Labels as in Istio's "Resource Labels" reference, 1.27. A sidecar goes before ztunnel where a namespace asks for both
 * (istio.io, "Enable ambient mode"); a revision label alone asks for no sidecar there, it names the control plane.
 */
function hasSidecars({ labels }: NamespaceObject): boolean {
  const injection = labels['istio-injection'];
  if (injection !== undefined) return injection === 'enabled';
  return Object.hasOwn(labels, 'istio.io/rev') && labels['istio.io/dataplane-mode'] !== 'ambient';
}

function isAmbient(namespace: NamespaceObject): boolean {
  return namespace.labels['istio.io/dataplane-mode'] === 'ambient' && !hasSidecars(namespace);
}

export function istioFacts(objects: ClusterObjects): IstioFacts {
  const namespaces = readOr(objects.namespaces, []);
  const names = (matches: (namespace: NamespaceObject) => boolean) =>
    namespaces.filter(matches).map(({ name }) => name);
  const labelled = {
    sidecarNamespaces: names(hasSidecars),
    ambientNamespaces: names(isAmbient),
    waypointNamespaces: names(({ labels }) => {
      const waypoint = labels['istio.io/use-waypoint'];
      return waypoint !== undefined && waypoint !== 'none';
    }),
  };
  const istiod = readOr(objects.deployments, []).find(
    ({ name, labels }) => labels['app'] === 'istiod' || /^istiod(-|$)/.test(name),
  );
  // ztunnel is ambient's share on every node; Cilium can run one of its own, which has another label.
  const ztunnel = readOr(objects.daemonSets, []).find(
    ({ name, labels, wanted }) => (name === 'ztunnel' || labels['app'] === 'ztunnel') && wanted !== 0,
  );
  if ([objects.deployments, objects.daemonSets, objects.namespaces].some(isPending))
    return { mode: unknown(notReadYet), version: unknown(notReadYet), ...labelled };
  if (!istiod && 'unread' in objects.deployments && !ztunnel) {
    const why = unknown(objects.deployments.unread);
    return { mode: why, version: why, ...labelled };
  }
  if (!istiod && !ztunnel)
    return {
      mode: known('none', { object: 'Deployments', said: 'none is istiod' }),
      version: unknown('Istio is not here'),
      ...labelled,
    };
  const image = (istiod ?? ztunnel)?.images[0] ?? '';
  const { tag } = imageParts(image);
  const found = [istiod, ztunnel].flatMap((workload) =>
    workload ? [{ object: nameOf(workload), said: 'exists' }] : [],
  );
  const alsoSidecars = labelled.sidecarNamespaces.length > 0;
  return {
    mode: known(
      ztunnel ? (alsoSidecars ? 'sidecar and ambient' : 'ambient') : 'sidecar',
      ...found,
      ...(alsoSidecars
        ? [{ object: `Namespace ${labelled.sidecarNamespaces[0] ?? ''}`, said: 'label asks for sidecars' }]
        : []),
    ),
    version:
      tag === null
        ? unknown(`the image ${image || '(none)'} has no tag`)
        : known(tag, {
            object: nameOf(istiod ?? ztunnel ?? { kind: 'Deployment', name: '' }),
            said: `image ${image}`,
          }),
    ...labelled,
  };
}
