import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { Problem } from '../../../src/core/problem';
import { openMetricsReport } from '../../../src/core/words/openMetricsReport';
import { readCredential, withoutSecrets } from '../../../src/push/credential';
import { pushDestination, pushOrigin } from '../../../src/push/destination';
import { pushRun } from '../../../src/push/pushRun';
import { aRun } from '../store/aRun';
import { startPushServer, type PushServer } from './pushServer';

const run = aRun();
const on = (name: string) => aRun({ target: { kind: 'kube', name, fingerprint: {} } });
const host = 'https://push.example:9091';
const servers: PushServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
async function started(...answer: Parameters<typeof startPushServer>): Promise<PushServer> {
  const server = await startPushServer(...answer);
  servers.push(server);
  return server;
}
const never = new AbortController().signal;
const push = (address: string, credential?: string, signal = never): Promise<void> =>
  pushRun(run, {
    destination: pushDestination(address, run),
    credential: readCredential(credential),
    signal,
  });
const problemOf = async (pushing: Promise<void>): Promise<Problem> => {
  const error: unknown = await pushing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Problem)) throw new Error(`not a Problem: ${inspect(error)}`);
  return error;
};

describe('where a run is pushed', () => {
  it.each([
    ['prod-eu-1', 'target/prod-eu-1'],
    // The README of the Pushgateway has this value as its example.
    ['/var/tmp', 'target@base64/L3Zhci90bXA'],
    ['arn:aws:eks:eu:1:cluster/x', 'target@base64/YXJuOmF3czpla3M6ZXU6MTpjbHVzdGVyL3g'],
    ['..', 'target@base64/Li4'],
    ['', 'target@base64/='],
    ['local lab', 'target@base64/bG9jYWwgbGFi'],
    ['ÿ?>', 'target@base64/w78_Pg'],
  ])('target %j', (name, part) => {
    const { url } = pushDestination(host, on(name));
    expect(url).toBe(`${host}/metrics/job/cilium-bench/${part}/scenario/policy-overhead`);
    // What is asked for is what was written: no part is taken for a folder.
    expect(new URL(url).href).toBe(url);
  });

  it('keeps the path of a Pushgateway behind a proxy', () => {
    expect(pushDestination('https://h/push/', on('a')).url).toMatch(/^https:\/\/h\/push\/metrics\/job\//);
  });

  it.each([
    ['', 'is no URL'],
    ['push.example:9091', 'is neither http nor https'],
    ['file:///etc/passwd', 'is neither http nor https'],
    ['https://me:hunter2@push.example', 'holds a credential'],
    ['https://push.example/?token=hunter2', 'has a query'],
    ['https://push.example/metrics/job/other', 'names a group'],
    ['hunter2', 'is no URL'],
  ])('refuses %j, which is not repeated', (address, what) => {
    expect(() => pushDestination(address, run)).toThrow(what);
    expect(() => pushDestination(address, run)).not.toThrow('hunter2');
    expect(() => pushOrigin(address)).toThrow(Problem);
  });

  it.each([
    ['https://push.example', true],
    ['http://127.0.0.1:9091', true],
    ['http://[::1]:9091', true],
    ['http://localhost:9091', true],
    ['http://push.example', false],
    ['http://127.example.org', false],
  ])('%s is private: %s', (address, isPrivate) => {
    expect(pushDestination(address, run).isPrivate).toBe(isPrivate);
  });
});

describe('a push', () => {
  it('puts the OpenMetrics text in place of the group, and sends nothing else', async () => {
    const server = await started();
    await push(server.address);
    expect(server.received).toHaveLength(1);
    const [received] = server.received;
    expect(received?.method).toBe('PUT');
    expect(received?.url).toBe(
      '/metrics/job/cilium-bench/target@base64/bG9jYWwgbGFi/scenario/policy-overhead',
    );
    expect(received?.body).toBe(openMetricsReport(run));
    expect(received?.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(received?.headers).not.toHaveProperty('authorization');
    expect(received?.headers).not.toHaveProperty('cookie');
  });

  it.each([
    ['me:hunter2:3', 'Basic bWU6aHVudGVyMjoz'],
    [' t0ken.abc~_-/+=\n', 'Bearer t0ken.abc~_-/+='],
  ])('sends the credential %j', async (credential, header) => {
    const server = await started();
    await push(server.address, credential);
    expect(server.received[0]?.headers.authorization).toBe(header);
  });

  it.each([
    [400, 'Look at the log'],
    [401, 'Check the credential'],
    [404, 'Check the address'],
    [500, 'Look at the log'],
  ])('says what was answered (%i), and nothing of a credential that is repeated', async (status, todo) => {
    const credential = 'me:hunter2';
    const encoded = Buffer.from(credential).toString('base64');
    const server = await started((response) => {
      response.statusCode = status;
      response.end(`bad\u0007 Basic ${encoded},\n ${credential} or hunter2.`);
    });
    const problem = await problemOf(push(server.address, credential));
    expect(problem.what).toMatch(
      new RegExp(
        `^The figures were not pushed: .* answered ${status} \\(bad Basic \\[hidden\\], \\[hidden\\] or \\[hidden\\]\\)`,
      ),
    );
    expect(problem.what).toContain('The run is kept.');
    expect(problem.todo).toContain(todo);
    // The log writes the whole error, with what caused it.
    const logged = inspect(problem, { depth: Infinity, showHidden: true });
    for (const secret of [credential, encoded, 'hunter2']) expect(logged).not.toContain(secret);
  });

  it('asks for a credential where none was sent', async () => {
    const server = await started((response) => response.writeHead(401).end());
    expect((await problemOf(push(server.address))).todo).toContain('asks for a credential');
  });

  it('follows no redirect: the credential is for one address', async () => {
    const other = await started();
    const server = await started((response) => response.writeHead(307, { location: other.address }).end());
    expect((await problemOf(push(server.address, 'me:hunter2'))).todo).toContain('not followed');
    expect(other.received).toEqual([]);
  });

  it('sends no credential in the clear to another machine', async () => {
    const problem = await problemOf(push('http://push.invalid:9091', 'me:hunter2'));
    expect(problem.what).toContain('unencrypted. Nothing was sent.');
    expect(problem.message).not.toContain('hunter2');
  });

  it('says that nothing listens', async () => {
    const server = await startPushServer();
    await server.close();
    const problem = await problemOf(push(server.address, 'me:hunter2'));
    expect(problem.what).toContain(': nothing listens there. The run is kept.');
    expect(inspect(problem, { depth: Infinity, showHidden: true })).not.toMatch(/hunter2|bWU6aHVudGVyMg/);
  });

  it('reads no more of an endless answer than it shows', async () => {
    const server = await started((response) => {
      response.writeHead(500);
      const more = (): void => {
        while (response.write('x'.repeat(10_000)));
        response.once('drain', more);
      };
      more();
    });
    expect((await problemOf(push(server.address))).what.length).toBeLessThan(500);
  });

  it('can be cancelled while no answer comes', async () => {
    const cancelling = new AbortController();
    const server = await started(() => {
      cancelling.abort();
    });
    expect((await problemOf(push(server.address, undefined, cancelling.signal))).what).toContain('cancelled');
  });

  it.each(['token with\u0000zero', 'two words', 'tökén'])(
    'refuses %j, which is no token, and does not repeat it',
    (credential) => {
      expect(() => readCredential(credential)).toThrow('neither user:password nor a token');
      expect(() => readCredential(credential)).not.toThrow(credential.slice(-4));
    },
  );

  it('encodes whatever a password holds', () => {
    expect(readCredential('wörd:päss\nword')?.header).toBe('Basic d8O2cmQ6cMOkc3MKd29yZA==');
  });
});

describe('what an answer shows', () => {
  it('is one short line', () => {
    expect(withoutSecrets(`a\r\n\u001b[31mb ${'c'.repeat(1000)}`, undefined)).toMatch(
      /^a \[31mb c{190,200}…$/,
    );
  });

  it.each(['', '  ', undefined])('of no credential (%j) hides nothing', (text) => {
    expect(readCredential(text)).toBeUndefined();
  });
});
