import path from 'node:path';
import { expect, it } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments';
import { choicesFor, readChoices, runOptions } from '../../../src/cli/runOptions';
import { makePlan } from '../../../src/core/plan/makePlan';
import type { Plan } from '../../../src/core/plan/plan';
import { findScenario } from '../../../src/core/scenario/registry';
import { everything } from '../run/fakes';
import { fakeContext } from './fakeContext';

const examples = path.resolve(import.meta.dirname, '../../../examples');

async function planned(...sets: readonly string[]): Promise<Plan> {
  const words = ['policy-overhead', '--policy', 'shop-l7.yaml', ...sets.flatMap((pair) => ['--set', pair])];
  const { context } = fakeContext({ cwd: examples });
  const choices = await readChoices(parseArguments(words, runOptions, 'run'), context);
  const scenario = findScenario('policy-overhead');
  return makePlan(scenario, { ...choicesFor(scenario, choices), on: 'lab', target: everything, seed: 1 });
}

it('the request of a policy can be chosen', async () => {
  const plan = await planned('path=/api/v1/products/7', 'method=GET');
  expect(plan.request).toMatchObject({ method: 'GET', path: '/api/v1/products/7' });
  expect(plan.parameters).toMatchObject({ path: '/api/v1/products/7', method: 'GET', policy: '' });
  expect((await planned()).request.path).toBe('/api/v1/products/1');
});

it.each([
  ['path=/secret', /do not allow \/secret/],
  ['method=DELETE', /do not allow DELETE/],
  ['policy=other', /no policy named other\. It holds checkout-api/],
])('a choice that the policy does not have is refused: %s', async (pair, message) => {
  await expect(planned(pair)).rejects.toThrow(message);
});

it('the plan names what of the policy is left out', async () => {
  const { policy } = await planned();
  const choice = {
    policy: policy ?? expect.fail('no policy'),
    allowed: { method: 'GET', path: '/', headers: {} },
    denied: null,
    notMeasured: [{ what: 'port 9', reason: 'a reason' }],
  };
  const scenario = findScenario('policy-overhead');
  const { profile } = await planned();
  const plan = makePlan(scenario, {
    profile,
    parameters: {},
    policy: choice,
    on: 'lab',
    target: everything,
    seed: 1,
  });
  expect(plan.notMeasured).toEqual([{ what: 'port 9', reason: 'a reason' }]);
});
