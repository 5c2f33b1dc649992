import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { makePlan } from '../../src/core/plan/makePlan';
import type { HttpRequest, Plan } from '../../src/core/plan/plan';
import { findProfile } from '../../src/core/plan/profiles';
import { policyChoice } from '../../src/core/policy/main';
import { conduct } from '../../src/core/run/conduct';
import { findScenario } from '../../src/core/scenario/registry';
import { createLabTarget } from '../../src/lab/labTarget';
import { findNamespaces } from '../../src/lab/rights';
import { systemClock } from '../../src/store/systemClock';
import { memorySink } from '../unit/run/fakes';
import { http, never, toolsHere, withBench } from './support';

const tools = await toolsHere();
const namespaces = await findNamespaces(never);
const why = namespaces.rights === null ? namespaces.reason : tools.has('fortio') ? '' : 'not there: fortio';
const skip = why !== '';
const target = createLabTarget({ findTools: () => Promise.resolve(tools) });

const manifest = readFileSync(new URL('../../examples/shop-l4.yaml', import.meta.url), 'utf8');
const peersAlone = manifest.replace(/ {6}toPorts:[^]*/, '');
const named = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shop}
spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}], ports: [{port: web}]}]}
`;

async function planOf(text: string): Promise<Plan> {
  return makePlan(findScenario('policy-overhead'), {
    profile: { ...findProfile('quick'), rounds: 2, secondsPerLoad: 1 },
    parameters: {},
    policy: policyChoice(text, 'shop-l4.yaml'),
    on: 'lab',
    target: await target.capabilities(never),
    seed: 1,
  });
}

describe.skipIf(skip)(`a policy of peers and ports in the lab${skip ? ` (skipped: ${why})` : ''}`, () => {
  test('is measured against no policy', async () => {
    const plan = await planOf(manifest);
    const sink = memorySink();
    const events = conduct(plan, target, { id: 'l3l4', sink, clock: systemClock, signal: never });
    let next = await events.next();
    while (next.done !== true) next = await events.next();
    const run = next.value;
    expect([run.state, run.stateReason]).toEqual(['complete', undefined]);
    // A second is short for a fixed rate; as fast as it goes says as much.
    const saturated = run.samples.filter(({ load }) => load === 'saturated');
    expect(saturated.flatMap(({ invalidReasons }) => invalidReasons)).toEqual([]);
    expect(run.variants.map(({ id, metrics }) => [id, (metrics.rps?.median ?? 0) > 0])).toEqual([
      ['none', true],
      ['l3l4', true],
    ]);
    const effect = run.effects.find(({ variant, metric }) => variant === 'l3l4' && metric === 'rps');
    expect(effect).toMatchObject({ baseline: 'none', percent: expect.any(Number) as number });
    expect(run.notMeasured).toContainEqual({ what: 'L7', reason: 'checkout-port has no L7 rules' });
    expect(run.policy).toMatchObject({ name: 'checkout-port', ports: ['8080'], httpRules: 0 });
    expect(new Set(run.changes.map(({ new: level, undone }) => `${level} ${undone}`))).toEqual(
      new Set(['l3l4 true', 'none true']),
    );
  }, 60_000);

  test.each([
    ['one port', manifest],
    ['peers alone', peersAlone],
    ['a named port', named],
  ])('%s: its client passes and another gets no answer, until it is taken away', async (_, text) => {
    const plan = await planOf(text);
    const asked: HttpRequest = plan.request;
    await withBench(target, plan, async (bench) => {
      const seen = async (stranger: number | 'blocked'): Promise<readonly boolean[]> => {
        const answers = [
          await bench.probe(http(asked, 200), never),
          await bench.probe(http(asked, stranger, 'other-client'), never),
        ];
        return answers.map(({ asExpected }) => asExpected);
      };
      expect(await seen(200)).toEqual([true, true]);
      await bench.change({ what: 'policy', to: 'l3l4' }, never);
      expect(await seen('blocked')).toEqual([true, true]);
      expect(await seen(200)).toEqual([true, false]);
      await bench.change({ what: 'policy', to: 'none' }, never);
      expect(await seen(200)).toEqual([true, true]);
    });
  });
});
