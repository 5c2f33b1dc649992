/** Where the collections are that facts are read from, and what is kept of each object. */
import type {
  ClusterObjects,
  EndpointSliceObject,
  NamespaceObject,
  NodeConfigObject,
  NodeObject,
  Reading,
  ServiceCidrObject,
  ServiceObject,
  WorkloadObject,
} from '../../core/cluster/objects';
import { namespaceFrom, nodeConfigFrom, nodeFrom, workloadFrom } from '../../core/cluster/readObjects';
import { endpointSliceFrom, serviceCidrFrom, serviceFrom } from '../../core/cluster/readServices';
import { textAt } from '../client/json';

export type ValueOf<Field extends keyof ClusterObjects> =
  ClusterObjects[Field] extends Reading<infer Value> ? Value : never;

export interface ListedCollection<Item> {
  /** One for each version of the API, the newest first: those that are not served are passed over. */
  readonly paths: readonly string[];
  /** Each is asked for by itself; all objects where there is none. */
  readonly labelSelectors?: readonly string[];
  readonly metadataOnly?: boolean;
  /** Smaller where objects are large: a page is parsed in one go, and nothing else goes on meanwhile. */
  readonly pageSize?: number;
  readonly most?: number;
  /** No version of it served means that there are none; otherwise it means that they cannot be read. */
  readonly isOptional?: boolean;
  readonly pick: (object: unknown) => Item;
}

export const nodes: ListedCollection<NodeObject> = {
  paths: ['/api/v1/nodes'],
  pageSize: 200,
  pick: nodeFrom,
};

export const daemonSets: ListedCollection<WorkloadObject> = {
  paths: ['/apis/apps/v1/daemonsets'],
  pageSize: 200,
  pick: (object) => workloadFrom('DaemonSet', object),
};

/** Istio's alone, by the label of its charts (istio/istio manifests/charts/istio-control at 1.27). */
export const deployments: ListedCollection<WorkloadObject> = {
  paths: ['/apis/apps/v1/deployments'],
  labelSelectors: ['app=istiod'],
  pick: (object) => workloadFrom('Deployment', object),
};

/**
 * Those of kube-proxy and the API server: kubeadm, GKE and RKE2 label them `component`, kops `k8s-app`. A node has one of
 * each and all are alike, so the first are enough.
 */
export const systemPods: ListedCollection<WorkloadObject> = {
  paths: ['/api/v1/namespaces/kube-system/pods'],
  labelSelectors: ['component', 'k8s-app'].map((label) => `${label} in (kube-apiserver, kube-proxy)`),
  most: 50,
  pick: (object) => workloadFrom('Pod', object),
};

export const customResources: ListedCollection<string> = {
  paths: ['/apis/apiextensions.k8s.io/v1/customresourcedefinitions'],
  metadataOnly: true,
  pageSize: 200,
  pick: (object) => textAt(object, 'metadata', 'name') ?? '',
};

export const namespaces: ListedCollection<NamespaceObject> = {
  paths: ['/api/v1/namespaces'],
  metadataOnly: true,
  pick: namespaceFrom,
};

export const services: ListedCollection<ServiceObject> = { paths: ['/api/v1/services'], pick: serviceFrom };

export const endpointSlices: ListedCollection<EndpointSliceObject> = {
  paths: ['/apis/discovery.k8s.io/v1/endpointslices'],
  pick: endpointSliceFrom,
};

/** kubernetes.io, "Extend Service IP Ranges": v1 from 1.33, v1beta1 from 1.31. */
export const serviceCidrs: ListedCollection<ServiceCidrObject> = {
  paths: ['/apis/networking.k8s.io/v1/servicecidrs', '/apis/networking.k8s.io/v1beta1/servicecidrs'],
  isOptional: true,
  pick: serviceCidrFrom,
};

/** Cilium documentation, "Per-node configuration": v2 from 1.16, v2alpha1 from 1.13. */
export const nodeConfigs: ListedCollection<NodeConfigObject> = {
  paths: ['/apis/cilium.io/v2/ciliumnodeconfigs', '/apis/cilium.io/v2alpha1/ciliumnodeconfigs'],
  isOptional: true,
  pick: nodeConfigFrom,
};
