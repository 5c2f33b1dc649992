import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPodLog } from '../../../src/kube/client/podLog';
import type { LogEnd, PodLogOptions } from '../../../src/kube/client/podLog';
import { json, status } from './faultServer';
import { openWorkshop } from './workshop';
import type { Workshop } from './workshop';

let workshop: Workshop;

beforeEach(async () => {
  workshop = await openWorkshop();
});
afterEach(async () => {
  await workshop.close();
});

async function read(options: Partial<PodLogOptions> = {}): Promise<LogEnd & { readonly text: string }> {
  const client = await workshop.open();
  const pieces: Buffer[] = [];
  const end = await readPodLog(
    client,
    { namespace: 'bench', pod: 'load-1', container: 'load', mostBytes: 1_000, ...options },
    (bytes) => pieces.push(bytes),
  );
  return { ...end, text: Buffer.concat(pieces).toString('utf8') };
}

describe('the log of a pod', () => {
  it('comes whole', async () => {
    workshop.server.handle((_request, response) => {
      response.write('{"rps": ');
      setTimeout(() => response.end('12345}\n'), 20);
    });
    expect(await read()).toEqual({ text: '{"rps": 12345}\n', bytes: 15, cut: false });
    expect(workshop.server.requests).toEqual([
      'GET /api/v1/namespaces/bench/pods/load-1/log?container=load&limitBytes=1001',
    ]);
  });

  it.each([
    ['just fits', 1_000, false],
    ['is longer', 1_001, true],
    ['is far longer', 500_000, true],
  ])('that %s is told to be cut or not', async (_name, bytes, cut) => {
    workshop.server.handle((_request, response) => {
      response.end('x'.repeat(bytes));
    });
    expect(await read()).toEqual({ text: 'x'.repeat(1_000), bytes: 1_000, cut });
  });

  it('whose connection is lost is an error, never a short text', async () => {
    workshop.server.handle((_request, response) => {
      response.write('{"rps": 1');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(read()).rejects.toThrow(
      /^The log of pod "load-1" in namespace bench was cut: the connection to https:\S+ was lost after 9 bytes\. Read it again\.$/,
    );
  });

  it('that stands still is an error after its time', async () => {
    workshop.server.handle((_request, response) => {
      response.write('{"rps": 1');
    });
    await expect(read({ silentMs: 60 })).rejects.toThrow(/was lost after 9 bytes/);
  });

  it('that is followed may be silent, and ends with the container', async () => {
    workshop.server.handle((_request, response) => {
      response.write('started\n');
      setTimeout(() => response.end('done\n'), 150);
    });
    expect((await read({ follow: true })).text).toBe('started\ndone\n');
    expect(workshop.server.requests[0]).toMatch(/\?container=load&follow=true$/);
  });

  it('that is followed ends when it is cancelled, with the reason', async () => {
    workshop.server.handle((_request, response) => {
      response.write('started\n');
    });
    const cancel = new AbortController();
    setTimeout(() => {
      cancel.abort(new Error('the user cancelled'));
    }, 60);
    await expect(read({ follow: true, signal: cancel.signal })).rejects.toThrow('the user cancelled');
    await expect.poll(() => workshop.server.connections.open).toBe(0);
  });

  it('of a pod that is not there', async () => {
    workshop.server.handle((_request, response) => {
      json(response, 404, status(404, 'NotFound', 'pods "load-1" not found'));
    });
    await expect(read()).rejects.toThrow(/cannot get pods\/log of "load-1" in namespace bench \(404\)/);
  });
});
