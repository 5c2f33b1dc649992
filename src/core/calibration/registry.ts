import { Problem } from '../problem';
import { bandwidthTruths } from './truths/bandwidth';
import { cpuQuotaTruth } from './truths/cpuQuota';
import { delayTruths } from './truths/delay';
import { errorTruth } from './truths/errors';
import { faultProxyTruth } from './truths/faultProxy';
import { lossTruth } from './truths/loss';
import type { Truth } from './truth';

/** Every truth, in the order in which they are shown. */
export const truths: readonly Truth[] = [
  ...bandwidthTruths,
  ...delayTruths,
  faultProxyTruth,
  errorTruth,
  lossTruth,
  cpuQuotaTruth,
];

/** The truths of these ids, or whose ids begin with `ID-`; all where none is named. Throws a usage {@link Problem} for an unknown one. */
export function findTruths(names: readonly string[]): readonly Truth[] {
  const isNamed = (truth: Truth, name: string): boolean =>
    truth.id === name || truth.id.startsWith(`${name}-`);
  const unknown = names.find((name) => !truths.some((truth) => isNamed(truth, name)));
  if (unknown !== undefined)
    throw new Problem(
      'usage',
      `There is no truth "${unknown}".`,
      `The truths are ${truths.map(({ id }) => id).join(', ')}.`,
    );
  return names.length === 0 ? truths : truths.filter((truth) => names.some((name) => isNamed(truth, name)));
}
