/**
 * A process that uses the lab as an editor does, for tests that kill it or run it as somebody else. Says what it saw as one
 * line of JSON, then keeps a load running until its input ends or somebody kills it.
 */
import { fortio } from '../../src/core/tool/fortio';
import { createLabTarget } from '../../src/lab/labTarget';
import { allowed, denied, http, inTest, never, onePod, planOf, saturated, toolsHere } from './support';

export interface ChildReport {
  readonly uid: number;
  readonly rights: string;
  readonly cannot: readonly string[];
  /** What each probe saw, in the order none, l3l4, l7. */
  readonly seen: readonly string[];
  readonly services: readonly string[];
  readonly changes: readonly string[];
}

async function main(loopback: boolean): Promise<void> {
  const target = createLabTarget({ findTools: toolsHere, loopback });
  const plan = planOf([saturated], [{ what: 'policy', to: 'l7' }]);
  const { cannot } = await target.capabilities(never);
  const fingerprint = await target.fingerprint(never);
  const bench = await target.open(plan, inTest);
  const seen: string[] = [];
  for (const to of loopback ? (['none', 'l7'] as const) : (['none', 'l3l4', 'l7'] as const)) {
    await bench.change({ what: 'policy', to }, never);
    for (const probe of [
      http(allowed, 200),
      http(denied, to === 'l7' ? 403 : 200),
      http(allowed, to === 'none' ? 200 : 'blocked', 'other-client'),
    ]) {
      const answer = await bench.probe(probe, never);
      seen.push(`${to}: ${answer.seen}${answer.asExpected ? '' : ' (unexpected)'}`);
    }
  }
  const services: string[] = [];
  const changes: string[] = [];
  for (const rules of loopback ? [] : (['iptables', 'nftables'] as const)) {
    await bench.change({ what: 'policy', to: 'none' }, never);
    const { record } = await bench.change({ what: 'services', to: { rules, count: 2000 } }, never);
    changes.push(record.new);
    services.push((await bench.probe({ kind: 'services' }, never)).seen);
  }
  const report: ChildReport = {
    uid: process.getuid?.() ?? -1,
    rights: String(fingerprint['rights'] ?? fingerprint['datapath']),
    cannot: [...cannot.keys()],
    seen,
    services,
    changes,
  };
  console.log(JSON.stringify(report));

  process.stdin.on('end', () => {
    void bench.close().then(() => process.exit(0));
  });
  process.stdin.resume();
  const argv = fortio.argv(saturated, bench.address('http', 'pod'), allowed, 60);
  await bench.run({ argv, ...onePod, server: 'http', timeoutSeconds: 90 }, never);
}

void main(process.argv.includes('--loopback'));
