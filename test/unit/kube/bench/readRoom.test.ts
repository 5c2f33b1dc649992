import { afterEach, beforeEach, expect, it } from 'vitest';
import { networksOfNode, readServiceRoom } from '../../../../src/kube/bench/serviceScale/readRoom';
import { json, status } from '../faultServer';
import { openWorkshop } from '../workshop';
import type { Workshop } from '../workshop';

let workshop: Workshop;
beforeEach(async () => {
  workshop = await openWorkshop();
});
afterEach(async () => {
  await workshop.close();
});

const never = new AbortController().signal;
const node = {
  metadata: { name: 'node-a' },
  spec: { podCIDR: '10.244.0.0/24', podCIDRs: ['10.244.0.0/24', 'fd00::/64'] },
  status: {
    addresses: [
      { type: 'InternalIP', address: '192.0.2.1' },
      { type: 'Hostname', address: 'node-a' },
    ],
  },
};
// Fields as in Cilium's CRD (cilium.io/v2, CiliumNode, v1.19).
const ciliumNode = {
  spec: {
    addresses: [{ type: 'CiliumInternalIP', ip: '10.0.0.9' }],
    ipam: { podCIDRs: ['10.0.0.0/24'], pools: { allocated: [{ pool: 'blue', cidrs: ['10.20.0.0/27'] }] } },
  },
};

it('what a node and its pods use is read off both kinds of node', () => {
  expect(networksOfNode(node)).toEqual(
    expect.arrayContaining(['10.244.0.0/24', 'fd00::/64', '192.0.2.1', 'node-a']),
  );
  expect(networksOfNode(ciliumNode)).toEqual(['10.0.0.0/24', '10.20.0.0/27', '10.0.0.9']);
  for (const odd of [
    null,
    7,
    { spec: [] },
    { spec: { podCIDRs: 'x', ipam: { pools: 1 } }, status: { addresses: {} } },
  ]) {
    expect(networksOfNode(odd)).toEqual([]);
  }
});

it('room is read as far as that is allowed, and nothing is changed', async () => {
  workshop.server.handle((_request, response, url) => {
    if (url.pathname.endsWith('/resourcequotas')) {
      json(response, 403, status(403, 'Forbidden', 'no'));
    } else if (url.pathname.endsWith('/ciliumnodes')) {
      json(response, 404, status(404, '', 'the server could not find the requested resource'));
    } else json(response, 200, { metadata: {}, items: [node] });
  });
  const room = await readServiceRoom(await workshop.open(), 'bench', never);
  expect(room.quotas).toEqual({
    unread: expect.stringMatching(/refused to list resourcequotas .*[^.]$/) as string,
  });
  expect(room.networks).toMatchObject({ value: expect.arrayContaining(['192.0.2.1']) as string[] });
  expect(workshop.server.requests.every((request) => request.startsWith('GET '))).toBe(true);
});
