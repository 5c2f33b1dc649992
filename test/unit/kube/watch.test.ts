import type http from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../../../src/core/problem';
import { textAt } from '../../../src/kube/client/json';
import { watchList } from '../../../src/kube/client/watchList';
import type { WatchChange, WatchOptions } from '../../../src/kube/client/watchList';
import { json, status } from './faultServer';
import { openWorkshop } from './workshop';
import type { Workshop } from './workshop';

let workshop: Workshop;
let cancel: AbortController;
let waits: number[];

beforeEach(async () => {
  workshop = await openWorkshop();
  cancel = new AbortController();
  waits = [];
});
afterEach(async () => {
  cancel.abort(new Error('the test is over'));
  await workshop.close();
});

const path = '/api/v1/pods';
const pod = (name: string, version: number): object => ({
  metadata: { name, resourceVersion: String(version) },
});
const event = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

/** Answers lists with what is there, and each watch as the next of these does. The last one serves all that follow. */
function serve(
  listed: () => { readonly items: readonly object[]; readonly version: number },
  ...watches: readonly ((response: http.ServerResponse, from: string) => void)[]
): { readonly froms: string[] } {
  const froms: string[] = [];
  workshop.server.handle((_request, response, url) => {
    if (!url.searchParams.has('watch')) {
      const { items, version } = listed();
      json(response, 200, { items, metadata: { resourceVersion: String(version) } });
      return;
    }
    const from = url.searchParams.get('resourceVersion') ?? '';
    const watch = watches[Math.min(froms.length, watches.length - 1)];
    froms.push(from);
    watch?.(response, from);
  });
  return { froms };
}

const stayOpen = (response: http.ServerResponse): void => {
  response.writeHead(200);
  response.flushHeaders();
};

/** Takes this many changes of a watch, then ends it. */
async function take(
  count: number,
  options: Partial<WatchOptions<string>> = {},
): Promise<WatchChange<string>[]> {
  const client = await workshop.open();
  const changes: WatchChange<string>[] = [];
  const watch = watchList(client, {
    path,
    pick: (object) => textAt(object, 'metadata', 'name') ?? undefined,
    signal: cancel.signal,
    pacing: {
      sleep: (milliseconds) => {
        waits.push(milliseconds);
        return Promise.resolve();
      },
      random: () => 0,
    },
    ...options,
  });
  for await (const change of watch) {
    changes.push(change);
    if (changes.length === count) break;
  }
  return changes;
}

/** Bytes in use once the garbage is gone. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  return process.memoryUsage().heapUsed;
}

const listOfOne = (): { items: object[]; version: number } => ({ items: [pod('a', 5)], version: 10 });

describe('a watch', () => {
  it('gives what there is, then each change, also when a line comes in pieces', async () => {
    const { froms } = serve(listOfOne, (response) => {
      stayOpen(response);
      const text = Buffer.from(
        event('ADDED', pod('bé', 11)) +
          event('MODIFIED', pod('bé', 12)) +
          event('BOOKMARK', pod('', 15)) +
          event('DELETED', pod('a', 16)),
      );
      const middle = text.indexOf(0xc3) + 1; // between the two bytes of é
      response.write(text.subarray(0, middle));
      setTimeout(() => response.write(text.subarray(middle)), 20);
    });
    expect(await take(4)).toEqual([
      { kind: 'listed', items: ['a'] },
      { kind: 'added', item: 'bé' },
      { kind: 'changed', item: 'bé' },
      { kind: 'gone', item: 'a' },
    ]);
    expect(froms).toEqual(['10']);
    expect(workshop.server.requests[1]).toBe(
      'GET /api/v1/pods?watch=true&allowWatchBookmarks=true&timeoutSeconds=240&resourceVersion=10',
    );
    await expect.poll(() => workshop.server.connections.open).toBeLessThanOrEqual(1);
  });

  it('that the server ends goes on from the last bookmark', async () => {
    const { froms } = serve(
      listOfOne,
      (response) => {
        stayOpen(response);
        response.end(event('ADDED', pod('b', 11)) + event('BOOKMARK', pod('', 40)));
      },
      (response) => {
        stayOpen(response);
        response.write(event('ADDED', pod('c', 41)));
      },
    );
    expect((await take(3)).map(({ kind }) => kind)).toEqual(['listed', 'added', 'added']);
    expect(froms).toEqual(['10', '40']);
    expect(waits).toEqual([]);
  });

  it.each([
    [
      'as an event',
      (response: http.ServerResponse) => {
        stayOpen(response);
        response.write(event('ERROR', status(410, 'Expired', 'too old resource version')));
      },
    ],
    [
      'as an answer',
      (response: http.ServerResponse) => {
        json(response, 410, status(410, 'Expired', 'too old resource version'));
      },
    ],
  ])('that is too old (%s) lists again', async (_name, tooOld) => {
    let version = 10;
    const { froms } = serve(
      () => {
        version += 10;
        return { items: [pod(`at-${version}`, version)], version };
      },
      tooOld,
      stayOpen,
    );
    expect(await take(2)).toEqual([
      { kind: 'listed', items: ['at-20'] },
      { kind: 'listed', items: ['at-30'] },
    ]);
    expect(froms).toEqual(['20']);
  });

  it('that is too old after it was cut lists again at once', async () => {
    serve(
      listOfOne,
      (response) => {
        stayOpen(response);
        response.destroy();
      },
      (response) => {
        json(response, 410, status(410, 'Expired', 'too old resource version'));
      },
      stayOpen,
    );
    const changes = await take(3);
    expect(changes.map(({ kind }) => kind)).toEqual(['listed', 'interrupted', 'listed']);
    expect(waits).toEqual([100]);
  });

  it('ends where it was cancelled while nobody took its changes', async () => {
    const { froms } = serve(listOfOne, stayOpen);
    const client = await workshop.open();
    const changes = watchList(client, { path, pick: () => 'pod', signal: cancel.signal });
    expect(await changes.next()).toEqual({ done: false, value: { kind: 'listed', items: ['pod'] } });
    cancel.abort(new Error('enough'));
    expect((await changes.next()).done).toBe(true);
    expect(froms).toEqual([]);
  });

  it('that is always too old waits longer each time', async () => {
    serve(listOfOne, (response) => {
      json(response, 410, status(410, 'Expired', 'too old'));
    });
    const changes = await take(6);
    expect(changes.map(({ kind }) => kind)).toEqual([
      'listed',
      'listed',
      'interrupted',
      'listed',
      'interrupted',
      'listed',
    ]);
    expect(waits).toEqual([200, 400]);
  });

  it('survives connections that are cut, in the middle of a line too, and says so', async () => {
    const cutAfter = (text: string) => (response: http.ServerResponse) => {
      stayOpen(response);
      response.write(text);
      setTimeout(() => response.destroy(), 10);
    };
    const { froms } = serve(
      listOfOne,
      cutAfter(event('ADDED', pod('b', 11))),
      cutAfter(event('ADDED', pod('c', 12)).slice(0, 20)),
      cutAfter(''),
      (response) => {
        stayOpen(response);
        response.write(event('ADDED', pod('c', 12)));
      },
    );
    const changes = await take(6);
    expect(changes.map(({ kind }) => kind)).toEqual([
      'listed',
      'added',
      'interrupted',
      'interrupted',
      'interrupted',
      'added',
    ]);
    expect(froms).toEqual(['10', '11', '11', '11']);
    expect(waits).toEqual([100, 200, 400]);
    const interrupted = changes[2];
    expect(interrupted?.kind === 'interrupted' && interrupted.problem.message).toMatch(
      /was lost in the middle/,
    );
  });

  it('notices a server that falls silent with the connection open', async () => {
    const { froms } = serve(
      listOfOne,
      (response) => {
        stayOpen(response);
        response.write(event('BOOKMARK', pod('', 20)));
      },
      (response) => {
        stayOpen(response);
        response.write(event('ADDED', pod('b', 21)));
      },
    );
    const changes = await take(3, { silentMs: 80 });
    expect(changes.map(({ kind }) => kind)).toEqual(['listed', 'interrupted', 'added']);
    expect(changes[1]?.kind === 'interrupted' && changes[1].problem.message).toMatch(/fell silent/);
    expect(froms).toEqual(['10', '20']);
  });

  it('does not take a slow reader for a silent server', async () => {
    serve(listOfOne, (response) => {
      stayOpen(response);
      response.write(event('ADDED', pod('b', 11)) + event('ADDED', pod('c', 12)));
    });
    const client = await workshop.open();
    const kinds: string[] = [];
    const watch = watchList(client, { path, pick: () => 'pod', signal: cancel.signal, silentMs: 60 });
    for await (const { kind } of watch) {
      kinds.push(kind);
      await new Promise((resolve) => setTimeout(resolve, 150));
      if (kinds.length === 3) break;
    }
    expect(kinds).toEqual(['listed', 'added', 'added']);
  });

  it('backs off from a server that ends every watch at once', async () => {
    serve(listOfOne, (response) => {
      stayOpen(response);
      response.end();
    });
    const changes = await take(5);
    expect(changes.slice(1).every(({ kind }) => kind === 'interrupted')).toBe(true);
    expect(changes[1]?.kind === 'interrupted' && changes[1].problem.message).toMatch(
      /gave no usable answer: it ends every watch at once\./,
    );
    expect(waits).toEqual([100, 200, 400]);
  });

  it.each([401, 403, 404])('ends with a Problem on %d, where waiting does not help', async (code) => {
    workshop.server.handle((_request, response) => {
      json(response, code, {});
    });
    await expect(take(1)).rejects.toThrow(Problem);
  });

  it('ends quietly when it is cancelled, and leaves no connection in use', async () => {
    serve(listOfOne, stayOpen);
    const client = await workshop.open();
    const kinds: string[] = [];
    for await (const { kind } of watchList(client, { path, pick: () => 'pod', signal: cancel.signal })) {
      kinds.push(kind);
      setTimeout(() => {
        cancel.abort(new Error('closed'));
      }, 30);
    }
    expect(kinds).toEqual(['listed']);
    await expect.poll(() => workshop.server.connections.open).toBeLessThanOrEqual(1);
  });

  it('keeps nothing: 50,000 changes leave the heap as it was', { timeout: 60_000 }, async () => {
    const many = 50_000;
    serve(listOfOne, (response) => {
      stayOpen(response);
      let sent = 0;
      const more = (): void => {
        while (sent < many) {
          sent += 1;
          const object = { ...pod('b', 10 + sent), spec: 'x'.repeat(500) };
          if (!response.write(event('MODIFIED', object))) {
            response.once('drain', more);
            return;
          }
        }
      };
      more();
    });
    const client = await workshop.open();
    let seen = 0;
    let early = 0;
    for await (const change of watchList(client, { path, pick: () => 'pod', signal: cancel.signal })) {
      seen += change.kind === 'changed' ? 1 : 0;
      if (seen === 5_000) early = heapInUse();
      if (seen === many) break;
    }
    const growth = (heapInUse() - early) / 1e6;
    console.log(`50000 changes: heap ${growth.toFixed(1)} MB more than after the first 5000`);
    expect(seen).toBe(many);
    // All of it kept would be more than 22 MB of text alone.
    expect(growth).toBeLessThan(8);
  });
});
