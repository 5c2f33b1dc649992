import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unknown } from '../../../../src/core/cluster/evidence';
import { runSettingsFrom } from '../../../../src/kube/readSettings';
import { Problem } from '../../../../src/core/problem';
import type { ServiceMap } from '../../../../src/kube/agents/serviceMap';
import type { JournaledChange } from '../../../../src/core/run/journal';
import type { BenchSpace } from '../../../../src/kube/bench/space';
import { scaleObject } from '../../../../src/kube/bench/serviceScale/objects';
import { createServiceScale } from '../../../../src/kube/bench/serviceScale/serviceScale';
import type { ServiceScale, ServiceScaleOptions } from '../../../../src/kube/bench/serviceScale/serviceScale';
import { json, status } from '../faultServer';
import { openWorkshop } from '../workshop';
import type { Workshop } from '../workshop';
import { createObjectServer } from './objectServer';
import type { ObjectServer } from './objectServer';

let workshop: Workshop;
let server: ObjectServer;
let journaled: JournaledChange[];
let undone: number[];

beforeEach(async () => {
  workshop = await openWorkshop();
  server = createObjectServer();
  journaled = [];
  undone = [];
  workshop.server.handle((request, response, url) => {
    server.handle(request, response, url);
  });
});
afterEach(async () => {
  await workshop.close();
});

const never = new AbortController().signal;
const services = '/api/v1/namespaces/bench/services';
const slices = '/apis/discovery.k8s.io/v1/namespaces/bench/endpointslices';
const node = { name: 'node-a', hostname: 'node-a', zone: null };
const notRead = unknown('it is not read here');
const facts: ServiceScaleOptions['facts'] = {
  cilium: null,
  headroom: {
    services: notRead,
    backends: notRead,
    serviceAddresses: notRead,
    loadBalancerMap: null,
    podNetworks: notRead,
  },
};

async function scaleOf(options: Partial<ServiceScaleOptions> = {}, runId = 'run-1'): Promise<ServiceScale> {
  const space: BenchSpace = {
    client: await workshop.open(),
    cluster: { context: 'test', server: workshop.server.address, clusterUid: 'u-1' },
    runId,
    namespace: 'bench',
    ownsNamespace: true,
    placement: { client: node, server: node, clients: [node] },
    settings: runSettingsFrom({}),
    journal: {
      begin: (change) => Promise.resolve(journaled.push(change) - 1),
      undone: (change) => {
        undone.push(change);
        return Promise.resolve();
      },
    },
  };
  const servers = [
    { host: '10.244.1.5', port: 8080 },
    { host: '10.244.2.6', port: 8080 },
  ];
  return createServiceScale(space, { servers, most: 5000, facts, map: null, ...options });
}

async function prepared(options: Partial<ServiceScaleOptions> = {}): Promise<ServiceScale> {
  const scale = await scaleOf(options);
  await scale.prepare(never);
  return scale;
}

const named = (path: string, part: string): string[] =>
  [...server.objects.keys()].filter((key) => key.startsWith(`${path}/${part}`));
const scaleServices = (): number => named(services, 'scale-').length;
const at = (text: string): number => server.done.indexOf(text);

describe('a change of scale', () => {
  it('makes Services with four endpoints each, none of them anybody’s', async () => {
    const scale = await prepared();
    const result = await scale.to(3, never);
    expect(result).toMatchObject({ created: 3, deleted: 0 });
    expect(server.objects.get(`${services}/scale-00002`)).toMatchObject({
      metadata: {
        labels: { 'cilium-bench.io/run': 'run-1', 'app.kubernetes.io/managed-by': 'cilium-bench' },
      },
      spec: { type: 'ClusterIP', ports: [{ port: 80, targetPort: 8080 }] },
    });
    expect(server.objects.get(`${services}/scale-00002`)?.['spec']).not.toHaveProperty('selector');
    expect(server.objects.get(`${slices}/scale-00002`)).toMatchObject({
      metadata: {
        labels: {
          'kubernetes.io/service-name': 'scale-00002',
          'endpointslice.kubernetes.io/managed-by': 'cilium-bench',
          'cilium-bench.io/run': 'run-1',
        },
      },
      addressType: 'IPv4',
      endpoints: ['198.18.0.8', '198.18.0.9', '198.18.0.10', '198.18.0.11'].map((address) => ({
        addresses: [address],
      })),
    });
  });

  it('makes and deletes the difference alone', async () => {
    const scale = await prepared({ most: 2600 });
    await scale.to(20, never);
    server.done.length = 0;
    expect(await scale.to(30, never)).toMatchObject({ created: 10, deleted: 0 });
    expect(server.done.filter((line) => /^POST scale-\d+$/.test(line))).toHaveLength(10);
    expect(await scale.to(12, never)).toMatchObject({ created: 0, deleted: 18 });
    expect(scaleServices()).toBe(12);
    expect(named(slices, 'scale-')).toHaveLength(12);
    expect(await scale.to(12, never)).toMatchObject({ created: 0, deleted: 0, perSecond: 0 });
  });

  it('deletes whole thousands in one request each, the others by their index', async () => {
    for (let index = 0; index < 2300; index += 1) {
      const { name, service, slice } = scaleObject({ runId: 'run-1' }, index);
      server.objects.set(`${services}/${name}`, { ...service });
      server.objects.set(`${slices}/${name}`, { ...slice });
    }
    const scale = await prepared();
    await scale.to(900, never);
    expect(scaleServices()).toBe(900);
    const deleted = server.done.filter((line) => line.startsWith('DELETE services'));
    const ofOurs = 'DELETE services cilium-bench.io/run=run-1,cilium-bench.io/part=service-scale';
    expect(deleted.filter((line) => !line.includes('markers')).sort()).toEqual(
      [
        expect.stringMatching(/cilium-bench\.io\/index in \(900,901,.*,999\)$/),
        `${ofOurs},cilium-bench.io/batch=1`,
        `${ofOurs},cilium-bench.io/batch=2`,
      ].sort(),
    );
  });

  it('tells how far it is', async () => {
    const scale = await prepared();
    const seen: number[] = [];
    await scale.to(50, never, ({ done, of }) => {
      expect(of).toBe(50);
      seen.push(done);
    });
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });
});

describe('the marker Services', () => {
  it('have addresses before they lead anywhere', async () => {
    const scale = await prepared();
    expect(scale.markers()).toHaveLength(3);
    expect(scale.markers().every(({ host, port }) => /^10\.96\./.test(host) && port === 80)).toBe(true);
    expect(named(slices, 'marker-')).toEqual([]);
  });

  it('lead to the servers first, in the middle and last', async () => {
    const scale = await prepared();
    await scale.to(200, never);
    const creations = server.done.filter((line) => /^POST scale-\d+$/.test(line));
    const place = (marker: string): number =>
      server.done.slice(0, at(`POST marker-a-${marker} slice`)).filter((line) => creations.includes(line))
        .length;
    expect(place('first')).toBe(0);
    // As many as are under way at once may come before it.
    expect(Math.abs(place('middle') - 100)).toBeLessThanOrEqual(32);
    expect(place('last')).toBe(200);
    expect(server.objects.get(`${slices}/marker-a-last`)).toMatchObject({
      ports: [{ port: 8080 }],
      endpoints: [{ addresses: ['10.244.1.5'] }, { addresses: ['10.244.2.6'] }],
    });
  });

  it('take turns, so that an old answer is not taken for a new one', async () => {
    const scale = await prepared();
    expect(scale.allMarkers()).toHaveLength(6);
    await scale.to(0, never);
    const atNone = scale.markers();
    expect(named(slices, 'marker-')).toEqual(named(slices, 'marker-a-'));
    await scale.to(10, never);
    const atTen = scale.markers();
    expect(scale.allMarkers()).toEqual([...atNone, ...atTen]);
    expect(named(slices, 'marker-')).toEqual(named(slices, 'marker-b-'));
    server.done.length = 0;
    await scale.to(0, never);
    expect(scaleServices()).toBe(0);
    expect(scale.markers()).toEqual(atNone);
    expect(named(slices, 'marker-')).toEqual(named(slices, 'marker-a-'));
    expect(named(slices, 'marker-')).toHaveLength(3);
    // On the way down too, the last one leads to the servers only after the deletion.
    const deletions = server.done.slice(0, at('POST marker-a-last slice'));
    expect(deletions.some((line) => /^DELETE endpointslices .*batch=0$/.test(line))).toBe(true);
    await scale.to(0, never);
    expect(scale.markers()).toEqual(atNone);
  });
});

describe('what is there already', () => {
  it('is taken as made where it is of this run', async () => {
    const first = await prepared();
    await first.to(5, never);
    const again = await scaleOf();
    const kept = new Map(server.objects);
    await again.prepare(never);
    expect(await again.to(8, never)).toMatchObject({ created: 3, deleted: 0 });
    for (const [path, object] of kept) {
      if (path.includes('/scale-')) expect(server.objects.get(path)).toBe(object);
    }
    expect(named(services, 'marker-')).toHaveLength(6);
  });

  it('is taken as made where the answer to its creation was lost (409)', async () => {
    let lost = 0;
    const scale = await prepared();
    server.before = (request, response, url) => {
      if (request.method !== 'POST' || url.pathname !== services || lost >= 3) return false;
      lost += 1;
      server.before = () => false;
      const answer = response.end.bind(response);
      response.end = (() => {
        response.end = answer;
        request.socket.destroy();
        return response;
      }) as typeof response.end;
      return false;
    };
    await scale.to(3, never);
    expect(lost).toBe(1);
    expect(scaleServices()).toBe(3);
  });

  it('is somebody else’s and stays, in a sentence', async () => {
    const scale = await prepared();
    const theirs = { metadata: { name: 'scale-00001', namespace: 'bench', labels: {} } };
    server.objects.set(`${services}/scale-00001`, theirs);
    await expect(scale.to(3, never)).rejects.toThrow(
      'The Service "scale-00001" in namespace bench is not of this run. Choose another namespace',
    );
    expect(await scale.close()).toEqual([]);
    expect([...server.objects.values()]).toEqual([theirs]);
  });
});

describe('an API server', () => {
  it('that has too much to do is obeyed, and all are made', async () => {
    let turnedAway = 0;
    const scale = await prepared();
    server.before = (request, response) => {
      if (request.method !== 'POST' || scaleServices() === 0 || turnedAway === 40) return false;
      turnedAway += 1;
      json(response, 429, status(429, 'TooManyRequests', 'too many'), { 'Retry-After': '1' });
      return true;
    };
    await scale.to(200, never);
    expect(turnedAway).toBe(40);
    expect(scaleServices()).toBe(200);
    expect(workshop.waits).toHaveLength(40);
    expect(workshop.waits.every((wait) => wait >= 1000)).toBe(true);
  });

  it('that gives up in the middle of a deletion is asked again', async () => {
    const scale = await prepared();
    await scale.to(10, never);
    let failures = 2;
    server.before = (request, response) => {
      if (request.method !== 'DELETE' || failures === 0) return false;
      failures -= 1;
      json(response, 504, status(504, 'Timeout', 'request did not complete within 60s'));
      return true;
    };
    await scale.to(0, never);
    expect(failures).toBe(0);
    expect(scaleServices()).toBe(0);
  });
});

describe('the end', () => {
  it('leaves nothing, also in the middle of a change that was cancelled', async () => {
    const scale = await prepared();
    const cancel = new AbortController();
    const change = scale.to(400, cancel.signal, ({ done }) => {
      if (done === 100) cancel.abort(new Error('cancelled'));
    });
    await expect(change).rejects.toThrow('cancelled');
    expect(scaleServices()).toBeLessThan(200);
    expect(await scale.close()).toEqual([]);
    expect([...server.objects.keys()]).toEqual([]);
    expect(undone).toEqual([0, 1]);
    expect(await scale.close()).toEqual([]);
  });

  it('says what is left where deleting is not allowed, and the journal keeps it', async () => {
    const scale = await prepared();
    await scale.to(2, never);
    server.before = (request, response) => {
      if (request.method !== 'DELETE') return false;
      json(
        response,
        403,
        status(
          403,
          'Forbidden',
          'services is forbidden: User "jane" cannot deletecollection resource "services" in API group "" in the namespace "bench"',
        ),
      );
      return true;
    };
    const left = await scale.close();
    expect(left).toHaveLength(2);
    expect(left[0]).toMatch(
      /^The Services of the run in namespace bench could not be deleted: The API server refused to deletecollection services/,
    );
    expect(undone).toEqual([]);
  });

  it('is in the journal before anything is made, to be undone by label', async () => {
    await prepared();
    expect(journaled.map(({ undo }) => undo)).toEqual(
      [services, slices].map((path) => ({
        kind: 'delete-collection',
        path,
        labelSelector: 'cilium-bench.io/run=run-1,cilium-bench.io/part=service-scale',
      })),
    );
  });
});

describe('a cluster without room', () => {
  it('is refused before anything is made', async () => {
    server.before = (_request, response, url) => {
      if (!url.pathname.endsWith('/resourcequotas')) return false;
      const quota = {
        metadata: { name: 'team' },
        spec: { hard: { 'count/services': '100' } },
        status: { used: { 'count/services': '20' } },
      };
      json(response, 200, { items: [quota], metadata: {} });
      return true;
    };
    const scale = await scaleOf();
    await expect(scale.prepare(never)).rejects.toThrow(
      /ResourceQuota team leaves 80 of count\/services, and 5.000 are asked for\. Ask for 74 Services/,
    );
    expect(server.done).toEqual([]);
    expect(journaled).toEqual([]);
    expect(await scale.close()).toEqual([]);
  });

  const known = { known: true, evidence: [] } as const;
  const room = (limit: number): ServiceScaleOptions['facts'] => ({
    cilium: {
      limits: {
        ...known,
        value: { services: { ...known, value: limit }, backends: notRead, reverseNat: notRead },
      },
    } as unknown as ServiceScaleOptions['facts']['cilium'],
    headroom: {
      ...facts.headroom,
      loadBalancerMap: { ...known, value: { needed: 1000, limit, family: 4 } },
    },
  });
  /** A map that follows the Services as an agent does, some at a time. */
  function followingMap(each: number): ServiceMap {
    let seen = 0;
    return {
      limit: () => Promise.resolve(46_000),
      entries: () => {
        seen += Math.min(30, scaleServices() - seen);
        return Promise.resolve(1000 + each * seen);
      },
    };
  }
  const pause = () => Promise.resolve();

  it('is found out by what the first 100 take of the map, which are deleted again', async () => {
    const scale = await scaleOf({ map: followingMap(9), pause, facts: room(500_000) });
    await expect(scale.prepare(never)).rejects.toThrow(
      /need 45.054 entries of Cilium’s service map \(9 each, as measured here\), and 45.000 of 46.000 are free/,
    );
    expect(scale.calibration()).toEqual({ entriesEach: 9, used: 1000, limit: 46_000 });
    expect(scaleServices()).toBe(0);
    expect(await scale.close()).toEqual([]);
    expect([...server.objects.keys()]).toEqual([]);
  });

  it('is not seen where the map has room for what was measured, although more was reckoned', async () => {
    const scale = await scaleOf({ map: followingMap(5), pause, facts: room(46_000) });
    await scale.prepare(never);
    expect(scale.calibration()).toEqual({ entriesEach: 5, used: 1000, limit: 46_000 });
    expect(scaleServices()).toBe(0);
    expect(await scale.close()).toEqual([]);
  });

  it.each<[string, Partial<ServiceScaleOptions>, string]>([
    ['it was not agreed to', { map: { because: 'it was not agreed to' } }, 'it was not agreed to'],
    [
      'the map cannot be read',
      {
        map: {
          limit: () => Promise.reject(new Problem('target', 'bpftool is not there.', 'Look.')),
          entries: () => Promise.resolve(0),
        },
      },
      'bpftool is not there',
    ],
    [
      'the map does not follow',
      { map: { limit: () => Promise.resolve(1), entries: () => Promise.resolve(7) } },
      'its map did not come to rest above 7 entries after 100 Services were made',
    ],
    [
      'few are asked for',
      { map: { limit: () => Promise.resolve(1), entries: () => Promise.resolve(7) }, most: 99 },
      'fewer than 100 Services are asked for',
    ],
  ])('is reckoned, and said to be not calibrated, where %s', async (_why, options, because) => {
    const scale = await prepared({ pause, ...options });
    expect(scale.calibration()).toEqual({ because });
    expect(scaleServices()).toBe(0);
    expect(await scale.close()).toEqual([]);
  });

  it('is not looked for in a map where Cilium is not', async () => {
    const scale = await prepared({ map: null });
    expect(scale.calibration()).toBeNull();
    expect(await scale.close()).toEqual([]);
  });
});
