import { fixedRateLoad, saturatedLoad } from './httpLoads';
import { wholeNumber } from './parameters';
import { policyLevels } from './policyLevels';
import type { Load, PolicyLevel, Scenario } from './scenario';

const labels: Readonly<Record<PolicyLevel, string>> = {
  none: 'no policy',
  l3l4: 'L3/L4',
  l7: 'L7 through Envoy',
};

/** Capacity and latency are two measurements: a saturated closed loop, and a fixed rate far below it. */
export const policyOverhead: Scenario = {
  id: 'policy-overhead',
  title: 'Policy overhead',
  question: 'What does this policy cost, against no policy and against its peers and ports alone?',
  takesPolicy: true,
  runsOn: ['lab', 'kube'],
  parameters: [
    {
      name: 'connections',
      description: 'kept connections of the saturated load',
      default: '16',
      keepsComparable: true,
    },
    {
      name: 'rate',
      description: 'requests a second of the latency load',
      default: '1000',
      keepsComparable: true,
    },
    {
      name: 'path',
      description: 'path of the requests; derived from the HTTP rules unless set',
      default: '',
    },
    {
      name: 'method',
      description: 'method of the requests; derived from the HTTP rules unless set',
      default: '',
    },
    { name: 'policy', description: 'name of the policy, where the manifest holds several', default: '' },
  ],
  variants(parameters, _on, measured) {
    const loads: Load[] = [
      saturatedLoad(wholeNumber(parameters, 'connections'), 'pod', true),
      fixedRateLoad(wholeNumber(parameters, 'rate')),
    ];
    return policyLevels(measured).map((policy) => ({
      id: policy,
      label: labels[policy],
      setting: { policy },
      loads,
      ...(policy === 'none' ? {} : { baseline: 'none' }),
    }));
  },
};
