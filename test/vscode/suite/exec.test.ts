import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { TLSSocket } from 'node:tls';
import { execInPod, type ExecAnswer } from '../../../src/kube/agents/execInPod';
import { openClient } from '../../../src/kube/client/openClient';
import { certify } from '../../unit/kube/certificates';
import { channels, execHandler, type ExecProtocol, type ExecSide } from '../../unit/kube/execServer';
import { authority, startFaultServer, type FaultServer } from '../../unit/kube/faultServer';
import { startProxy } from '../../unit/kube/proxy';
import { base64 } from '../../unit/kube/workshop';

// In the extension host, VS Code has put its own functions in the place of https.request, tls.connect and net.connect: a command
// in an agent, which bpf-memory and hubble run, must come through there with all that the kubeconfig says.
describe('a command in a pod, in the extension host', () => {
  const jane = certify({ name: 'jane', issuer: authority });
  let folder: string;
  let server: FaultServer;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'exec-'));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    // To VS Code's own HTTPS, 127.0.0.1 is this machine, where all stays as it is asked for, and 127.0.0.2 another one.
    server = await startFaultServer({ asksForCertificates: true, host: '127.0.0.2' });
  });
  afterEach(async () => {
    await server.close();
  });

  /** Runs a command as somebody with a client certificate. */
  async function exec(cluster: object = {}): Promise<ExecAnswer> {
    const file = path.join(folder, 'config');
    const certificateAuthority = { 'certificate-authority-data': base64(authority.certificate) };
    await writeFile(
      file,
      JSON.stringify({
        kind: 'Config',
        contexts: [{ name: 'test', context: { cluster: 'there', user: 'jane' } }],
        clusters: [
          { name: 'there', cluster: { server: server.address, ...certificateAuthority, ...cluster } },
        ],
        users: [
          {
            name: 'jane',
            user: {
              'client-certificate-data': base64(jane.certificate),
              'client-key-data': base64(jane.key),
            },
          },
        ],
      }),
    );
    const client = await openClient('test', { KUBECONFIG: file });
    try {
      return await execInPod(client, {
        namespace: 'kube-system',
        pod: 'cilium-a',
        container: 'cilium-agent',
        argv: ['bpftool', 'map', 'show'],
        mostBytes: 200_000,
        timeoutMs: 15_000,
        signal: new AbortController().signal,
      });
    } finally {
      client.close();
    }
  }
  /** Answers as a program that ends well; yields who asked, by the certificates that were shown. */
  function answers(protocol: ExecProtocol): unknown[] {
    const asked: unknown[] = [];
    server.handleUpgrade(
      execHandler(protocol, (side) => {
        const { socket } = side.request;
        asked.push(socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : 'nobody');
        side.send(channels.stderr, 'err');
        for (let sent = 0; sent < 100_000; sent += 1_000) side.send(channels.stdout, 'x'.repeat(1_000));
        side.end(3);
      }),
    );
    return asked;
  }
  const whole: ExecAnswer = { stdout: 'x'.repeat(100_000), stderr: 'err', exitCode: 3, failure: '' };

  for (const protocol of ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const) {
    it(`comes whole by ${protocol}, with the client certificate of the kubeconfig`, async () => {
      const asked = answers(protocol);
      assert.deepEqual(await exec(), whole);
      assert.deepEqual(asked, ['jane']);
    });
  }

  it('goes through the proxy of the kubeconfig', async () => {
    const proxy = await startProxy();
    try {
      const asked = answers('v5.channel.k8s.io');
      assert.deepEqual(await exec({ 'proxy-url': proxy.address }), whole);
      assert.deepEqual(asked, ['jane']);
      assert.deepEqual(proxy.asked, [server.address.replace('https://', '')]);
    } finally {
      proxy.close();
    }
  });

  it('goes to a server that is known by another name', async () => {
    await server.close();
    const certified = certify({ name: 'api server', issuer: authority, names: ['api.example.test'] });
    server = await startFaultServer({ asksForCertificates: true, host: '127.0.0.2', certified });
    const asked = answers('v5.channel.k8s.io');
    assert.deepEqual(await exec({ 'tls-server-name': 'api.example.test' }), whole);
    assert.deepEqual(asked, ['jane']);
    await assert.rejects(exec(), /The certificate of the API server at .* is for another name/);
  });

  const faults: [string, (side: ExecSide) => void][] = [
    [
      'that is cut',
      (side) => {
        side.send(channels.stdout, 'out');
        side.cut();
      },
    ],
    [
      'that ends without a status',
      (side) => {
        side.message(Buffer.alloc(0));
        side.close();
      },
    ],
  ];
  for (const [name, play] of faults) {
    it(`${name} is an error with its reason`, async () => {
      server.handleUpgrade(execHandler('v5.channel.k8s.io', play));
      await assert.rejects(exec(), /^Problem: The connection to bpftool in pod "cilium-a" .* was lost/);
    });
  }
});
