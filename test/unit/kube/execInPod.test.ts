import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execInPod, type ExecAnswer, type ExecRequest } from '../../../src/kube/agents/execInPod';
import type { ClientOptions } from '../../../src/kube/client/openClient';
import { channels, execHandler, type ExecProtocol, type ExecSide } from './execServer';
import { json, status, type Handler } from './faultServer';
import { startProxy } from './proxy';
import { openWorkshop, type Workshop } from './workshop';

let workshop: Workshop;
beforeEach(async () => {
  workshop = await openWorkshop();
});
afterEach(async () => {
  await workshop.close();
});

async function exec(
  over: Partial<ExecRequest> = {},
  options: Partial<ClientOptions> = {},
): Promise<ExecAnswer> {
  return execInPod(await workshop.open(options), {
    namespace: 'kube-system',
    pod: 'cilium-a',
    container: 'cilium-agent',
    argv: ['bpftool', 'map', 'show'],
    mostBytes: 1_000,
    timeoutMs: 20_000,
    signal: new AbortController().signal,
    ...over,
  });
}
const messageOf = (failing: Promise<unknown>): Promise<string> =>
  failing.then(
    () => 'It did not fail.',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
const plays = (play: (side: ExecSide) => void, protocol: ExecProtocol = 'v5.channel.k8s.io'): void => {
  workshop.server.handleUpgrade(execHandler(protocol, play));
};

describe.each<ExecProtocol>(['v5.channel.k8s.io', 'v4.channel.k8s.io'])('by %s', (protocol) => {
  it('both outputs and the exit code come, and the words of the command go, as they are', async () => {
    const asked: URL[] = [];
    plays((side) => {
      asked.push(side.url);
      side.send(channels.stdout, 'out ');
      side.send(channels.stderr, 'err');
      side.send(channels.stdout, 'put');
      side.end(3);
    }, protocol);
    expect(await exec({ argv: ['a b', '&c'] })).toEqual({
      stdout: 'out put',
      stderr: 'err',
      exitCode: 3,
      failure: '',
    });
    expect(asked.map(({ pathname }) => pathname)).toEqual([
      '/api/v1/namespaces/kube-system/pods/cilium-a/exec',
    ]);
    expect([...(asked[0]?.searchParams ?? [])]).toEqual([
      ['container', 'cilium-agent'],
      ['stdout', 'true'],
      ['stderr', 'true'],
      ['command', 'a b'],
      ['command', '&c'],
    ]);
  });
});

describe('what an API server sends', () => {
  it('is joined from frames, characters cut in two included', async () => {
    const data = Buffer.from('…');
    plays((side) => {
      side.message(Buffer.from([channels.stdout]), data.subarray(0, 1));
      side.send(channels.stdout, data.subarray(1));
      side.end();
    });
    expect((await exec()).stdout).toBe('…');
  });

  it.each<[string, (side: ExecSide) => void]>([
    [
      'an empty message',
      (side) => {
        side.message(Buffer.alloc(0));
      },
    ],
    [
      'the end of a stream without its number',
      (side) => {
        side.message(Buffer.from([channels.close]));
      },
    ],
    [
      'the end of a stream',
      (side) => {
        side.message(Buffer.from([channels.close, channels.stdout]));
      },
    ],
    [
      'a stream that nobody knows',
      (side) => {
        side.send(77, 'what');
      },
    ],
    [
      'a message of text',
      (side) => {
        side.bytes(Buffer.from([0x81, 1, 0x41]));
      },
    ],
    [
      'a ping',
      (side) => {
        side.bytes(Buffer.from([0x89, 0]));
      },
    ],
  ])('may hold %s', async (_name, play) => {
    plays((side) => {
      play(side);
      side.send(channels.stdout, 'out');
      side.end();
    });
    expect(await exec()).toMatchObject({ stdout: 'out', exitCode: 0 });
  });

  it('tells where a program could not be started why', async () => {
    plays((side) => {
      side.send(channels.status, JSON.stringify({ status: 'Failure', message: 'no such file' }));
    });
    expect(await exec()).toMatchObject({ exitCode: null, failure: 'no such file' });
  });

  const lost =
    /^The connection to bpftool in pod "cilium-a" of namespace kube-system was lost before its end/;
  it.each<[string, (side: ExecSide) => void, RegExp]>([
    [
      'is cut',
      (side) => {
        side.cut();
      },
      lost,
    ],
    [
      'ends in order without a status',
      (side) => {
        side.close();
      },
      lost,
    ],
    [
      'is cut in the middle of a frame',
      (side) => {
        side.bytes(Buffer.from([0x82, 100, 1, 2]));
        side.cut();
      },
      lost,
    ],
    [
      'is no frame',
      (side) => {
        side.bytes(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'));
      },
      lost,
    ],
    [
      'ends with a status that is cut',
      (side) => {
        side.send(channels.status, '{"stat');
      },
      /ended without a status/,
    ],
    [
      'is more than its bound in several messages',
      (side) => {
        for (let sent = 0; sent <= 1_000; sent += 100) side.send(channels.stdout, 'x'.repeat(100));
      },
      /wrote more than 1000 bytes/,
    ],
    [
      'is a frame that says to be larger than all memory',
      (side) => {
        side.bytes(Buffer.from([0x82, 127, 0, 0x10, 0, 0, 0, 0, 0, 0]));
      },
      /wrote more than 1000 bytes/,
    ],
    [
      'is one message of endless frames',
      (side) => {
        side.bytes(Buffer.from([0x02, 1, channels.stdout]));
        for (let sent = 0; sent <= 1_000; sent += 100)
          side.bytes(Buffer.concat([Buffer.from([0x00, 100]), Buffer.alloc(100)]));
      },
      /wrote more than 1000 bytes/,
    ],
  ])('is an error where it %s', async (_name, play, words) => {
    plays((side) => {
      side.send(channels.stdout, 'out');
      play(side);
    });
    expect(await messageOf(exec())).toMatch(words);
    await expect.poll(() => workshop.server.connections.open).toBe(0);
  });
});

describe('an exec that is not taken', () => {
  const refuses = (handler: Handler): void => {
    workshop.server.handle(handler);
  };

  it('says which right is missing, by the words of the API server', async () => {
    refuses((_request, response) => {
      const said = 'User "reader" cannot create resource "pods/exec" in API group "" in the namespace "x"';
      json(response, 403, status(403, 'Forbidden', `pods "cilium-a" is forbidden: ${said}`));
    });
    expect(await messageOf(exec())).toBe(
      'bpftool in pod "cilium-a" of namespace kube-system could not be run: The API server refused to create pods/exec of "cilium-a" in namespace x (403, user reader). Ask for the right to create pods/exec in namespace x, or choose another context.',
    );
  });

  it('is asked for again with new credentials, once', async () => {
    refuses((_request, response) => {
      json(response, 401, {});
    });
    expect(await messageOf(exec())).toMatch(/could not be run: .*does not accept the credentials .*\(401\)/);
    expect(workshop.server.requests).toHaveLength(2);
  });

  it.each<[string, string]>([
    ['is answered as a request of another kind', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    [
      'is answered by another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\nConnection: Upgrade\r\n\r\n',
    ],
    ['is cut', 'HTTP/1.1 101 Switch'],
  ])('because it %s is an error with its reason', async (_name, bytes) => {
    workshop.server.handleUpgrade((_request, socket) => {
      socket.end(bytes);
    });
    expect(await messageOf(exec())).toMatch(/^bpftool in pod "cilium-a" .* could not be run: .+\. .+\.$/);
  });
});

describe('an exec that goes on', () => {
  it('is ended on the other side too when it is cancelled', async () => {
    const cancel = new AbortController();
    const begun = new Promise<ExecSide>((resolve) => {
      plays(resolve);
    });
    const failed = messageOf(exec({ signal: cancel.signal }));
    const side = await begun;
    cancel.abort(new Error('the user cancelled'));
    expect(await failed).toBe('the user cancelled');
    await side.closed;
    await expect.poll(() => workshop.server.connections.open).toBe(0);
  });

  it('is ended with its time, whatever the connection does', async () => {
    plays(() => undefined);
    expect(await messageOf(exec({ timeoutMs: 200 }))).toMatch(/did not end within 0.2 s/);
    await expect.poll(() => workshop.server.connections.open).toBe(0);
  });

  it('is gone through the proxy that the kubeconfig names', async () => {
    const proxy = await startProxy();
    await workshop.configure({ token: 'abc' }, { 'proxy-url': proxy.address });
    plays((side) => {
      side.end();
    });
    expect(await exec()).toMatchObject({ exitCode: 0 });
    expect(proxy.asked).toEqual([workshop.server.address.replace('https://', '')]);
    proxy.close();
  });
});
