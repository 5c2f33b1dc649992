import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClusterReading } from '../../../src/kube/facts/readClusterFacts';
import type { Timings } from '../../../src/kube/facts/teller';
import { watchClusterFacts } from '../../../src/kube/facts/watchClusterFacts';
import type { Problem } from '../../../src/core/problem';
import { type RawCluster, rawCilium, rawConfigMap, rawNode } from '../cluster/objects';
import { type FakeApi, createFakeApi, refused } from './fakeApi';
import { json, status } from './faultServer';
import { openWorkshop } from './workshop';
import type { Workshop } from './workshop';

const cluster: RawCluster = {
  apiGroups: ['cilium.io'],
  nodes: [rawNode('a'), rawNode('b')],
  daemonSets: [rawCilium('quay.io/cilium/cilium:v1.19.1')],
  configMaps: [rawConfigMap('kube-system/cilium-config', { 'routing-mode': 'native' })],
  nodeConfigs: [],
};
const nodesPath = '/api/v1/nodes';
const mapsPath = '/api/v1/namespaces/kube-system/configmaps';

let workshop: Workshop;
let api: FakeApi;
let stop: AbortController;
let readings: ClusterReading[];
let interruptions: Problem[];
let ended: Promise<void>;

beforeEach(async () => {
  workshop = await openWorkshop();
  api = createFakeApi(cluster);
  workshop.server.handle(api.handler);
  stop = new AbortController();
  readings = [];
  interruptions = [];
  ended = Promise.resolve();
});
afterEach(async () => {
  stop.abort();
  await ended.catch(() => undefined);
  await workshop.close();
});

async function begin(timings: Partial<Timings> = {}): Promise<void> {
  ended = watchClusterFacts(await workshop.open(), {
    signal: stop.signal,
    onReading: (reading) => readings.push(reading),
    onInterrupted: (problem) => interruptions.push(problem),
    timings: { quietMs: 5, ...timings },
  });
  ended.catch(() => undefined);
}

async function beginWatched(timings: Partial<Timings> = {}): Promise<void> {
  await begin(timings);
  await soon(() => api.watches(nodesPath)).toBe(1);
  await soon(() => api.watches(mapsPath)).toBe(1);
  await soon(() => api.watches('/apis/apps/v1/daemonsets')).toBe(1);
  await soon(() => api.watches('/api/v1/namespaces')).toBe(1);
  await soon(() => api.watches('/apis/cilium.io/v2alpha1/ciliumnodeconfigs')).toBe(1);
}

/** As often as it takes on a machine that does much else. */
const soon = (probe: () => unknown) => expect.poll(probe, { timeout: 15_000 });

const newest = (): ClusterReading['facts'] | undefined => readings.at(-1)?.facts;

describe('the facts of a watched cluster', { timeout: 30_000 }, () => {
  it('follow a node that falls silent, one that comes and one that goes', async () => {
    await beginWatched();
    api.send(nodesPath, 'MODIFIED', rawNode('a', { ready: 'Unknown' }));
    await soon(newest).toMatchObject({ nodes: { value: [{ ready: { value: false } }, {}] } });
    api.send(nodesPath, 'ADDED', rawNode('c'));
    await soon(newest).toMatchObject({ nodes: { value: [{}, {}, { name: 'c' }] } });
    api.send(nodesPath, 'DELETED', rawNode('a'));
    await soon(newest).toMatchObject({ nodes: { value: [{ name: 'b' }, { name: 'c' }] } });
  });

  it('follow cilium-config and the agents’ version', async () => {
    await beginWatched();
    api.send(mapsPath, 'MODIFIED', rawConfigMap('kube-system/cilium-config', { 'routing-mode': 'tunnel' }));
    await soon(newest).toMatchObject({ cilium: { routing: { value: 'tunnel' } } });
    api.send('/apis/apps/v1/daemonsets', 'MODIFIED', rawCilium('quay.io/cilium/cilium:v1.20.2'));
    await soon(newest).toMatchObject({ cilium: { version: { value: { text: '1.20.2' } } } });
  });

  it('are told once for many changes, and not for a change that is no fact', async () => {
    await beginWatched();
    await soon(newest).toMatchObject({ notRead: [] });
    const before = readings.length;
    const lists = (): number =>
      workshop.server.requests.filter((request) => !request.includes('watch=')).length;
    const asked = lists();
    for (let time = 0; time < 500; time += 1)
      api.send(nodesPath, 'MODIFIED', { ...(rawNode('a') as object), heartbeat: time });
    for (let time = 0; time < 50; time += 1) api.send(nodesPath, 'ADDED', rawNode(`new-${time}`));
    await soon(() => newest()?.nodes).toMatchObject({ value: { length: 52 } });
    // Events that come in one piece are one change; what the network splits is a second one.
    expect(readings.length - before).toBeLessThanOrEqual(3);
    expect(lists()).toBe(asked);
  });

  it('are counted again now and then, and kept where that fails on the way', async () => {
    await beginWatched({ recountMs: 20 });
    api.fault('/api/v1/services', (_request, response) => {
      json(response, 200, { metadata: {}, items: [{ metadata: { namespace: 'a', name: 'b' }, spec: {} }] });
    });
    await soon(newest).toMatchObject({ headroom: { services: { value: 1 } } });
    api.fault('/api/v1/services', (_request, response) => {
      response.destroy();
    });
    await soon(() => interruptions.length).toBeGreaterThan(0);
    expect(newest()).toMatchObject({ headroom: { services: { value: 1 } } });
    api.fault('/api/v1/services', refused);
    await soon(newest).toMatchObject({ headroom: { services: { known: false } } });
  });

  it('are told again after an interruption, although none has changed', async () => {
    await beginWatched({ recountMs: 20 });
    await soon(newest).toMatchObject({ notRead: [] });
    api.fault('/version', (_request, response) => {
      response.destroy();
    });
    await soon(() => interruptions.length).toBeGreaterThan(0);
    const before = readings.length;
    api.fault('/version', undefined);
    await soon(() => readings.length).toBeGreaterThan(before);
  });

  it('are told again as soon as the server is back, although nothing happens in the cluster', async () => {
    await beginWatched();
    await soon(newest).toMatchObject({ notRead: [] });
    const told = readings.length;
    workshop.server.handle((_request, response) => response.destroy());
    api.cutWatches();
    await soon(() => interruptions.length).toBe(1);
    expect(readings).toHaveLength(told);
    workshop.server.handle(api.handler);
    await soon(() => readings.length).toBeGreaterThan(told);
    expect(newest()).toEqual(readings[told - 1]?.facts);
  });

  it('grow old when the server goes away, which is said once', async () => {
    await beginWatched({ recountMs: 20 });
    await soon(newest).toMatchObject({ notRead: [] });
    const asked = workshop.server.requests.length;
    workshop.server.handle((_request, response) => {
      response.destroy();
    });
    for (const path of [nodesPath, mapsPath, '/apis/apps/v1/daemonsets', '/api/v1/namespaces'])
      api.endWatches(path);
    await soon(() => workshop.server.requests.length - asked).toBeGreaterThan(10);
    expect(interruptions).toHaveLength(1);
  });

  it('are read now and then where they may be listed and not watched', async () => {
    api.fault(nodesPath, (request, response, url) => {
      if (url.searchParams.has('watch')) refused(request, response, url);
      else json(response, 200, { metadata: {}, items: nodes });
    });
    let nodes = [rawNode('a')];
    await begin({ recountMs: 20 });
    await soon(newest).toMatchObject({ nodes: { value: [{ name: 'a' }] } });
    nodes = [rawNode('a'), rawNode('z')];
    await soon(newest).toMatchObject({ nodes: { value: [{ name: 'a' }, { name: 'z' }] } });
  });

  it('come from a new list where the watch is too old', async () => {
    await beginWatched();
    let isOld = true;
    api.fault(nodesPath, (request, response, url) => {
      if (url.searchParams.has('watch') && isOld) {
        isOld = false;
        json(response, 410, status(410, 'Expired', 'too old resource version'));
      } else if (url.searchParams.has('watch')) api.asUsual(request, response, url);
      else json(response, 200, { metadata: { resourceVersion: '9' }, items: [rawNode('listed')] });
    });
    api.endWatches(nodesPath);
    await soon(newest).toMatchObject({ nodes: { value: [{ name: 'listed' }] } });
  });

  it('end with the signal, with nothing left open', async () => {
    await beginWatched();
    stop.abort();
    await ended;
    await soon(() => api.watches(nodesPath) + api.watches(mapsPath)).toBe(0);
  });

  it('of a cluster that cannot be read are a problem', async () => {
    workshop.server.handle((_request, response) => {
      json(response, 401, status(401, 'Unauthorized', 'Unauthorized'));
    });
    await begin();
    await expect(ended).rejects.toThrow(/credentials of user "reader"/);
  });
});
