import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/policy/finding';
import { analyse } from '../../../src/core/policy/analyse';
import { policiesSummary } from '../../../src/core/words/standingPolicies';
import { followPolicies, type StandingPolicies } from '../../../src/kube/facts/followPolicies';
import { createFakeApi, refused } from './fakeApi';
import { openWorkshop, type Workshop } from './workshop';

const path = '/apis/cilium.io/v2/ciliumnetworkpolicies';
const http = (name: string, padding = ''): object => ({
  metadata: { name, namespace: 'shop', annotations: { padding } },
  spec: {
    endpointSelector: { matchLabels: { app: 'web' } },
    description: padding,
    ingress: [
      { toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }], rules: { http: [{ method: 'GET' }] } }] },
    ],
  },
});

let workshop: Workshop;
let stop: AbortController;
let seen: StandingPolicies[];
let texts: string[];

beforeEach(async () => {
  workshop = await openWorkshop();
  stop = new AbortController();
  seen = [];
  texts = [];
});
afterEach(async () => {
  stop.abort();
  await workshop.close();
});

const analysing = (text: string): readonly Finding[] => {
  texts.push(text);
  return analyse(text).findings;
};

async function follow(): Promise<void> {
  const following = followPolicies(await workshop.open(), {
    signal: stop.signal,
    analyse: analysing,
    onPolicies: (standing) => seen.push(standing),
  });
  following.catch(() => undefined);
}
const newest = () => expect.poll(() => seen.at(-1), { timeout: 10_000 });

describe('the policies of a cluster', () => {
  it('are named where a kind may not be listed, beside the others; a kind that is not served has none', async () => {
    const api = createFakeApi({ lists: { [path]: [http('checkout')] } });
    api.fault('/apis/networking.k8s.io/v1/networkpolicies', refused);
    workshop.server.handle(api.handler);
    await follow();
    await newest().toMatchObject({
      policies: [{ name: 'checkout', namespace: 'shop', findings: [{ code: 'l7-http' }] }],
      unread: [{ kind: 'NetworkPolicy', because: expect.stringContaining('403') as string }],
    });
  });

  it('are analysed up to a number and a length, and all counted', async () => {
    const many = Array.from({ length: 310 }, (_, index) => http(`p${index}`));
    const api = createFakeApi({ lists: { [path]: [http('long', 'x'.repeat(200_000)), ...many] } });
    workshop.server.handle(api.handler);
    await follow();
    await expect.poll(() => seen.length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(texts.length).toBe(300);
    expect(policiesSummary(seen.at(-1)?.policies ?? [])).toBe('311 · 300 through a proxy · 11 not analysed');
  });

  it('follow one that changes', async () => {
    const api = createFakeApi({ lists: { [path]: [http('checkout')] } });
    workshop.server.handle(api.handler);
    await follow();
    await expect.poll(() => api.watches(path), { timeout: 10_000 }).toBe(1);
    api.send(path, 'MODIFIED', {
      metadata: { name: 'checkout', namespace: 'shop' },
      spec: { endpointSelector: {} },
    });
    await newest().toMatchObject({ policies: [{ name: 'checkout', findings: [] }] });
  });
});
