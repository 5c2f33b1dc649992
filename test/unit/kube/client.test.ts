import { CoreV1Api } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reasonOf, statusOf } from '../../../src/kube/client/apiProblem';
import type { ApiRequest } from '../../../src/kube/client/apiRequest';
import { Problem } from '../../../src/core/problem';
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

const nodes: ApiRequest = { path: '/api/v1/nodes' };
const newService: ApiRequest = {
  method: 'POST',
  path: '/api/v1/namespaces/bench/services',
  body: { metadata: { name: 'web' } },
};

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Problem)) throw new Error(`not a Problem: ${String(error)}`);
  return error;
}

describe('connections', () => {
  it('are kept: 2,000 calls take 32 of them at most', { timeout: 60_000 }, async () => {
    workshop.server.handle((request, response) => {
      void bodyIn(request).then((body) => {
        json(response, 201, body);
      });
    });
    const client = await workshop.open();
    const began = performance.now();
    await Promise.all(Array.from({ length: 2_000 }, () => client.call(newService)));
    const perSecond = 2_000 / ((performance.now() - began) / 1000);
    console.log(
      `2000 creations: ${perSecond.toFixed(0)}/s over ${workshop.server.connections.made} connections`,
    );
    expect(workshop.server.requests).toHaveLength(2_000);
    expect(workshop.server.connections.made).toBeLessThanOrEqual(32);
  });

  it('are shared by the typed interface of the library', async () => {
    workshop.server.handle((_request, response) => {
      json(response, 200, { kind: 'NodeList', items: [{ metadata: { name: 'node-a' } }], metadata: {} });
    });
    const client = await workshop.open();
    const core = client.library().makeApiClient(CoreV1Api);
    for (let count = 0; count < 20; count += 1) {
      const list = await core.listNode();
      expect(list.items[0]?.metadata?.name).toBe('node-a');
    }
    expect(workshop.server.connections.made).toBe(1);
  });

  it('go on when the server closes idle ones, each of them', async () => {
    workshop.server.handle((_request, response) => {
      json(response, 200, { items: [] }, { Connection: 'close' });
    });
    const client = await workshop.open();
    for (let count = 0; count < 5; count += 1) await client.call(nodes);
    expect(workshop.server.connections.made).toBe(5);
  });
});

describe('a server gone wrong', () => {
  it('that half-closes idle connections costs no call, not even a write', async () => {
    workshop.server.handle((request, response) => {
      json(response, 201, {});
      setTimeout(() => request.socket.end(), 5);
    });
    const client = await workshop.open();
    for (let count = 0; count < 3; count += 1) {
      await client.call(newService);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    expect(workshop.server.requests).toHaveLength(3);
  });

  it('that half-closes without an answer is asked again', async () => {
    let times = 2;
    workshop.server.handle((request, response) => {
      times -= 1;
      if (times >= 0) request.socket.end();
      else json(response, 200, { items: [] });
    });
    const client = await workshop.open();
    expect(await client.call(nodes)).toEqual({ items: [] });
    expect(workshop.server.requests).toHaveLength(3);
  });

  it('that answers something else than HTTP is said to do so', async () => {
    workshop.server.handle((request) => {
      request.socket.end('SSH-2.0-OpenSSH_9.2\r\n');
    });
    const client = await workshop.open();
    expect((await problemOf(client.call(nodes))).message).toMatch(
      /^What https:\S+ answered is not HTTP\. Check the address in the kubeconfig\.$/,
    );
  });

  it('whose answer has no end is left before the memory is full', async () => {
    workshop.server.handle((_request, response) => {
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(100_000), more);
      };
      more();
    });
    const client = await workshop.open({ mostBytes: 1_000_000 });
    expect((await problemOf(client.call(nodes))).message).toMatch(
      /gave no usable answer: the answer is larger than 1 MB\./,
    );
    await expect.poll(() => workshop.server.connections.open).toBe(0);
  });
});

describe('an answer that is no success', () => {
  const cases: readonly [name: string, answer: object, code: number, words: RegExp][] = [
    [
      '403 names verb, resource and user',
      status(
        403,
        'Forbidden',
        'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
      ),
      403,
      /^The API server refused to list nodes \(403, user jane\)\. Ask for the right to list nodes/,
    ],
    [
      '403 of an admission check quotes it',
      status(403, 'Forbidden', 'pods "web" is forbidden: exceeded quota: small, requested: cpu=4'),
      403,
      /\(403\): pods "web" is forbidden: exceeded quota: small, requested: cpu=4\. /,
    ],
    [
      '404 of an object',
      status(404, 'NotFound', 'nodes "n" not found'),
      404,
      /\(404\): nodes "n" not found\./,
    ],
    ['404 of an API', {}, 404, /^The API server does not serve \/api\/v1\/nodes \(404\)\./],
    [
      '409 of a name',
      status(409, 'AlreadyExists', 'services "web" already exists'),
      409,
      /services "web" already exists\. Delete what is left/,
    ],
    ['409 of a change', status(409, 'Conflict', 'modified'), 409, /was changed meanwhile \(409\)/],
    ['410', status(410, 'Expired', 'too old'), 410, /no longer has the state/],
    [
      '422',
      status(422, 'Invalid', 'spec.ports: Required value'),
      422,
      /\(422\): spec\.ports: Required value\./,
    ],
    ['418, whatever that is', {}, 418, /could not list nodes \(418\)/],
  ];

  it.each(cases)('%s', async (_name, answer, code, words) => {
    workshop.server.handle((_request, response) => {
      json(response, code, answer);
    });
    const client = await workshop.open();
    const problem = await problemOf(client.call(nodes));
    expect(problem.message).toMatch(words);
    expect(problem.kind).toBe('target');
    expect(statusOf(problem)).toBe(code);
    expect(workshop.server.requests).toHaveLength(1);
  });

  it('gives its reason', async () => {
    workshop.server.handle((_request, response) => {
      json(response, 409, status(409, 'AlreadyExists', 'services "web" already exists'));
    });
    const client = await workshop.open();
    expect(reasonOf(await problemOf(client.call(newService)))).toBe('AlreadyExists');
  });

  it('is said without JSON where a proxy answers a page', async () => {
    workshop.server.handle((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Log in</html>');
    });
    const client = await workshop.open();
    expect((await problemOf(client.call(nodes))).message).toMatch(/answered to list nodes is not JSON\./);
  });

  it('never shows a credential, not even one that the server repeats', async () => {
    workshop.server.handle((request, response) => {
      json(response, 422, status(422, 'Invalid', `bad header ${request.headers.authorization ?? ''}`));
    });
    const client = await workshop.open();
    const problem = await problemOf(client.call(nodes));
    expect(`${problem.message} ${JSON.stringify(problem)} ${problem.stack ?? ''}`).not.toContain(
      'very-secret',
    );
  });
});

describe('trying again', () => {
  it.each([500, 502, 503, 504])('a read after %d', async (code) => {
    let failures = 3;
    workshop.server.handle((_request, response) => {
      failures -= 1;
      json(response, failures >= 0 ? code : 200, {});
    });
    const client = await workshop.open();
    await client.call(nodes);
    expect(workshop.server.requests).toHaveLength(4);
    expect(workshop.waits).toEqual([150, 300, 600]);
  });

  it('no write after 500, which may have been done', async () => {
    workshop.server.handle((_request, response) => {
      json(response, 500, status(500, 'InternalError', 'etcd is gone'));
    });
    const client = await workshop.open();
    expect((await problemOf(client.call(newService))).message).toMatch(
      /could not create services in namespace bench \(500\): etcd is gone\./,
    );
    expect(workshop.server.requests).toHaveLength(1);
  });

  it('any call after 429, when the server says', async () => {
    let failures = 2;
    workshop.server.handle((_request, response) => {
      failures -= 1;
      json(response, failures >= 0 ? 429 : 201, {}, failures >= 0 ? { 'Retry-After': '7' } : {});
    });
    const client = await workshop.open();
    await client.call(newService);
    expect(workshop.waits).toEqual([7_000, 7_000]);
  });

  it('not where the server asks to wait for an hour', async () => {
    workshop.server.handle((_request, response) => {
      json(response, 429, {}, { 'Retry-After': '3600' });
    });
    const client = await workshop.open();
    const problem = await problemOf(client.call(nodes));
    expect(problem.message).toMatch(/\(429\)\. It asks to wait 3600 s/);
    expect(workshop.waits).toEqual([]);
  });

  it('no more often than it may', async () => {
    workshop.server.handle((_request, response) => {
      json(response, 503, {});
    });
    const client = await workshop.open({ retries: { attempts: 3, longestWaitMs: 1_000 } });
    expect(statusOf(await problemOf(client.call(nodes)))).toBe(503);
    expect(workshop.server.requests).toHaveLength(3);
  });

  it('ends at once when it is cancelled in a wait', async () => {
    workshop.server.handle((_request, response) => {
      json(response, 429, {}, { 'Retry-After': '30' });
    });
    const cancel = new AbortController();
    const client = await workshop.open({
      pacing: {
        sleep: (_milliseconds, signal) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => {
              reject(new Error('woken'));
            });
            cancel.abort(new Error('the user cancelled'));
          }),
        random: () => 0,
      },
    });
    await expect(client.call({ ...nodes, signal: cancel.signal })).rejects.toThrow('the user cancelled');
    expect(workshop.server.requests).toHaveLength(1);
  });

  it('a read whose connection was cut in the middle of the answer', async () => {
    let cuts = 2;
    workshop.server.handle((_request, response) => {
      cuts -= 1;
      if (cuts < 0) {
        json(response, 200, { items: ['whole'] });
        return;
      }
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('{"items": [');
      setTimeout(() => response.destroy(), 5);
    });
    const client = await workshop.open();
    expect(await client.call(nodes)).toEqual({ items: ['whole'] });
    expect(workshop.server.requests).toHaveLength(3);
  });

  it('no write whose connection was cut', async () => {
    workshop.server.handle((_request, response) => {
      response.destroy();
    });
    const client = await workshop.open();
    expect((await problemOf(client.call(newService))).message).toMatch(/was lost in the middle\./);
    expect(workshop.server.requests).toHaveLength(1);
  });
});

describe('a server that does not answer', () => {
  it('ends each attempt after its time', async () => {
    workshop.server.handle(() => undefined);
    const client = await workshop.open({ timeoutMs: 60, retries: { attempts: 2, longestWaitMs: 1 } });
    expect((await problemOf(client.call(nodes))).message).toMatch(/did not list nodes within 0\.06 s\./);
    expect(workshop.server.requests).toHaveLength(2);
  });

  it('ends also where the answer begins and then stands still', async () => {
    workshop.server.handle((_request, response) => {
      response.writeHead(200);
      response.write('{');
    });
    const client = await workshop.open({ timeoutMs: 60, retries: { attempts: 1, longestWaitMs: 1 } });
    expect((await problemOf(client.call(nodes))).message).toMatch(/did not list nodes within/);
  });

  it('is left when the caller cancels, with the reason given', async () => {
    workshop.server.handle(() => undefined);
    const client = await workshop.open();
    const cancel = new AbortController();
    const calls = Array.from({ length: 40 }, () => client.call({ ...nodes, signal: cancel.signal }));
    setTimeout(() => {
      cancel.abort(new Error('the user cancelled'));
    }, 50);
    const outcomes = await Promise.allSettled(calls);
    for (const outcome of outcomes) {
      expect(outcome.status === 'rejected' && String(outcome.reason)).toBe('Error: the user cancelled');
    }
    // The places are free again, those of the calls that waited too.
    workshop.server.handle((_request, response) => {
      json(response, 200, { items: [] });
    });
    await Promise.all(Array.from({ length: 40 }, () => client.call(nodes)));
  });

  it('that is not there is named', async () => {
    await workshop.configure(
      { token: 'very-secret-token-value' },
      { server: 'https://user:pass@127.0.0.1:1' },
    );
    const client = await workshop.open({ retries: { attempts: 1, longestWaitMs: 1 } });
    const problem = await problemOf(client.call(nodes));
    expect(problem.message).toMatch(/^Nothing listens at https:\/\/127\.0\.0\.1:1\. /);
  });
});
