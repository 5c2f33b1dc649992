import { fixedRateLoad, saturatedLoad } from './httpLoads';
import { wholeNumber } from './parameters';
import { policyOverhead } from './policyOverhead';
import { policyLevels } from './policyLevels';
import type { PolicyLevel, Scenario } from './scenario';

const labels: Readonly<Record<PolicyLevel, string>> = {
  none: 'no policy',
  l3l4: 'as written, without its L7 rules',
  l7: 'as written',
};

/** The manifest being edited, every rule of it in force, instead of a policy that is made of the measured ones. */
export const thisPolicy: Scenario = {
  id: 'this-policy',
  title: 'This policy, as written',
  question: 'What does this manifest cost as it is written, its selectors mapped to the bench pods?',
  takesPolicy: true,
  usesManifest: true,
  runsOn: ['kube'],
  parameters: policyOverhead.parameters,
  variants(parameters, _on, measured) {
    const loads = [
      saturatedLoad(wholeNumber(parameters, 'connections'), 'pod', true),
      fixedRateLoad(wholeNumber(parameters, 'rate')),
    ];
    const hasHttp = measured?.http.length !== 0;
    return policyLevels(measured).map((policy) => ({
      id: policy,
      label: policy === 'l3l4' && !hasHttp ? 'its L3/L4 rules as written' : labels[policy],
      setting: { policy },
      loads,
      ...(policy === 'none' ? {} : { baseline: 'none' }),
    }));
  },
};
