import type http from 'node:http';
import { isRecord } from '../../../../src/core/tool/json';
import { textAt, valueAt } from '../../../../src/kube/client/json';
import { bodyIn, json, status } from '../faultServer';
import type { Handler } from '../faultServer';

/** Objects by their path, as an API server keeps them: enough of one to create, read, list and delete by label. */
export interface ObjectServer {
  readonly objects: Map<string, Record<string, unknown>>;
  /** Method, path and, where it is a creation, name: in the order in which they were answered. */
  readonly done: string[];
  readonly handle: Handler;
  /** Answers in place of the server where it returns true. */
  before: (request: http.IncomingMessage, response: http.ServerResponse, url: URL) => boolean;
}

/** Equality and `in`, as in kubernetes.io, "Labels and Selectors". */
function matches(selector: string, labels: unknown): boolean {
  return [...selector.matchAll(/([^\s,=]+)(?:=([^,]*)| in \(([^)]*)\))/g)].every(
    ([, key = '', value, values]) => {
      const label = textAt(labels, key);
      return values === undefined ? label === value : label !== null && values.split(',').includes(label);
    },
  );
}

const kinds: Readonly<Record<string, string>> = { services: 'Service', endpointslices: 'EndpointSlice' };

export function createObjectServer(): ObjectServer {
  const objects = new Map<string, Record<string, unknown>>();
  const done: string[] = [];
  let addresses = 0;

  const create = async (request: http.IncomingMessage, response: http.ServerResponse, path: string) => {
    const body = await bodyIn(request);
    const name = textAt(body, 'metadata', 'name') ?? '';
    const key = `${path}/${name}`;
    if (!isRecord(body)) throw new Error('no object');
    if (objects.has(key)) {
      json(response, 409, status(409, 'AlreadyExists', `"${name}" already exists`));
      return;
    }
    addresses += 1;
    const clusterIP = `10.96.${addresses >> 8}.${addresses & 255}`;
    const spec = path.endsWith('/services')
      ? { spec: { ...(isRecord(body['spec']) ? body['spec'] : {}), clusterIP } }
      : {};
    objects.set(key, { ...body, ...spec });
    done.push(`POST ${name}${path.endsWith('/endpointslices') ? ' slice' : ''}`);
    json(response, 201, objects.get(key));
  };
  const selected = (path: string, url: URL): string[] =>
    [...objects.keys()].filter(
      (key) =>
        key.startsWith(`${path}/`) &&
        matches(url.searchParams.get('labelSelector') ?? '', valueAt(objects.get(key), 'metadata', 'labels')),
    );

  const server: ObjectServer = {
    objects,
    done,
    before: () => false,
    handle(request, response, url) {
      if (server.before(request, response, url)) return;
      const path = url.pathname;
      const isCollection = (path.split('/').at(-1) ?? '') in kinds;
      if (request.method === 'POST') void create(request, response, path);
      else if (request.method === 'DELETE' && isCollection) {
        for (const key of selected(path, url)) objects.delete(key);
        done.push(`DELETE ${path.split('/').at(-1) ?? ''} ${url.searchParams.get('labelSelector') ?? ''}`);
        json(response, 200, { kind: 'List', items: [] });
      } else if (isCollection) {
        json(response, 200, { metadata: {}, items: selected(path, url).map((key) => objects.get(key)) });
      } else if (objects.has(path)) {
        const kind = kinds[path.split('/').at(-2) ?? ''];
        json(response, 200, { kind, ...objects.get(path) });
      } else json(response, 404, status(404, 'NotFound', 'not found'));
    },
  };
  return server;
}
