import { describe, expect, it } from 'vitest';
import { compare, compareAny } from '../../oracle/compare';
import type { Judged, JudgedDocument, JudgedEndpoint } from '../../oracle/judged';
import { shrink } from '../../oracle/shrink';
import type { JsonObject } from '../../oracle/generate/json';

const document: JudgedDocument = {
  accepted: true,
  refusal: '',
  schemaAccepted: true,
  schemaFault: '',
  pruned: [],
  redirects: [['spec.ingress[0].toPorts[0]', 'http']],
};
const endpoint: JudgedEndpoint = {
  labels: { 'k8s:app': 'web' },
  isHost: false,
  isCombined: false,
  conflict: null,
  ports: [{ direction: 'ingress', port: '80/TCP', redirect: 'http', shadow: ['l3-only-allow'] }],
};
const judged: Judged = { documents: [document], endpoints: [endpoint], unreadable: 0 };
const withDocument = (change: Partial<JudgedDocument>): Judged => ({
  ...judged,
  documents: [{ ...document, ...change }],
});
const withEndpoint = (change: Partial<JudgedEndpoint>): Judged => ({
  ...judged,
  endpoints: [{ ...endpoint, ...change }],
});
const withPort = (change: Partial<JudgedEndpoint['ports'][number]>): Judged =>
  withEndpoint({ ports: endpoint.ports.map((port) => ({ ...port, ...change })) });

const found = (oracle: Judged, ours: Judged): readonly string[] =>
  compare(oracle, ours).disagreements.map(({ question }) => question);

describe('compare', () => {
  it('asks each question once of sides that agree', () => {
    const { asked, disagreements } = compare(judged, judged);
    expect(disagreements).toEqual([]);
    expect(asked).toEqual({ accept: 1, schema: 1, redirects: 1, conflict: 1, merge: 1, shadow: 1 });
  });

  it.each<readonly [string, Judged, readonly string[]]>([
    ['a document that only one side takes', withDocument({ accepted: false, refusal: 'why' }), ['accept']],
    ['a document that one side does not see', { ...judged, documents: [] }, ['accept']],
    ['a schema', withDocument({ schemaAccepted: false }), ['schema']],
    ['what is pruned', withDocument({ pruned: ['spec.x'] }), ['schema']],
    ['where an entry goes', withDocument({ redirects: [['spec.ingress[0].toPorts[0]', '']] }), ['redirects']],
    ['an entry that one side does not see', withDocument({ redirects: [] }), ['redirects']],
    ['a merge that breaks off', withEndpoint({ conflict: 'parsers', ports: [] }), ['conflict']],
    ['an endpoint that one side does not see', { ...judged, endpoints: [] }, ['conflict']],
    ['the ports of an endpoint', withPort({ port: '81/TCP' }), ['merge']],
    ['where a port goes', withPort({ redirect: 'tls' }), ['merge']],
    ['why rules restrict nobody', withPort({ shadow: [] }), ['shadow']],
  ])('tells %s', (_, ours, questions) => {
    expect(found(judged, ours)).toEqual(questions);
  });

  it('tells what only our side sees', () => {
    expect(found(withDocument({ redirects: [] }), judged)).toEqual(['redirects']);
    expect(found({ ...judged, documents: [] }, judged)).toEqual(['accept']);
  });

  it('takes words of refusals and the kind of a conflict for no answer', () => {
    expect(
      found(withDocument({ accepted: false, refusal: 'a' }), withDocument({ accepted: false, refusal: 'b' })),
    ).toEqual([]);
    const [a, b] = [
      withEndpoint({ conflict: 'parsers', ports: [] }),
      withEndpoint({ conflict: 'listeners', ports: [] }),
    ];
    expect(found(a, b)).toEqual([]);
  });

  it('counts where the agent panics, and compares nothing there', () => {
    const oracle = withEndpoint({ conflict: 'panic', ports: [] });
    expect(compare(oracle, judged)).toMatchObject({ disagreements: [], panics: 1 });
  });

  it('takes a panic over a document for a refusal', () => {
    const panic = withDocument({ accepted: false, refusal: 'panic in Cilium: nil pointer', redirects: [] });
    const refused = withDocument({ accepted: false, refusal: 'agent-panics: nil pointer', redirects: [] });
    expect(compare(panic, refused)).toMatchObject({ disagreements: [], panics: 1 });
    expect(found(panic, judged)).toEqual(['accept']);
  });

  it('asks whether one entry alone makes the agent panic', () => {
    const panic = withDocument({ redirects: [['spec.ingress[0].toPorts[0]', 'panic']] });
    expect(compare(panic, panic)).toMatchObject({ disagreements: [], panics: 1 });
    expect(found(panic, judged)).toEqual(['redirects']);
    expect(found(judged, panic)).toEqual(['redirects']);
  });

  it('takes the answer that agrees where several may be right', () => {
    const wrong = withPort({ redirect: '' });
    expect(compareAny(judged, [wrong, judged]).disagreements).toEqual([]);
    expect(compareAny(judged, [wrong]).disagreements).toHaveLength(1);
    expect(() => compareAny(judged, [])).toThrow();
  });

  it('compares nothing where documents may be counted differently', () => {
    expect(compare({ ...judged, unreadable: 1 }, { ...judged, documents: [] })).toMatchObject({
      disagreements: [],
      isUnreadable: true,
    });
  });
});

/** A judge that is wrong on purpose: it takes port 0 for a port like others. */
const refusesPortZero = (policies: readonly JsonObject[]): boolean =>
  JSON.stringify(policies).includes('"port":"0"');

describe('shrink', () => {
  const entry = (port: string): JsonObject => ({ ports: [{ port, protocol: 'TCP' }], rules: { http: [{}] } });
  const policy = (...entries: JsonObject[]): JsonObject => ({
    kind: 'CiliumNetworkPolicy',
    metadata: { name: 'long-name', namespace: 'shop' },
    spec: { endpointSelector: {}, ingress: [{ fromEndpoints: [{}], toPorts: entries }], egress: [{}] },
  });

  it('leaves the smallest manifest that still shows what a wrong judge says', async () => {
    const policies = [policy(entry('80')), policy(entry('443'), entry('0')), policy(entry('53'))];
    const small = await shrink(policies, (smaller) => Promise.resolve(refusesPortZero(smaller)));
    expect(small).toEqual([
      {
        kind: 'CiliumNetworkPolicy',
        metadata: {},
        spec: { ingress: [{ toPorts: [{ ports: [{ port: '0' }] }] }] },
      },
    ]);
  });

  it('gives what it was given where nothing smaller holds, and ends', async () => {
    const policies = [policy(entry('0'))];
    let asked = 0;
    const same = await shrink(policies, () => Promise.resolve(++asked < 0));
    expect(same).toEqual(policies);
    await shrink(policies, () => Promise.resolve(true), 10);
    expect(asked).toBeGreaterThan(10);
  });
});
