import type { BlastRadius } from '../cluster/blastRadius';
import { counted, percentSize } from './numbers';

/** `On prod-eu-1 it matches 3 of 41 pods in shop; 2 of 57 declared ports go through the proxy (4 %).` */
export function blastRadiusSentence(
  target: string,
  { namespace, matched, pods, ports }: BlastRadius,
): string {
  const where = namespace === null ? '' : ` in ${namespace}`;
  const start = `On ${target} it matches ${matched} of ${counted(pods, 'pod')}${where}`;
  if (!ports || ports.declared === 0) return `${start}.`;
  const share = percentSize(Math.round((100 * ports.redirected) / ports.declared));
  return `${start}; ${ports.redirected} of ${counted(ports.declared, 'declared port')} there ${ports.redirected === 1 ? 'goes' : 'go'} through the proxy (${share}).`;
}

/** Why it is not said. */
export const blastRadiusNotKnown = (target: string, because: string): string =>
  `How many pods of ${target} it matches is not known, because ${because}.`;
