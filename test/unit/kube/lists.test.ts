import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { statusOf } from '../../../src/kube/client/apiProblem';
import { canI } from '../../../src/kube/client/canI';
import { textAt } from '../../../src/kube/client/json';
import { countOf, listPages } from '../../../src/kube/client/listPages';
import { bodyIn, json, status } from './faultServer';
import { openWorkshop } from './workshop';
import type { Workshop } from './workshop';

let workshop: Workshop;

beforeEach(async () => {
  workshop = await openWorkshop();
});
afterEach(async () => {
  await workshop.close();
});

const services = '/api/v1/services';
const nameOf = (object: unknown): string | undefined => textAt(object, 'metadata', 'name') ?? undefined;

/** About a kilobyte, as a Service is with its managed fields. */
function service(index: number): object {
  return {
    metadata: { name: `service-${index}`, namespace: 'bench', managedFields: 'x'.repeat(800) },
    spec: { clusterIP: '198.18.0.1', ports: [{ port: 80, protocol: 'TCP' }] },
  };
}

/** Serves a collection of this size by pages, as the API server does. */
function serve(size: number, options: { readonly says?: boolean; readonly forgetsAt?: number } = {}): void {
  let forgets = options.forgetsAt;
  workshop.server.handle((_request, response, url) => {
    const start = Number(url.searchParams.get('continue') ?? 0);
    if (forgets !== undefined && start >= forgets) {
      forgets = undefined;
      json(response, 410, status(410, 'Expired', 'The provided continue parameter is too old'));
      return;
    }
    const end = Math.min(size, start + Number(url.searchParams.get('limit') ?? size));
    const selected = url.searchParams.has('labelSelector');
    json(response, 200, {
      metadata: {
        resourceVersion: '77',
        ...(end < size ? { continue: String(end) } : {}),
        ...(end < size && !selected && options.says !== false ? { remainingItemCount: size - end } : {}),
      },
      items: Array.from({ length: end - start }, (_, index) => service(start + index)),
    });
  });
}

describe('a list', () => {
  it('of 30,000 objects comes by pages, and only what is picked is kept', async () => {
    serve(30_000);
    const client = await workshop.open();
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const before = process.memoryUsage().heapUsed;
    const read: number[] = [];
    const began = performance.now();
    const { items, resourceVersion } = await listPages(client, {
      path: services,
      pick: nameOf,
      onPage: (count) => read.push(count),
    });
    delay.disable();
    // The server makes the objects in this process: both figures are of the two together.
    console.log(
      `30000 objects: ${(performance.now() - began).toFixed(0)} ms, longest stall ${(delay.max / 1e6).toFixed(0)} ms, heap ${((process.memoryUsage().heapUsed - before) / 1e6).toFixed(0)} MB more`,
    );
    expect(items).toHaveLength(30_000);
    expect(items[29_999]).toBe('service-29999');
    expect(resourceVersion).toBe('77');
    expect(read).toHaveLength(60);
    expect(workshop.server.connections.made).toBe(1);
  });

  it('starts again once where the server forgot the state of its pages', async () => {
    serve(2_000, { forgetsAt: 1_000 });
    const client = await workshop.open();
    const { items } = await listPages(client, { path: services, pick: nameOf });
    expect(items).toHaveLength(2_000);
    expect(new Set(items).size).toBe(2_000);
    expect(workshop.server.requests).toHaveLength(7);
  });

  it('gives up where the server forgets again', async () => {
    workshop.server.handle((_request, response) => {
      json(response, 410, status(410, 'Expired', 'too old'));
    });
    const client = await workshop.open();
    const error = await listPages(client, { path: services, pick: nameOf }).catch(
      (thrown: unknown) => thrown,
    );
    expect(statusOf(error)).toBe(410);
    expect(workshop.server.requests).toHaveLength(2);
  });

  it('leaves out what is not picked, and asks by selector', async () => {
    serve(10);
    const client = await workshop.open();
    const { items } = await listPages(client, {
      path: services,
      labelSelector: 'app=web',
      fieldSelector: 'metadata.namespace=bench',
      pick: (object) => (nameOf(object) === 'service-3' ? 3 : undefined),
    });
    expect(items).toEqual([3]);
    expect(workshop.server.requests).toEqual([
      'GET /api/v1/services?limit=500&labelSelector=app%3Dweb&fieldSelector=metadata.namespace%3Dbench',
    ]);
  });

  it('of something that is no list is empty', async () => {
    workshop.server.handle((_request, response) => {
      json(response, 200, { items: null, metadata: {} });
    });
    const client = await workshop.open();
    expect((await listPages(client, { path: services, pick: nameOf })).items).toEqual([]);
  });
});

describe('a count', () => {
  it.each([
    ['by what the server says remains', 30_000, {}, {}, 1],
    ['of a single object', 1, {}, {}, 1],
    ['of none', 0, {}, {}, 1],
    ['by pages where the server does not say', 1_200, { says: false }, {}, 4],
    ['by pages with a selector', 1_200, {}, { labelSelector: 'app=web' }, 3],
    ['by pages, forgotten once', 1_200, { forgetsAt: 500 }, { labelSelector: 'app=web' }, 5],
  ])('%s', async (_name, size, options, selector, calls) => {
    serve(size, options);
    const client = await workshop.open();
    expect(await countOf(client, { path: services, ...selector })).toBe(size);
    expect(workshop.server.requests).toHaveLength(calls);
  });
});

describe('a review of rights', () => {
  it('asks for each, in their order, with subresource and namespace', async () => {
    const asked: unknown[] = [];
    workshop.server.handle((request, response) => {
      void bodyIn(request).then((body) => {
        asked.push(body);
        const isList = JSON.stringify(body).includes('"list"');
        json(response, 201, { status: { allowed: isList, ...(isList ? {} : { reason: 'no RBAC rule' }) } });
      });
    });
    const client = await workshop.open();
    const rights = [
      { verb: 'list', group: '', resource: 'nodes', namespace: null },
      { verb: 'get', group: '', resource: 'pods/log', namespace: 'bench' },
    ];
    expect(await canI(client, rights)).toEqual([
      { ...rights[0], allowed: true, reason: null },
      { ...rights[1], allowed: false, reason: 'no RBAC rule' },
    ]);
    expect(asked).toContainEqual(
      expect.objectContaining({
        spec: {
          resourceAttributes: {
            verb: 'get',
            group: '',
            resource: 'pods',
            subresource: 'log',
            namespace: 'bench',
          },
        },
      }),
    );
  });

  it('of 200 rights keeps to 32 connections and is tried again when the server fails', async () => {
    let failures = 5;
    workshop.server.handle((_request, response) => {
      failures -= 1;
      json(response, failures >= 0 ? 503 : 201, { status: { allowed: true } });
    });
    const client = await workshop.open();
    const rights = Array.from({ length: 200 }, (_, index) => ({
      verb: 'get',
      group: 'apps',
      resource: `kind${index}`,
      namespace: null,
    }));
    const reviewed = await canI(client, rights);
    expect(reviewed.filter(({ allowed }) => allowed)).toHaveLength(200);
    expect(workshop.server.connections.most).toBeLessThanOrEqual(32);
  });

  it('ends when it is cancelled', async () => {
    workshop.server.handle(() => undefined);
    const client = await workshop.open();
    const rights = [{ verb: 'get', group: '', resource: 'pods', namespace: null }];
    await expect(canI(client, rights, AbortSignal.timeout(50))).rejects.toThrow(/timeout/);
  });
});
