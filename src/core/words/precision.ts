import type { UntilPrecision } from '../plan/untilPrecision';
import type { Precision } from '../result/precision';
import type { WarmUpRounds } from '../result/warmUp';
import { duration } from './dates';
import { counted, percentSize } from './numbers';
import { metricNouns } from './phrases';

/** `until the intervals are ±3 %, 50 rounds and 30 min at most`. */
export function untilWords({ percent, budgetSeconds }: UntilPrecision, mostRounds: number): string {
  return `until the intervals are ±${percentSize(percent)}, ${counted(mostRounds, 'round')} and ${duration(budgetSeconds)} at most`;
}

function endWords({ ended, mostRounds, budgetSeconds, firstLook, looks }: Precision): string {
  const last = looks.at(-1);
  const notLooked =
    last === undefined
      ? `they are first looked at after round ${firstLook}`
      : 'how wide they are is not known';
  const width = last?.percent == null ? notLooked : `the widest is ±${percentSize(last.percent)}`;
  if (ended === undefined) return last ? `So far ${width}, after ${counted(last.rounds, 'round')}.` : '';
  switch (ended) {
    case 'reached':
      return `It ended after ${counted(last?.rounds ?? 0, 'round')}: ${width}.`;
    case 'budget':
      return `It ended because the next round would have gone beyond the budget of ${duration(budgetSeconds)}: ${width}.`;
    case 'rounds':
      return `It ended after ${counted(mostRounds, 'round')}, the most that were allowed: ${width}.`;
    case 'nothing-compared':
      return 'It ended because no round so far had a valid sample of both sides of any comparison.';
  }
}

/** What a run that went on until its intervals were narrow says of its rule: a line each. */
export function precisionNotes(precision: Precision | undefined): readonly string[] {
  if (!precision) return [];
  const { askedPercent, firstLook, looks } = precision;
  return [
    `This run was to go on until the 95 % interval of every comparison is ±${percentSize(askedPercent)} in its primary metric. ${endWords(precision)}`.trim(),
    `Its intervals are Student’s t, wider by what ${counted(looks.length, 'look')} at them from round ${firstLook} on cost, and its p values are corrected likewise.`,
  ];
}

/** That first rounds count as warm-up, with the evidence. */
export function warmUpNotes(warmUp: WarmUpRounds | undefined): readonly string[] {
  if (!warmUp) return [];
  const { rounds, metric, percent, p } = warmUp;
  const which = rounds === 1 ? 'Round 1 counts' : `Rounds 1 to ${rounds} count`;
  const size = `${percentSize(Math.abs(percent))} ${percent < 0 ? 'lower' : 'higher'}`;
  return [
    `${which} as warm-up and ${rounds === 1 ? 'is' : 'are'} left out of all figures: ${metricNouns([metric])} of all variants were ${size} there than in the rounds after (p ${p < 0.001 ? 'below 0.001' : p.toPrecision(2)}).`,
  ];
}
