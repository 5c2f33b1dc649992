import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { findNamespaces } from '../../src/lab/rights';
import { startChild, type Child } from './child';
import { never, toolsHere } from './support';

const tools = await toolsHere();
const namespaces = await findNamespaces(never);
const missing = ['fortio', 'envoy', 'nft', 'iptables'].filter((name) => !tools.has(name));
const why =
  namespaces.rights === null
    ? namespaces.reason
    : missing.length > 0
      ? `not there: ${missing.join(', ')}`
      : '';
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

async function goneWithin(child: Child, milliseconds: number): Promise<readonly number[]> {
  const deadline = performance.now() + milliseconds;
  let living = child.living();
  while (living.length > 0 && performance.now() < deadline) {
    await wait(20);
    living = child.living();
  }
  return living;
}

const asEach = [
  { name: 'this user', options: {} },
  ...(isRoot ? [{ name: 'an ordinary user', options: { uid: nobody } }] : []),
];

describe.skipIf(why !== '')(`a process that uses the lab${why === '' ? '' : ` (skipped: ${why})`}`, () => {
  test.each(asEach)('as $name: measures, and leaves nothing when it is killed', async ({ options }) => {
    const child = await startChild(options);
    try {
      expect(child.report.cannot).toEqual([]);
      expect(child.report.seen).toEqual([
        'none: GET /shop/1 answered 200',
        'none: DELETE /shop/1 answered 200',
        'none: GET /shop/1 answered 200',
        'l3l4: GET /shop/1 answered 200',
        'l3l4: DELETE /shop/1 answered 200',
        'l3l4: GET /shop/1 got no answer',
        'l7: GET /shop/1 answered 200',
        'l7: DELETE /shop/1 answered 403',
        'l7: GET /shop/1 got no answer',
      ]);
      expect(child.report.services).toEqual(['4 of 4 Services answered', '4 of 4 Services answered']);
      expect(child.report.rights).toBe(isRoot && !('uid' in options) ? 'root' : 'user namespace');
      // fortio twice, Envoy, the holder and what carries them.
      expect(child.living().length).toBeGreaterThan(5);
      await wait(300);
      child.process.kill('SIGKILL');
      expect(await goneWithin(child, 2000)).toEqual([]);
    } finally {
      child.process.kill('SIGKILL');
      child.remove();
    }
  });

  test('leaves nothing when it closes the lab itself', async () => {
    const child = await startChild();
    child.process.stdin?.end();
    expect(await goneWithin(child, 3000)).toEqual([]);
    child.remove();
  });

  test('on loopback: leaves nothing when it is killed', async () => {
    const child = await startChild({ loopback: true });
    expect(child.report.rights).toBe('loopback');
    expect(child.report.seen).toContain('l7: DELETE /shop/1 answered 403');
    expect(child.living().length).toBeGreaterThan(2);
    child.process.kill('SIGKILL');
    expect(await goneWithin(child, 2000)).toEqual([]);
    child.remove();
  });
});
