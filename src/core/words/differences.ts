/** Differences that are described and not judged: the load takes CPU, and that is neither better nor worse. */
import type { MetricName } from '../result/metrics';
import type { Difference, Run, VariantSummary } from '../result/run';
import { minus, quantity, shortNumber, shownUnit } from './numbers';
import { joined, metricNoun, startOfSentence } from './phrases';
import { labelOf, mediansOf } from './runParts';

/** What stands where others have their verdict. */
export const notJudged = 'not judged';

type Described = Pick<Run, 'variants' | 'differences'>;

export function differenceOf(run: Described, variant: string, metric: MetricName): Difference | undefined {
  return run.differences?.find((one) => one.variant === variant && one.metric === metric);
}

/** `+1.16 cores`, in the unit of the column that it stands in. */
export function differenceSize(run: Described, { metric, difference, ci95 }: Difference): string {
  const size = quantity(metric, Math.abs(difference), ci95, mediansOf(run, metric));
  const sign = difference < 0 ? minus : '+';
  return difference === 0 ? size : `${sign}${size}`;
}

/** `(1.10 to 1.22)`; empty where there is no interval. */
export function differenceRange(run: Described, { metric, ci95 }: Difference): string {
  if (ci95 === null) return '';
  const { divisor } = shownUnit(metric, mediansOf(run, metric));
  const [low, high] = [ci95[0] / divisor, ci95[1] / divisor];
  return `(${shortNumber(low, [low, high])} to ${shortNumber(high, [low, high])})`;
}

/** `+1.16 cores (1.10 to 1.22)`. */
export function differenceWords(run: Described, difference: Difference): string {
  return [differenceSize(run, difference), differenceRange(run, difference)].filter(Boolean).join(' ');
}

function sentenceOf(run: Described, variant: VariantSummary): readonly string[] {
  const own = (run.differences ?? []).filter((one) => one.variant === variant.id);
  const [first] = own;
  if (first === undefined) return [];
  const phrases = own.map((one) => `${metricNoun(one.metric)} ${differenceWords(run, one)}`);
  return [`${startOfSentence(variant.label)}: ${joined(phrases)}, beside “${labelOf(run, first.beside)}”.`];
}

/** `64 kept connections: CPU of the datapath +1.16 cores (1.10 to 1.22), beside “idle”.`, for each described setting. */
export function differenceSentences(run: Described): readonly string[] {
  return run.variants.flatMap((variant) => sentenceOf(run, variant));
}
