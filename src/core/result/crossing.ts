/** Where one curve overtakes another, with an interval by resampling of rounds. */
import { seededNumbers } from '../plan/shuffle';
import { fewestRounds } from './advice/usable';
import { logsByBlock } from './comparison/levels';
import { estimateOfLogs, welchDifference } from './comparison/welch';
import { metrics, type MetricName } from './metrics';
import type { Run, VariantSummary } from './run';
import { mean, pairedEffect } from './statistics';
import { verdictOf } from './verdict';

/** A curve of a run: one series of its variants. */
export interface RunCurve {
  readonly run: Run;
  readonly series: string;
}

/** What the rounds of one run say about a place: how far each is from their mean. */
interface Rounds {
  readonly run: string;
  readonly residuals: ReadonlyMap<number, number>;
}

/** By how much the first curve is above the second at a place, as a logarithm; below 0 it is below. */
export interface Lead {
  readonly x: number;
  readonly log: number;
  /** Logarithm of the second curve there. */
  readonly level: number;
  readonly rounds: readonly Rounds[];
  /** Whether the lead has an interval without 0 and is above the noise. */
  readonly isClear: boolean;
  /** The variants that it was measured with. */
  readonly variants: readonly [VariantSummary, VariantSummary];
}

export type Crossing =
  | {
      readonly kind: 'crossing';
      readonly at: number;
      /** An end is null where it is past what was measured. */
      readonly interval: readonly [number | null, number | null];
      readonly isFirstAheadBefore: boolean;
      /** The measured places around it at which one and then the other is clearly ahead. */
      readonly between: readonly [Lead, Lead];
    }
  /** One is ahead clearly from `from` to the end of what was measured, and the other nowhere. */
  | { readonly kind: 'ahead'; readonly isFirstAhead: boolean; readonly from: Lead; readonly to: Lead }
  | { readonly kind: 'none'; readonly turns: number };

/** A/A bands of the runs in the metric, the widest; null where none is known. */
function noiseOf(runs: readonly Run[], metric: MetricName): number | null {
  const bands = runs.flatMap(({ effects }) =>
    effects.flatMap((effect) => (effect.metric === metric ? (effect.noisePercent ?? []) : [])),
  );
  return bands.length === 0 ? null : Math.max(...bands);
}

function residualsOf(run: string, logs: ReadonlyMap<number, number>): Rounds {
  const middle = mean([...logs.values()]);
  return { run, residuals: new Map([...logs].map(([block, log]) => [block, log - middle])) };
}

/** Of one run, rounds are paired: what moves both curves alike is taken out. */
function pairedLead(
  one: ReadonlyMap<number, number>,
  other: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> {
  return new Map(
    [...one].flatMap(([block, log]): (readonly [number, number])[] => {
      const against = other.get(block);
      return against === undefined ? [] : [[block, log - against]];
    }),
  );
}

/** The leads at the places that both curves have with two rounds or more, by growing place. */
export function leadsOf(first: RunCurve, second: RunCurve, metric: MetricName): readonly Lead[] {
  const pointsOf = ({ run, series }: RunCurve): readonly VariantSummary[] =>
    run.variants.filter(({ point }) => point?.series === series);
  const noise = noiseOf([first.run, second.run], metric);
  return pointsOf(first)
    .flatMap((mine): Lead[] => {
      const theirs = pointsOf(second).find(({ point }) => point?.x === mine.point?.x);
      if (!theirs || !mine.point) return [];
      const one = logsByBlock(first.run, mine, metric);
      const other = logsByBlock(second.run, theirs, metric);
      const level = mean([...other.values()]);
      const common = { x: mine.point.x, level, variants: [mine, theirs] as const };
      const isClear = (change: Pick<ReturnType<typeof pairedEffect>, 'percent' | 'ci95'>): boolean =>
        ['better', 'worse'].includes(verdictOf(metric, change, noise));
      if (first.run.id === second.run.id) {
        const paired = pairedLead(one, other);
        if (paired.size < fewestRounds) return [];
        const logs = [...paired.values()];
        return [
          {
            ...common,
            log: mean(logs),
            rounds: [residualsOf(first.run.id, paired)],
            isClear: isClear(pairedEffect(logs)),
          },
        ];
      }
      const [ahead, behind] = [estimateOfLogs([...one.values()]), estimateOfLogs([...other.values()])];
      if (!ahead || !behind) return [];
      const rounds = [residualsOf(first.run.id, one), residualsOf(second.run.id, other)];
      return [
        { ...common, log: ahead.log - behind.log, rounds, isClear: isClear(welchDifference(behind, ahead)) },
      ];
    })
    .sort((a, b) => a.x - b.x);
}

/** The places at which the curves meet, on straight lines between what was measured, as a chart draws them. */
function zeros(points: readonly Pick<Lead, 'x' | 'log' | 'level'>[]): readonly number[] {
  return points.slice(1).flatMap((to, at) => {
    const from = points[at];
    if (!from || from.log > 0 === to.log > 0) return [];
    const [before, after] = [from, to].map(({ level, log }) => Math.exp(level) * Math.expm1(log));
    if (before === undefined || after === undefined) return [];
    return [from.x + (before / (before - after)) * (to.x - from.x)];
  });
}

/** Standard normal numbers by Box and Muller. */
function normalNumbers(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** What all places have of one run: its rounds, and the fewest degrees of freedom of a lead. */
function sourcesOf(
  leads: readonly Lead[],
): readonly { run: string; freedom: number; blocks: readonly number[] }[] {
  const all = leads.flatMap(({ rounds }) => rounds);
  return [...new Set(all.map(({ run }) => run))].map((run) => {
    const own = all.filter((one) => one.run === run).map(({ residuals }) => residuals);
    return {
      run,
      freedom: Math.min(...own.map(({ size }) => size - 1)),
      blocks: [...new Set(own.flatMap((residuals) => [...residuals.keys()]))],
    };
  });
}

/** Enough for the ends of a 95 % interval to move by a few percent of its width from seed to seed. */
const draws = 2000;
/** The interval is the same whenever the same runs are asked, and wherever it is told. */
const seed = 20_261_125;

/**
 * The 95 % interval of a crossing. Each draw gives every round a normal weight, the same at all places, and moves the leads by the
 * weighted sum of what the rounds differ from their mean, Σ wᵢ(dᵢ − d̄)/√(n(n−1)), stretched by √(f/χ²_f), f = n − 1 (a multiplier
 * bootstrap; Mammen, Annals of Statistics 21, 1993). So a lead's draws have the spread of its t interval, however few the rounds,
 * which drawing whole rounds with repetition has not: of three it makes intervals far too narrow. The interval goes from the
 * 2.5 % quantile of the draws' first zero to the 97.5 % quantile of their last. A draw that begins with the other one above has
 * crossed before all that was measured, one that ends with the same one above crosses beyond it: such an end is null.
 */
function intervalOf(
  leads: readonly Lead[],
  isFirstAboveBefore: boolean,
  random: () => number,
): readonly [number | null, number | null] {
  const normal = normalNumbers(random);
  const sources = sourcesOf(leads);
  const places = leads.map(({ x, log, level, rounds }) => ({
    x,
    log,
    level,
    parts: rounds.map(({ run, residuals }) => ({
      source: sources.findIndex((one) => one.run === run),
      scale: 1 / Math.sqrt(residuals.size * (residuals.size - 1)),
      residuals: [...residuals].map(([block, residual]) => ({ block, residual })),
    })),
  }));
  const firsts: number[] = [];
  const lasts: number[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    const drawn = sources.map(({ freedom, blocks }) => {
      let squares = 0;
      for (let count = 0; count < freedom; count += 1) squares += normal() ** 2;
      const weights: number[] = [];
      for (const block of blocks) weights[block] = normal() * Math.sqrt(freedom / squares);
      return weights;
    });
    const moved = places.map(({ x, log, level, parts }) => {
      let place = log;
      for (const { source, scale, residuals } of parts) {
        const weights = drawn[source] ?? [];
        for (const { block, residual } of residuals) place += scale * residual * (weights[block] ?? 0);
      }
      return { x, level, log: place };
    });
    const found = zeros(moved);
    const [begins, ends] = [moved[0]?.log ?? 0, moved.at(-1)?.log ?? 0];
    firsts.push(begins > 0 === isFirstAboveBefore ? (found[0] ?? Infinity) : -Infinity);
    lasts.push(ends > 0 === isFirstAboveBefore ? Infinity : (found.at(-1) ?? -Infinity));
  }
  const quantile = (values: readonly number[], share: number): number | null => {
    const value = [...values].sort((a, b) => a - b)[Math.round(share * (draws - 1))];
    return value !== undefined && Number.isFinite(value) ? value : null;
  };
  return [quantile(firsts, 0.025), quantile(lasts, 0.975)];
}

/**
 * Where the lead between two curves changes. Asks that one is clearly ahead before and the other after (a verdict at both places:
 * an interval without 0, and above the noise), and that the lead clearly changes once.
 */
export function crossingOf(leads: readonly Lead[], better: 'higher' | 'lower'): Crossing {
  const isFirstAhead = ({ log }: Lead): boolean => log > 0 === (better === 'higher');
  const clear = leads.filter(({ isClear }) => isClear);
  const turns = clear.flatMap((after, at) => {
    const before = clear[at - 1];
    return before && before.log > 0 !== after.log > 0 ? [[before, after] as const] : [];
  });
  const [between, ...more] = turns;
  const last = leads.at(-1);
  if (between && more.length === 0) {
    const [before, after] = between;
    const around = zeros(leads.filter(({ x }) => x >= before.x && x <= after.x));
    return {
      kind: 'crossing',
      at: mean(around),
      interval: intervalOf(leads, before.log > 0, seededNumbers(seed)),
      isFirstAheadBefore: isFirstAhead(before),
      between,
    };
  }
  if (between || !last?.isClear) return { kind: 'none', turns: turns.length };
  const undecided = leads.findLastIndex(({ isClear }) => !isClear);
  const from = leads[undecided + 1];
  return from && leads.length > 1
    ? { kind: 'ahead', isFirstAhead: isFirstAhead(last), from, to: last }
    : { kind: 'none', turns: 0 };
}

/** The crossing of the two curves of a run, the series named. */
export interface SeriesCrossing {
  readonly at: number;
  /** As {@link Crossing} has it. */
  readonly interval: readonly [number | null, number | null];
  /** The measured places around it at which one and then the other is clearly ahead. */
  readonly between: readonly [number, number];
  /** The first and the last place that both curves have. */
  readonly measured: readonly [number, number];
  readonly aheadBefore: string;
  readonly aheadAfter: string;
}

/** Where the lead changes between the two curves of a run; null where it has not just two, or where it does not change once. */
export function crossingOfRun(run: Run, metric: MetricName): SeriesCrossing | null {
  const series = new Set(
    run.variants.flatMap((variant) => (variant.metrics[metric] && variant.point ? variant.point.series : [])),
  );
  const [first, second, ...more] = [...series];
  if (first === undefined || second === undefined || more.length > 0) return null;
  const leads = leadsOf({ run, series: first }, { run, series: second }, metric);
  const crossing = crossingOf(leads, metrics[metric].better);
  const [begin, end] = [leads[0], leads.at(-1)];
  if (crossing.kind !== 'crossing' || !begin || !end) return null;
  const { at, interval, between, isFirstAheadBefore } = crossing;
  return {
    at,
    interval,
    between: [between[0].x, between[1].x],
    measured: [begin.x, end.x],
    aheadBefore: isFirstAheadBefore ? first : second,
    aheadAfter: isFirstAheadBefore ? second : first,
  };
}
