import { Problem } from '../problem';
import { aa } from './aa';
import { bpfMemory } from './bpfMemory';
import { hubble } from './hubble';
import { latency } from './latency';
import { policyOverhead } from './policyOverhead';
import { resources } from './resources';
import { rps } from './rps';
import type { Scenario } from './scenario';
import { serviceScale } from './serviceScale';
import { thisPolicy } from './thisPolicy';
import { throughput } from './throughput';

/** Every scenario, in the order in which they are offered. A new one is a file here and a line below. */
export const scenarios: readonly Scenario[] = [
  policyOverhead,
  thisPolicy,
  rps,
  latency,
  throughput,
  serviceScale,
  hubble,
  bpfMemory,
  resources,
  aa,
];

/** Throws a usage {@link Problem} when there is none of that id. */
export function findScenario(id: string): Scenario {
  const found = scenarios.find((scenario) => scenario.id === id);
  if (!found) {
    throw new Problem(
      'usage',
      `There is no scenario "${id}".`,
      `The scenarios are ${scenarios.map((scenario) => scenario.id).join(', ')}.`,
    );
  }
  return found;
}
