/** Where one curve overtakes another, e.g. iptables and Cilium over the number of Services, and how well that is known. */
import type { MetricName } from './metrics';
import { metrics } from './metrics';
import type { MetricSummary, VariantSummary } from './run';

export interface CurveAt {
  readonly x: number;
  /** In any unit, the same for both curves. */
  readonly mean: number;
  /** 95 % interval of the mean; null where it is not known. */
  readonly ci95: readonly [number, number] | null;
}

export interface MeasuredCurve {
  readonly series: string;
  readonly points: readonly CurveAt[];
}

export type Crossover =
  | {
      readonly kind: 'crossing';
      /** On the straight lines between what was measured. */
      readonly x: number;
      /**
       * The places at which the 95 % interval of the difference holds 0, on straight lines. It is a little too wide rather
       * than too narrow: between two measured places the interval of a line is narrower than the line between the intervals.
       */
      readonly interval: readonly [number, number];
      /** The measured places around it at which one and then the other is clearly ahead: straight lines or not, it is there. */
      readonly between: readonly [number, number];
      readonly aheadBefore: string;
      readonly aheadAfter: string;
    }
  /** `reason` is a clause as it follows "because". `ahead` leads clearly at every place, where one does. */
  | { readonly kind: 'none'; readonly reason: string; readonly ahead?: string };

/** By how much the first is ahead of the second at a place, and the half width of that difference's 95 % interval. */
interface Lead {
  readonly x: number;
  readonly by: number;
  readonly half: number;
}

function halfOf({ ci95 }: CurveAt): number | null {
  return ci95 === null ? null : (ci95[1] - ci95[0]) / 2;
}

/** Leads at the places that both have with an interval, by growing place. Half widths of independent means add in squares. */
function leadsOf(first: MeasuredCurve, second: MeasuredCurve, sign: 1 | -1): readonly Lead[] {
  return first.points
    .flatMap((point) => {
      const other = second.points.find(({ x }) => x === point.x);
      const [one, two] = [halfOf(point), other === undefined ? null : halfOf(other)];
      if (other === undefined || one === null || two === null) return [];
      return [{ x: point.x, by: sign * (point.mean - other.mean), half: Math.hypot(one, two) }];
    })
    .sort((a, b) => a.x - b.x);
}

/** Where the straight line between two places is 0; the middle where it is 0 all along. */
function zeroBetween(from: Lead, to: Lead, shift: 1 | 0 | -1): number {
  const [a, b] = [from.by + shift * from.half, to.by + shift * to.half];
  return a === b ? (from.x + to.x) / 2 : from.x + (a / (a - b)) * (to.x - from.x);
}

/** Where a line through the leads first passes 0; `shift` takes their intervals' upper or lower ends instead. */
function firstZero(leads: readonly Lead[], shift: 1 | 0 | -1): number | null {
  for (const [index, to] of leads.entries()) {
    const from = leads[index - 1];
    if (!from) continue;
    const [a, b] = [from.by + shift * from.half, to.by + shift * to.half];
    if (a === 0) return from.x;
    if (a > 0 !== b > 0) return zeroBetween(from, to, shift);
  }
  return null;
}

/** The same from the far end. */
function lastZero(leads: readonly Lead[], shift: 1 | 0 | -1): number | null {
  const mirrored = leads.toReversed().map((lead) => ({ ...lead, x: -lead.x }));
  const found = firstZero(mirrored, shift);
  return found === null ? null : -found;
}

/**
 * Where the lead changes between two curves, with what is known of the place. Asks that one is clearly ahead before and the
 * other after (the 95 % interval of their difference excludes 0), and that the lead clearly changes once.
 */
export function crossoverOf(
  first: MeasuredCurve,
  second: MeasuredCurve,
  better: 'higher' | 'lower',
): Crossover {
  const leads = leadsOf(first, second, better === 'higher' ? 1 : -1);
  if (leads.length < 2) {
    return {
      kind: 'none',
      reason: 'both were not measured with an interval at two places or more',
    };
  }
  const clear = leads.filter(({ by, half }) => Math.abs(by) > half);
  const turns = clear.flatMap((after, index) => {
    const before = clear[index - 1];
    return before !== undefined && before.by > 0 !== after.by > 0 ? [{ before, after }] : [];
  });
  const nameOf = ({ by }: Lead): string => (by > 0 ? first.series : second.series);
  const [turn] = turns;
  if (turn === undefined) {
    const [one] = clear;
    if (one === undefined) return { kind: 'none', reason: 'neither is clearly ahead anywhere' };
    const range = `${leads[0]?.x ?? 0} to ${leads.at(-1)?.x ?? 0}`;
    const always = clear.length === leads.length;
    return {
      kind: 'none',
      reason: always
        ? `${nameOf(one)} is ahead over all that was measured (${range})`
        : `${nameOf(one)} is ahead wherever they can be told apart`,
      ...(always ? { ahead: nameOf(one) } : {}),
    };
  }
  if (turns.length > 1)
    return { kind: 'none', reason: `the lead changes ${turns.length} times, so there is no one place` };
  const { before, after } = turn;
  const around = leads.filter(({ x }) => x >= before.x && x <= after.x);
  // Leads that fall: the lower ends reach 0 first, the upper ends last; leads that rise: the other way.
  const falls = before.by > 0;
  return {
    kind: 'crossing',
    x: firstZero(around, 0) ?? (before.x + after.x) / 2,
    interval: [firstZero(around, falls ? -1 : 1) ?? before.x, lastZero(around, falls ? 1 : -1) ?? after.x],
    between: [before.x, after.x],
    aheadBefore: nameOf(before),
    aheadAfter: nameOf(after),
  };
}

/** The curves of a metric by their series, as {@link crossoverOf} takes them. */
function measuredCurves(variants: readonly VariantSummary[], metric: MetricName): readonly MeasuredCurve[] {
  const placed = variants.flatMap(({ point, metrics: summaries }) => {
    const summary: MetricSummary | undefined = summaries[metric];
    return point && summary ? [{ series: point.series, at: { x: point.x, ...summary } }] : [];
  });
  return [...new Set(placed.map(({ series }) => series))].map((series) => ({
    series,
    points: placed
      .filter((one) => one.series === series)
      .map(({ at: { x, mean, ci95 } }) => ({ x, mean, ci95 })),
  }));
}

/** The crossover of the first two curves of a run's metric. */
export function crossoverOfMetric(variants: readonly VariantSummary[], metric: MetricName): Crossover {
  const [first, second, ...more] = measuredCurves(variants, metric);
  if (!first || !second || more.length > 0)
    return { kind: 'none', reason: 'two curves are needed for them to cross' };
  return crossoverOf(first, second, metrics[metric].better);
}
