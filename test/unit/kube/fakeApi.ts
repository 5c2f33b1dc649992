import type http from 'node:http';
import type { RawCluster } from '../cluster/objects';
import { json, status } from './faultServer';
import type { Handler } from './faultServer';

/** Answers as an API server with these objects does: lists by pages and selectors, single objects, watches. */
export interface FakeApi {
  readonly handler: Handler;
  /** The same without faults. */
  readonly asUsual: Handler;
  /** Answers this path otherwise; undefined as it should be answered. */
  fault(path: string, handler: Handler | undefined): void;
  /** Changes an object for those who watch its collection. */
  send(path: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: unknown): void;
  /** Ends the watches of a collection in order, as an API server does after some minutes. */
  endWatches(path: string): void;
  /** Cuts all watches, as a server that goes away does. */
  cutWatches(): void;
  /** How many watches of a collection are open. */
  watches(path: string): number;
}

const collectionPaths = {
  nodes: '/api/v1/nodes',
  namespaces: '/api/v1/namespaces',
  services: '/api/v1/services',
  configMaps: '/api/v1/configmaps',
  systemPods: '/api/v1/namespaces/kube-system/pods',
  daemonSets: '/apis/apps/v1/daemonsets',
  deployments: '/apis/apps/v1/deployments',
  endpointSlices: '/apis/discovery.k8s.io/v1/endpointslices',
  serviceCidrs: '/apis/networking.k8s.io/v1/servicecidrs',
  nodeConfigs: '/apis/cilium.io/v2alpha1/ciliumnodeconfigs',
} as const;

interface Meta {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

function metaOf(object: unknown): Meta {
  return (object as { metadata?: Meta }).metadata ?? {};
}

/** `a=b` and `a in (b, c)`, which is all that is asked for. */
function isSelected(object: unknown, url: URL): boolean {
  const { name, labels = {} } = metaOf(object);
  const field = /^metadata\.name=(.+)$/.exec(url.searchParams.get('fieldSelector') ?? '')?.[1];
  if (field !== undefined && field !== name) return false;
  const selector = url.searchParams.get('labelSelector') ?? '';
  const among = /^(\S+) in \((.+)\)$/.exec(selector);
  const [key = '', value = ''] = selector.split('=');
  if (among) return (among[2] ?? '').split(', ').includes(labels[among[1] ?? ''] ?? '');
  return selector === '' || labels[key] === value;
}

function list(response: http.ServerResponse, all: readonly unknown[], url: URL): void {
  const found = all.filter((object) => isSelected(object, url));
  const start = Number(url.searchParams.get('continue') ?? 0);
  const end = Math.min(found.length, start + Number(url.searchParams.get('limit') ?? found.length));
  json(response, 200, {
    metadata: { resourceVersion: '1', ...(end < found.length ? { continue: String(end) } : {}) },
    items: found.slice(start, end),
  });
}

export function createFakeApi(raw: RawCluster): FakeApi {
  const faults = new Map<string, Handler>();
  const watches = new Map<string, Set<http.ServerResponse>>();
  let version = 1;
  const objects = new Map<string, readonly unknown[]>(
    Object.entries(collectionPaths).map(([field, path]) => [
      path,
      raw[field as keyof typeof collectionPaths] ?? [],
    ]),
  );
  for (const [path, items] of Object.entries(raw.lists ?? {})) objects.set(path, items);
  objects.set('/api/v1/namespaces', [
    { metadata: { name: 'kube-system', uid: raw.identity ?? 'uid-of-kube-system' } },
    ...(raw.namespaces ?? []),
  ]);
  objects.set(
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    (raw.customResources ?? []).map((name) => ({ metadata: { name } })),
  );

  const answer: Handler = (_request, response, url) => {
    const { pathname } = url;
    if (url.searchParams.get('watch') === 'true') {
      const open = watches.get(pathname) ?? new Set();
      watches.set(pathname, open.add(response));
      response.on('close', () => open.delete(response));
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.flushHeaders();
      return;
    }
    const collection = objects.get(pathname);
    const single = /^(\/api\/v1)\/namespaces\/([^/]+)(?:\/configmaps(?:\/([^/]+))?)?$/.exec(pathname);
    if (pathname === '/version') json(response, 200, { gitVersion: raw.version ?? 'v1.34.1' });
    else if (pathname === '/apis')
      json(response, 200, { groups: (raw.apiGroups ?? []).map((name) => ({ name })) });
    else if (pathname === '/apis/metrics.k8s.io/v1beta1' && raw.metricsApi !== false)
      json(response, 200, { kind: 'APIResourceList', resources: [] });
    else if (collection !== undefined) list(response, collection, url);
    else if (single !== null) {
      const [, , namespace, name] = single;
      const isNamespace = !pathname.includes('/configmaps');
      const among = (objects.get(isNamespace ? '/api/v1/namespaces' : '/api/v1/configmaps') ?? []).filter(
        (object) => isNamespace || metaOf(object).namespace === namespace,
      );
      if (!isNamespace && name === undefined) {
        list(response, among, url);
        return;
      }
      const found = among.find((object) => metaOf(object).name === (isNamespace ? namespace : name));
      if (found === undefined) json(response, 404, status(404, 'NotFound', `"${pathname}" not found`));
      else json(response, 200, found);
    } else json(response, 404, {});
  };
  return {
    asUsual: answer,
    handler(request, response, url) {
      (faults.get(url.pathname) ?? answer)(request, response, url);
    },
    fault(path, handler) {
      if (handler === undefined) faults.delete(path);
      else faults.set(path, handler);
    },
    send(path, type, object) {
      version += 1;
      const event = {
        type,
        object: { ...(object as object), metadata: { ...metaOf(object), resourceVersion: String(version) } },
      };
      for (const response of watches.get(path) ?? []) response.write(`${JSON.stringify(event)}\n`);
    },
    endWatches(path) {
      for (const response of watches.get(path) ?? []) response.end();
    },
    cutWatches() {
      for (const open of watches.values()) for (const response of open) response.destroy();
    },
    watches: (path) => watches.get(path)?.size ?? 0,
  };
}

/** Refuses as RBAC does. */
export const refused: Handler = (_request, response) => {
  json(response, 403, status(403, 'Forbidden', 'forbidden: User "reader" cannot do that'));
};
