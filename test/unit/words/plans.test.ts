import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../src/core/plan/makePlan';
import { findProfile } from '../../../src/core/plan/profiles';
import { findScenario } from '../../../src/core/scenario/registry';
import { planText } from '../../../src/core/words/plans';
import { policyChoice, withoutCapabilities } from '../run/fakes';

const plan = makePlan(findScenario('policy-overhead'), {
  profile: findProfile('quick'),
  parameters: {},
  policy: policyChoice,
  on: 'lab',
  target: withoutCapabilities('policy-l3l4'),
  seed: 1,
});
const text = planText(plan, { kind: 'lab', name: 'local lab' }, [
  { id: 'a', level: 'ok', text: 'fortio 1.68.0 (PATH).' },
  { id: 'b', level: 'warning', text: 'The machine is busy.', todo: 'Close what uses the processor.' },
]);

describe('a plan as text', () => {
  it('names the policy and says that nothing has been touched', () => {
    expect(text).toContain('Policy: CiliumNetworkPolicy checkout, ingress port 8080, in shop.yaml.');
    expect(text).toContain('Nothing has been touched yet.');
  });

  it('has every section in order', () => {
    expect(text.match(/^[A-Z][a-z, ]+$/gm)).toEqual([
      'Checks',
      'Variants',
      'Loads',
      'Changes, all undone at the end',
      'Not measured',
      'Steps',
    ]);
  });

  it('lists every step, numbered', () => {
    expect(text.match(/^ +\d+ {2}\S.*/gm)).toHaveLength(plan.steps.length);
    expect(text).toContain('answers 403');
  });

  it('says what a check asks for, and what is left out and why', () => {
    expect(text).toContain('warning: The machine is busy. Close what uses the processor.');
    expect(text).toContain('L3/L4: there is no policy-l3l4 here');
  });

  it('names each change once, and no undoing', () => {
    const changes = text.slice(text.indexOf('Changes'), text.indexOf('Not measured'));
    expect(changes.match(/put the policy in force/g)).toHaveLength(1);
    expect(changes).not.toContain('take');
  });
});
