import { benchmarkEndpoint } from '../../../core/cluster/benchmarkRange';
import { endpointsEach } from '../../../core/cluster/calibration';
import { runLabel } from '../../../core/plan/benchLabels';
import { runLabels } from '../space';
import type { BenchSpace } from '../space';

/** So many Services have one value of the batch label: few enough to be deleted in one request before it times out. */
export const batchSize = 1000;

const partLabel = 'cilium-bench.io/part';
const batchLabel = 'cilium-bench.io/batch';
const indexLabel = 'cilium-bench.io/index';
export const servicePort = 80;

export interface ScalePaths {
  readonly services: string;
  readonly slices: string;
}

export function scalePaths({ namespace }: Pick<BenchSpace, 'namespace'>): ScalePaths {
  const name = encodeURIComponent(namespace);
  return {
    services: `/api/v1/namespaces/${name}/services`,
    slices: `/apis/discovery.k8s.io/v1/namespaces/${name}/endpointslices`,
  };
}

/** Selects every Service and EndpointSlice of the run's service-scale, and nothing else. */
export function scaleSelector({ runId }: Pick<BenchSpace, 'runId'>): string {
  return `${runLabel}=${runId},${partLabel}=service-scale`;
}

export function batchSelector(space: Pick<BenchSpace, 'runId'>, batch: number | string): string {
  return `${scaleSelector(space)},${batchLabel}=${batch}`;
}

/** Some of one batch. */
export function indexSelector(space: Pick<BenchSpace, 'runId'>, indices: readonly number[]): string {
  return `${scaleSelector(space)},${indexLabel} in (${indices.join(',')})`;
}

function serviceName(index: number): string {
  return `scale-${String(index).padStart(5, '0')}`;
}

/** The index that a name was made of; null for a marker's. */
export function indexOf(name: string): number | null {
  const match = /^scale-(\d{5,})$/.exec(name);
  return match ? Number(match[1]) : null;
}

interface Backends {
  readonly hosts: readonly string[];
  readonly port: number;
}

/** Nothing selects pods, so that no controller adds endpoints of its own. */
function service(name: string, labels: Readonly<Record<string, string>>, targetPort: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels },
    spec: {
      type: 'ClusterIP',
      ipFamilyPolicy: 'SingleStack',
      ipFamilies: ['IPv4'],
      ports: [{ name: 'http', port: servicePort, targetPort, protocol: 'TCP' }],
    },
  };
}

/** Belongs to the Service by label; by the other one no controller takes it for its own (kubernetes.io, "EndpointSlices"). */
function slice(name: string, labels: Readonly<Record<string, string>>, backends: Backends): object {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      labels: {
        ...labels,
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'cilium-bench',
      },
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: backends.port, protocol: 'TCP' }],
    endpoints: backends.hosts.map((host) => ({ addresses: [host], conditions: { ready: true } })),
  };
}

export interface ScaleObject {
  readonly name: string;
  readonly service: object;
  readonly slice: object;
}

/** A Service that nobody calls: its endpoints are addresses of the benchmark range. */
export function scaleObject(space: Pick<BenchSpace, 'runId'>, index: number): ScaleObject {
  const name = serviceName(index);
  const labels = {
    ...runLabels(space),
    [partLabel]: 'service-scale',
    [batchLabel]: String(Math.floor(index / batchSize)),
    [indexLabel]: String(index),
  };
  const endpoints = Array.from({ length: endpointsEach }, (_, at) =>
    benchmarkEndpoint(index * endpointsEach + at),
  );
  const targetPort = endpoints[0]?.port ?? servicePort;
  return {
    name,
    service: service(name, labels, targetPort),
    slice: slice(name, labels, { hosts: endpoints.map(({ host }) => host), port: targetPort }),
  };
}

export type MarkerPlace = 'first' | 'middle' | 'last';

/** The markers come in two sets, which take turns. */
export type MarkerSet = 'a' | 'b';

export function markerBatch(set: MarkerSet): string {
  return `markers-${set}`;
}

/** A Service that leads to the bench's servers. */
export function markerObject(
  space: Pick<BenchSpace, 'runId'>,
  set: MarkerSet,
  place: MarkerPlace,
  backends: Backends,
): ScaleObject {
  const name = `marker-${set}-${place}`;
  const labels = { ...runLabels(space), [partLabel]: 'service-scale', [batchLabel]: markerBatch(set) };
  return { name, service: service(name, labels, backends.port), slice: slice(name, labels, backends) };
}
