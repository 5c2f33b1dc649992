import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Problem } from '../../../src/core/problem';
import { certify } from './certificates';
import { authority, json } from './faultServer';
import { startProxy } from './proxy';
import { base64, openWorkshop } from './workshop';
import type { Workshop } from './workshop';

let workshop: Workshop;

afterEach(async () => {
  await workshop.close();
});

const nodes = { path: '/api/v1/nodes' };
const once = { retries: { attempts: 1, longestWaitMs: 1 } };

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Problem)) throw new Error(`not a Problem: ${String(error)}`);
  return error.message;
}

/** Answers with the headers that say who is asking. */
function echo(): void {
  workshop.server.handle((request, response) => {
    const { authorization, ...headers } = request.headers;
    const impersonation = Object.entries(headers).filter(([name]) => name.startsWith('impersonate'));
    json(response, 200, { authorization, ...Object.fromEntries(impersonation) });
  });
}

/** A plugin that writes a line to a file each time it is started and answers as told. */
async function plugin(body: string): Promise<{ command: string; args: string[]; starts(): Promise<number> }> {
  const counter = path.join(workshop.folder, 'starts');
  const script = await workshop.write(
    'plugin.mjs',
    [
      "import { appendFileSync, readFileSync } from 'node:fs';",
      `appendFileSync(${JSON.stringify(counter)}, 'started\\n');`,
      `const starts = readFileSync(${JSON.stringify(counter)}, 'utf8').split('\\n').length - 1;`,
      'const answer = (status) => console.log(JSON.stringify({ kind: "ExecCredential", status }));',
      body,
    ].join('\n'),
  );
  return {
    command: process.execPath,
    args: [script],
    starts: async () => (await readFile(counter, 'utf8')).split('\n').length - 1,
  };
}

describe('a user of the kubeconfig', () => {
  it.each([
    ['with a token', { token: 'abc' }, { authorization: 'Bearer abc' }],
    [
      'with a name and a password',
      { username: 'jane', password: 'pass' },
      { authorization: `Basic ${base64('jane:pass')}` },
    ],
    [
      'who acts as another, with groups',
      { token: 'abc', as: 'joe', 'as-groups': ['dev', 'ops'], 'as-user-extra': { reason: ['test'] } },
      {
        authorization: 'Bearer abc',
        'impersonate-user': 'joe',
        'impersonate-group': 'dev, ops',
        'impersonate-extra-reason': 'test',
      },
    ],
    ['without credentials', {}, {}],
  ])('%s', async (_name, user, headers) => {
    workshop = await openWorkshop();
    echo();
    await workshop.configure(user);
    const client = await workshop.open();
    expect(await client.call(nodes)).toEqual(headers);
  });

  it('with a token file beside the kubeconfig, read again when it changes', async () => {
    workshop = await openWorkshop();
    echo();
    await workshop.write('token', 'first\n');
    await workshop.configure({ tokenFile: 'token' });
    const client = await workshop.open({ freshMs: 0 });
    expect(await client.call(nodes)).toEqual({ authorization: 'Bearer first' });
    await workshop.write('token', 'second\n');
    expect(await client.call(nodes)).toEqual({ authorization: 'Bearer second' });
    expect(workshop.server.connections.made).toBe(1);
  });

  it('with a token file that is not there', async () => {
    workshop = await openWorkshop();
    await workshop.configure({ tokenFile: 'nowhere' });
    const client = await workshop.open();
    expect(await messageOf(client.call(nodes))).toMatch(
      /^The token file of context "test" cannot be read: ENOENT/,
    );
  });
});

describe('client certificates', () => {
  const client1 = certify({ name: 'jane', issuer: authority });

  it('as data', async () => {
    workshop = await openWorkshop({ asksForCertificates: true });
    await workshop.configure({
      'client-certificate-data': base64(client1.certificate),
      'client-key-data': base64(client1.key),
    });
    await (await workshop.open()).call(nodes);
    expect(workshop.server.requests).toHaveLength(1);
  });

  it('as files beside the kubeconfig; a new certificate is used on new connections', async () => {
    workshop = await openWorkshop({ asksForCertificates: true });
    await workshop.write('cert.pem', client1.certificate);
    await workshop.write('key.pem', client1.key);
    await workshop.configure({ 'client-certificate': 'cert.pem', 'client-key': 'key.pem' });
    const client = await workshop.open({ freshMs: 0 });
    await client.call(nodes);
    await client.call(nodes);
    expect(workshop.server.connections.made).toBe(1);
    const renewed = certify({ name: 'jane', issuer: authority });
    await workshop.write('cert.pem', renewed.certificate);
    await workshop.write('key.pem', renewed.key);
    await client.call(nodes);
    expect(workshop.server.connections.made).toBe(2);
    await expect.poll(() => workshop.server.connections.open).toBe(1);
  });

  it('that have expired are named with their day, by TLS and by 401', async () => {
    const expired = certify({ name: 'jane', issuer: authority, notAfter: new Date('2026-01-02T00:00:00Z') });
    const user = {
      'client-certificate-data': base64(expired.certificate),
      'client-key-data': base64(expired.key),
    };
    workshop = await openWorkshop({ asksForCertificates: true });
    await workshop.configure(user);
    const message = await messageOf((await workshop.open(once)).call(nodes));
    await workshop.close();
    expect(message).toMatch(/^The client certificate of user "reader" expired on 2026-01-02\. /);

    workshop = await openWorkshop();
    await workshop.configure(user);
    workshop.server.handle((_request, response) => {
      json(response, 401, {});
    });
    expect(await messageOf((await workshop.open(once)).call(nodes))).toMatch(
      /^The client certificate of user "reader" expired on 2026-01-02 \(401\)\. /,
    );
  });

  it.each([
    ['do not fit their key', client1.certificate, certify({ name: 'other' }).key],
    ['are no PEM', 'rubbish', 'rubbish'],
  ])('that %s', async (_name, certificate, key) => {
    workshop = await openWorkshop({ asksForCertificates: true });
    await workshop.configure({
      'client-certificate-data': base64(certificate),
      'client-key-data': base64(key),
    });
    const message = await messageOf((await workshop.open(once)).call(nodes));
    expect(message).toMatch(/^The certificates that the kubeconfig has for user "reader" cannot be used/);
  });
});

describe('the certificate of the server', () => {
  it.each([
    [
      'expired',
      certify({
        name: 'api',
        issuer: authority,
        addresses: ['127.0.0.1'],
        notAfter: new Date('2026-01-02T00:00:00Z'),
      }),
      /has expired\./,
    ],
    [
      'for another name',
      certify({ name: 'api', issuer: authority, names: ['other'] }),
      /is for another name\./,
    ],
    ['signed by nobody', certify({ name: 'api', addresses: ['127.0.0.1'] }), /not signed by the authority/],
  ])('%s', async (_name, certified, words) => {
    workshop = await openWorkshop({ certified });
    const message = await messageOf((await workshop.open(once)).call(nodes));
    expect(message).toMatch(words);
    expect(workshop.server.requests).toEqual([]);
  });

  it('for another name that tls-server-name gives', async () => {
    workshop = await openWorkshop({
      certified: certify({ name: 'api', issuer: authority, names: ['other'] }),
    });
    await workshop.configure({ token: 'abc' }, { 'tls-server-name': 'other' });
    await (await workshop.open(once)).call(nodes);
    expect(workshop.server.requests).toHaveLength(1);
  });

  it('is not asked for by insecure-skip-tls-verify', async () => {
    workshop = await openWorkshop({ certified: certify({ name: 'api' }) });
    await workshop.configure({ token: 'abc' }, { 'insecure-skip-tls-verify': true });
    await (await workshop.open(once)).call(nodes);
    expect(workshop.server.requests).toHaveLength(1);
  });
});

describe('a credential plugin', () => {
  it('is started once for 16 first calls, and not again while it has not expired', async () => {
    workshop = await openWorkshop();
    echo();
    const exec = await plugin(
      'setTimeout(() => answer({ token: `t${starts}`, expirationTimestamp: new Date(Date.now() + 3600e3) }), 100);',
    );
    await workshop.configure({ exec });
    const client = await workshop.open({ freshMs: 0 });
    const answers = await Promise.all(Array.from({ length: 16 }, () => client.call(nodes)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set(['{"authorization":"Bearer t1"}']),
    );
    await client.call(nodes);
    expect(await exec.starts()).toBe(1);
  });

  it('that gives no end is started once too', async () => {
    workshop = await openWorkshop();
    const exec = await plugin('answer({ token: "t" });');
    await workshop.configure({ exec });
    const client = await workshop.open({ freshMs: 0 });
    await client.warm();
    await client.call(nodes);
    expect(await exec.starts()).toBe(1);
  });

  it('is started again when its credential has ended', async () => {
    workshop = await openWorkshop();
    const exec = await plugin('answer({ token: "t", expirationTimestamp: new Date(Date.now() + 500) });');
    await workshop.configure({ exec });
    const client = await workshop.open();
    await client.call(nodes);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    await client.call(nodes);
    expect(await exec.starts()).toBe(2);
  });

  it('is started again, once for all, when the server refuses its credential', async () => {
    workshop = await openWorkshop();
    workshop.server.handle((request, response) => {
      json(response, request.headers.authorization === 'Bearer t2' ? 200 : 401, {});
    });
    const exec = await plugin('answer({ token: `t${starts}` });');
    await workshop.configure({ exec });
    const client = await workshop.open();
    await Promise.all(Array.from({ length: 16 }, () => client.call(nodes)));
    expect(await exec.starts()).toBe(2);
  });

  it('is told about the cluster where it asks for that, and its environment is the one given', async () => {
    workshop = await openWorkshop();
    echo();
    const exec = await plugin(
      [
        'const { apiVersion, spec } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);',
        'answer({ token: [apiVersion, spec.interactive, spec.cluster.server, process.env.PROFILE].join("|") });',
      ].join('\n'),
    );
    await workshop.configure({
      exec: {
        ...exec,
        apiVersion: 'client.authentication.k8s.io/v1beta1',
        provideClusterInfo: true,
        env: [{ name: 'PROFILE', value: 'dev' }],
      },
    });
    expect(await (await workshop.open()).call(nodes)).toEqual({
      authorization: `Bearer client.authentication.k8s.io/v1beta1|false|${workshop.server.address}|dev`,
    });
  });

  it('may give a client certificate', async () => {
    workshop = await openWorkshop({ asksForCertificates: true });
    const { certificate, key } = certify({ name: 'jane', issuer: authority });
    const status = { clientCertificateData: certificate, clientKeyData: key };
    const exec = await plugin(`answer(${JSON.stringify(status)});`);
    await workshop.configure({ exec });
    await (await workshop.open(once)).call(nodes);
    expect(workshop.server.requests).toHaveLength(1);
  });

  it('that is missing is named with its hint and the PATH', async () => {
    workshop = await openWorkshop();
    await workshop.configure({
      exec: { command: 'no-such-plugin', installHint: 'Install it\n from example.com.' },
    });
    const message = await messageOf((await workshop.open()).warm());
    expect(message).toBe(
      `The credential plugin "no-such-plugin" of user "reader" is not found (PATH is ${process.env['PATH'] ?? ''}). Install it from example.com.`,
    );
  });

  it('that hangs is given up after its time', async () => {
    workshop = await openWorkshop();
    const exec = await plugin('setInterval(() => {}, 1000);');
    await workshop.configure({ exec });
    const client = await workshop.open({ pluginTimeoutMs: 300 });
    expect(await messageOf(client.call(nodes))).toMatch(/gave no answer within 0\.3 s\. Run it by hand/);
    expect(workshop.server.requests).toEqual([]);
  });

  it('that hangs does not hold back who cancels', async () => {
    workshop = await openWorkshop();
    const exec = await plugin('setInterval(() => {}, 1000);');
    await workshop.configure({ exec });
    const client = await workshop.open();
    await expect(client.call({ ...nodes, signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/);
  });

  it.each([
    [
      'fails',
      'console.error("login needed: token=abcdef123456"); process.exit(3);',
      /failed \(exit code 3\): login needed/,
    ],
    ['answers rubbish', 'console.log("eyJsecret.abcdef");', /gave no credential\./],
    ['asks at a terminal', '', /asks at a terminal/],
  ])('that %s is named, and nothing secret said', async (_name, body, words) => {
    workshop = await openWorkshop();
    const exec = await plugin(body);
    await workshop.configure({ exec: { ...exec, ...(body === '' ? { interactiveMode: 'Always' } : {}) } });
    const message = await messageOf((await workshop.open()).warm());
    expect(message).toMatch(words);
    expect(message).not.toMatch(/abcdef/);
  });
});

describe('a proxy', () => {
  it('that the kubeconfig names is gone through', async () => {
    workshop = await openWorkshop();
    echo();
    const proxy = await startProxy();
    await workshop.configure({ token: 'abc' }, { 'proxy-url': proxy.address });
    const client = await workshop.open(once);
    expect(await client.call(nodes)).toEqual({ authorization: 'Bearer abc' });
    expect(proxy.asked).toEqual([workshop.server.address.replace('https://', '')]);
    proxy.close();
  });

  it('that is not there is said to be the trouble', async () => {
    workshop = await openWorkshop();
    await workshop.configure({ token: 'abc' }, { 'proxy-url': 'http://127.0.0.1:1' });
    expect(await messageOf((await workshop.open(once)).call(nodes))).toMatch(/proxy/);
  });
});

describe('a kubeconfig that changes while the client is used', () => {
  it('gives new credentials', async () => {
    workshop = await openWorkshop();
    echo();
    const client = await workshop.open({ freshMs: 0 });
    await client.call(nodes);
    await workshop.configure({ token: 'new' });
    expect(await client.call(nodes)).toEqual({ authorization: 'Bearer new' });
  });

  it('is not followed to another cluster', async () => {
    workshop = await openWorkshop();
    const client = await workshop.open({ freshMs: 0 });
    await client.call(nodes);
    await workshop.configure({ token: 'new' }, { server: 'https://127.0.0.1:1' });
    expect(await messageOf(client.call(nodes))).toMatch(/^Context "test" now points to another address/);
  });

  it('and is away for a moment still holds', async () => {
    workshop = await openWorkshop();
    const client = await workshop.open({ freshMs: 0 });
    await client.call(nodes);
    await rm(path.join(workshop.folder, 'config'));
    await client.call(nodes);
    expect(workshop.server.requests).toHaveLength(2);
  });
});

describe('a context that cannot be used', () => {
  it.each([
    ['is in no file', 'other', {}, /^No kubeconfig has the context "other"/],
    ['has no address', 'test', { server: 'nonsense' }, /is not an address/],
  ])('that %s', async (_name, context, cluster, words) => {
    workshop = await openWorkshop();
    await workshop.configure({}, cluster);
    const { openClient } = await import('../../../src/kube/client/openClient');
    expect(await messageOf(openClient(context, workshop.env))).toMatch(words);
  });
});
