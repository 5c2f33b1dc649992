import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { cluster } from './support';

const namespace = 'policies';

interface Asked {
  readonly pod: string;
  readonly url: string;
  readonly method: string;
}

/** The status, `no answer`, or `closed` for a connection that is ended before there is an answer. */
type Answer = number | 'no answer' | 'closed';

/** For Node in the network of a pod: asks each `[url, method]` on a connection of its own; writes `[answer, body]` of each. */
const askScript = `
const { request } = require('node:http');
const ask = ([url, method]) => new Promise((resolve) => {
  const asked = request(url, { method, agent: false, timeout: 700 });
  asked.once('response', (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (text) => { body += text; });
    response.once('end', () => resolve([response.statusCode, body]));
  });
  asked.once('timeout', () => { resolve(['no answer', '']); asked.destroy(); });
  asked.once('error', () => resolve(['closed', '']));
  asked.end();
});
Promise.all(JSON.parse(process.argv[1]).map(ask)).then((answers) => console.log(JSON.stringify(answers)));`;

/** The answers to requests from one pod, each with its body. */
async function fullAnswersTo(
  from: string,
  asked: readonly Asked[],
): Promise<readonly (readonly [Answer, string])[]> {
  const requests = asked.map(({ url, method }) => [url, method]);
  const command = [process.execPath, '-e', askScript, JSON.stringify(requests)];
  return JSON.parse(await cluster.inPodNetwork(namespace, from, command)) as [Answer, string][];
}

async function answersTo(asked: readonly Asked[]): Promise<readonly Answer[]> {
  const pods = [...new Set(asked.map(({ pod: from }) => from))];
  const byPod = await Promise.all(
    pods.map(async (from) => {
      const its = asked.filter((request) => request.pod === from);
      const answers = await fullAnswersTo(from, its);
      return its.map((request, index) => [request, answers[index]?.[0] ?? 'closed'] as const);
    }),
  );
  const answers = new Map(byPod.flat());
  return asked.map((request) => answers.get(request) ?? 'closed');
}

/** Asks until the answers are these: that a policy has come or gone is probed, not waited for. */
async function expectAnswers(expected: readonly (readonly [Asked, Answer])[]): Promise<void> {
  const asked = expected.map(([request]) => request);
  const answers = expected.map(([, answer]) => answer);
  await vi.waitFor(
    async () => {
      expect(await answersTo(asked)).toEqual(answers);
    },
    { timeout: 20_000, interval: 50 },
  );
}

const pod = (name: string, node: string, labels: object, server = false): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels },
  spec: {
    nodeSelector: { 'kubernetes.io/hostname': node },
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    containers: [
      server
        ? {
            name: 'server',
            image: 'registry.local/fortio:dev',
            args: ['server', '-http-port', '8080', '-grpc-port', 'disabled', '-redirect-port', 'disabled'],
            ports: [{ name: 'web', containerPort: 8080 }],
          }
        : { name: 'client', image: 'registry.local/tools:dev', command: ['sleep', '100000'] },
    ],
  },
});

const service = (name: string, selector: object): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: { selector, ports: [{ port: 80, targetPort: 'web' }] },
});

const apply = (...objects: readonly object[]): Promise<string> =>
  cluster.kubectl(['apply', '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
  });

const ciliumPolicy = (name: string, spec: object): object => ({
  apiVersion: 'cilium.io/v2',
  kind: 'CiliumNetworkPolicy',
  metadata: { name, namespace },
  spec,
});

const remove = (name: string): Promise<string> =>
  cluster.kubectl(['-n', namespace, 'delete', 'ciliumnetworkpolicy', name]);

const toServer = { matchLabels: { app: 'server' } };
const web = { ports: [{ port: 'web', protocol: 'TCP' }] };

/** Clients may GET /echo of the server, by the name of its port. */
const onlyEcho = ciliumPolicy('only-echo', {
  endpointSelector: toServer,
  ingress: [
    {
      fromEndpoints: [{ matchLabels: { app: 'client' } }],
      toPorts: [{ ...web, rules: { http: [{ method: 'GET', path: '/echo(\\?.*)?' }] } }],
    },
  ],
});

/** A value in an object of the namespace. */
const read = (what: string, path: string): Promise<string> =>
  cluster.kubectl(['-n', namespace, 'get', what, '-o', `jsonpath={${path}}`]);

/** Where each pod and each Service is asked. */
const at: Record<string, string> = {};
const ask = (from: string, to: string, path: string, method = 'GET'): Asked => ({
  pod: from,
  url: `http://${at[to]}${path}`,
  method,
});

beforeAll(async () => {
  await apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    service('service', { app: 'server' }),
    service('both', { behind: 'both' }),
    pod('server', 'node-b', { app: 'server', behind: 'both' }, true),
    pod('other-server', 'node-b', { app: 'other-server', behind: 'both' }, true),
    pod('client', 'node-a', { app: 'client' }),
    pod('gold-client', 'node-a', { app: 'client', tier: 'gold' }),
    pod('neighbour', 'node-b', { app: 'client' }),
    pod('stranger', 'node-a', { app: 'stranger' }),
  );
  await cluster.kubectl(['-n', namespace, 'wait', '--for=condition=Ready', 'pod', '--all', '--timeout=120s']);
  at['server'] = `${await read('pod/server', '.status.podIP')}:8080`;
  at['other-server'] = `${await read('pod/other-server', '.status.podIP')}:8080`;
  at['service'] = `${await read('service/service', '.spec.clusterIP')}:80`;
  at['both'] = `${await read('service/both', '.spec.clusterIP')}:80`;
  await expectAnswers([
    [ask('client', 'service', '/fortio/'), 200],
    [ask('neighbour', 'service', '/fortio/'), 200],
  ]);
});

afterEach(async () => {
  await cluster.kubectl(['-n', namespace, 'delete', 'ciliumnetworkpolicy,networkpolicy', '--all']);
  await expectAnswers([
    [ask('stranger', 'server', '/fortio/'), 200],
    [ask('client', 'server', '/fortio/'), 200],
    [ask('client', 'other-server', '/fortio/'), 200],
    [ask('neighbour', 'server', '/fortio/'), 200],
  ]);
});

it('says what it is, on every node and in a ConfigMap', async () => {
  const name = 'nftables+Envoy, not Cilium';
  const nodes = await cluster.kubectl([
    'get',
    'nodes',
    '-o',
    'jsonpath={range .items[*]}{.metadata.annotations.test-policy-engine}{"\\n"}{end}',
  ]);
  expect(nodes).toBe(`${name}\n${name}\n`);
  const get = ['-n', 'kube-system', 'get', 'configmap', 'test-policy-engine'];
  expect(await cluster.kubectl([...get, '-o', 'jsonpath={.data.engine}'])).toBe(name);
});

describe('HTTP rules', () => {
  it('of ingress: allowed, denied, and strangers, by the address of pod and Service', async () => {
    await apply(onlyEcho);
    await expectAnswers([
      [ask('stranger', 'server', '/echo'), 'no answer'],
      ...['client', 'neighbour'].flatMap((client) =>
        ['server', 'service'].flatMap((server) => [
          [ask(client, server, '/echo?size=5'), 200] as const,
          [ask(client, server, '/fortio/'), 403] as const,
          [ask(client, server, '/echo', 'DELETE'), 403] as const,
        ]),
      ),
      [ask('stranger', 'service', '/echo'), 'no answer'],
      // Of another pod of that node nothing was said.
      [ask('stranger', 'other-server', '/fortio/'), 200],
    ]);
    const [denied, allowed] = await fullAnswersTo('client', [
      ask('client', 'server', '/fortio/'),
      ask('client', 'service', '/echo?size=5'),
    ]);
    expect(denied).toEqual([403, 'Access denied\r\n']);
    expect(allowed?.[1]).toHaveLength(5);
  });

  it('of egress, alone and with those of ingress at the other end', async () => {
    await apply(
      ciliumPolicy('egress', {
        endpointSelector: { matchLabels: { app: 'client' } },
        egress: [
          {
            toEndpoints: [toServer],
            toPorts: [{ ...web, rules: { http: [{ path: '/(echo|fortio/)' }] } }],
          },
        ],
      }),
    );
    for (const client of ['client', 'neighbour']) {
      await expectAnswers([
        [ask(client, 'server', '/debug'), 403],
        [ask(client, 'other-server', '/echo'), 'no answer'],
        [ask(client, 'server', '/echo'), 200],
        [ask(client, 'service', '/fortio/'), 200],
        [ask('stranger', 'server', '/debug'), 200],
      ]);
    }
    await apply(onlyEcho);
    for (const client of ['client', 'neighbour']) {
      await expectAnswers([
        [ask(client, 'server', '/fortio/'), 403],
        [ask(client, 'server', '/debug'), 403],
        [ask(client, 'service', '/echo?size=5'), 403],
        [ask(client, 'service', '/echo'), 200],
        [ask('stranger', 'server', '/echo'), 'no answer'],
      ]);
    }
  });

  it('of two policies are joined, and a policy without them allows every request', async () => {
    await apply(
      onlyEcho,
      ciliumPolicy('gold', {
        endpointSelector: toServer,
        ingress: [
          { fromEndpoints: [{ matchExpressions: [{ key: 'tier', operator: 'In', values: ['gold'] }] }] },
        ],
      }),
      ciliumPolicy('main-page', {
        endpointSelector: toServer,
        ingress: [
          {
            toPorts: [
              { ports: [{ port: '8080', protocol: 'TCP' }], rules: { http: [{ path: '/fortio/' }] } },
            ],
          },
        ],
      }),
    );
    await expectAnswers([
      [ask('client', 'server', '/echo'), 200],
      [ask('client', 'server', '/fortio/'), 200],
      [ask('client', 'server', '/debug'), 403],
      [ask('stranger', 'server', '/fortio/'), 200],
      [ask('stranger', 'server', '/echo'), 403],
      [ask('gold-client', 'server', '/debug'), 200],
    ]);
  });

  it('never bring a request to another pod than kube-proxy chose, and keep the address of who asks', async () => {
    await apply(
      ciliumPolicy('one-of-two', {
        endpointSelector: { matchLabels: { app: 'client' } },
        egress: [{ toEndpoints: [toServer], toPorts: [{ ...web, rules: { http: [{ path: '/debug' }] } }] }],
      }),
    );
    await expectAnswers([[ask('client', 'server', '/echo'), 403]]);
    const asked = Array.from({ length: 24 }, () => ask('client', 'both', '/debug'));
    const answers = await fullAnswersTo('client', asked);
    const answered = answers.filter(([answer]) => answer === 200).map(([, body]) => body);
    expect(new Set(answers.map(([answer]) => answer))).toEqual(new Set([200, 'no answer']));
    const client = await read('pod/client', '.status.podIP');
    for (const body of answered) expect(body).toContain(` on server - request from ${client}:`);
  });

  it('reach the right pod where kube-proxy works with nftables', async () => {
    await cluster.proxyMode('nftables');
    try {
      await apply(onlyEcho);
      await expectAnswers([
        [ask('client', 'service', '/fortio/'), 403],
        [ask('client', 'service', '/echo'), 200],
        [ask('stranger', 'service', '/echo'), 'no answer'],
      ]);
    } finally {
      await cluster.proxyMode('iptables');
    }
  });
});

/** For Node in a pod: asks once, and writes `closed` when the kept connection ends. Lives no longer than 20 s. */
const keepScript = `
const { request, Agent } = require('node:http');
const agent = new Agent({ keepAlive: true });
request(process.argv[1], { agent }, (response) => {
  response.resume();
  response.socket.once('close', () => { console.log('closed'); process.exit(); });
  response.once('end', () => process.stderr.write('open'));
}).end();
setTimeout(() => { console.log('still open'); process.exit(); }, 20000);`;

it('a policy that goes ends the connections that go through Envoy', async () => {
  await apply(onlyEcho);
  await expectAnswers([[ask('client', 'server', '/fortio/'), 403]]);
  const command = [process.execPath, '-e', keepScript, ask('client', 'service', '/echo').url];
  const kept = cluster.inPodNetwork(namespace, 'client', command);
  const sockets = (): Promise<string> =>
    cluster.inNode('node-b', ['ss', '-Htn', 'state', 'established', 'src', at['server'] ?? '']);
  await expect.poll(sockets, { timeout: 10_000 }).not.toBe('');
  await remove('only-echo');
  expect((await kept).trim()).toBe('closed');
  expect(await sockets()).toBe('');
});

describe('when a part dies', () => {
  it('the engine: what held goes on, and what changed meanwhile holds once it is back', async () => {
    const held = [
      [ask('client', 'server', '/echo'), 200],
      [ask('client', 'server', '/fortio/'), 403],
      [ask('stranger', 'server', '/echo'), 'no answer'],
    ] as const;
    await apply(onlyEcho);
    await expectAnswers(held);
    await cluster.fault('netpol:node-b', 'on');
    try {
      await expectAnswers(held);
      await remove('only-echo');
      await expectAnswers(held);
    } finally {
      await cluster.fault('netpol:node-b', 'off');
    }
    await expectAnswers([
      [ask('client', 'server', '/fortio/'), 200],
      [ask('stranger', 'server', '/echo'), 200],
    ]);
  });

  it('Envoy: nobody passes without it, and it is started again', async () => {
    await apply(onlyEcho);
    await expectAnswers([[ask('client', 'server', '/fortio/'), 403]]);
    const pid = (): Promise<string> => cluster.inNode('node-b', ['cat', '/run/node/policy/envoy.pid']);
    const first = await pid();
    await cluster.inNode('node-b', ['kill', '-KILL', first.trim()]);
    expect(await answersTo([ask('client', 'server', '/fortio/')])).not.toEqual([200]);
    await expectAnswers([
      [ask('client', 'server', '/echo'), 200],
      [ask('client', 'server', '/fortio/'), 403],
    ]);
    expect(await pid()).not.toBe(first);
  });
});

it('a policy that cannot be enforced whole is not enforced at all, and says why', async () => {
  await apply(
    ciliumPolicy('names', {
      endpointSelector: toServer,
      ingress: [{ fromEndpoints: [{ matchLabels: { app: 'nobody' } }] }],
      egress: [{ toFQDNs: [{ matchName: 'example.com' }] }],
    }),
    onlyEcho,
  );
  await expectAnswers([
    [ask('stranger', 'server', '/echo'), 'no answer'],
    [ask('client', 'server', '/echo'), 200],
  ]);
  const valid = async (name: string): Promise<string> => {
    const condition = '.status.conditions[?(@.type=="Valid")]';
    return read(`ciliumnetworkpolicy/${name}`, `${condition}.status} {${condition}.message`);
  };
  const why = 'Not enforced, none of it: "toFQDNs" is not enforced by the test cluster\'s policy engine.';
  await expect.poll(() => valid('names'), { timeout: 10_000 }).toBe(`False ${why}`);
  await expect
    .poll(() => valid('only-echo'), { timeout: 10_000 })
    .toBe('True Enforced by nftables+Envoy, not Cilium.');
  const uid = await read('ciliumnetworkpolicy/names', '.metadata.uid');
  const events = ['-n', namespace, 'get', 'events', '--field-selector', `involvedObject.uid=${uid}`];
  await expect
    .poll(() => cluster.kubectl([...events, '-o', 'jsonpath={.items[*].message}']), { timeout: 10_000 })
    .toBe(why);
});

it('NetworkPolicies hold as before, beside those of Cilium', async () => {
  await apply({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'named-port', namespace },
    spec: {
      podSelector: toServer,
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'stranger' } } }], ports: [{ port: 'web' }] }],
    },
  });
  await expectAnswers([
    [ask('client', 'server', '/echo'), 'no answer'],
    [ask('neighbour', 'server', '/echo'), 'no answer'],
    [ask('stranger', 'service', '/debug'), 200],
  ]);
  await apply(onlyEcho);
  await expectAnswers([
    [ask('client', 'server', '/echo'), 200],
    [ask('client', 'server', '/debug'), 403],
    [ask('stranger', 'service', '/debug'), 200],
  ]);
});
