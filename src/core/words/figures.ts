import type { MetricName } from '../result/metrics';
import type { Effect, Run, VariantSummary } from '../result/run';
import { verdictCell, verdictNames } from './effects';
import { differenceOf, differenceRange, differenceSize, notJudged } from './differences';
import { change, changeRange, plusMinus, quantity } from './numbers';
import { effectOf, mediansOf } from './runParts';
import type { Line, Span } from './terminalText';
import { padded, widthOf } from './terminalText';

/** One metric of one variant in the pieces that a table is laid out of; a piece that is not there is empty. */
export interface Figure {
  /** The median with its unit, `–` where there is none. */
  readonly value: Span;
  /** The change against the baseline, or the difference that is described; for a baseline, how far its interval reaches. */
  readonly change: Span;
  /** The interval of the change, in parentheses. */
  readonly interval: Span;
  readonly verdict: Span;
  /** The same without what would have been seen, for where there is no room. */
  readonly shortVerdict: Span;
}

const nothing: Span = { text: '' };

function verdictColour({ verdict }: Effect): Span['colour'] {
  switch (verdict) {
    case 'worse':
      return 'red';
    case 'better':
      return 'green';
    case 'within-noise':
    case 'inconclusive':
    case 'not-measured':
      return undefined;
  }
}

export function figureOf(
  run: Pick<Run, 'variants' | 'effects' | 'differences'>,
  variant: VariantSummary,
  metric: MetricName,
): Figure {
  const summary = variant.metrics[metric];
  const effect = effectOf(run, variant.id, metric);
  const value: Span = {
    text: summary ? quantity(metric, summary.median, summary.ci95, mediansOf(run, metric)) : '–',
  };
  const described = differenceOf(run, variant.id, metric);
  if (described) {
    return {
      value,
      change: { text: differenceSize(run, described) },
      interval: { text: differenceRange(run, described), colour: 'dim' },
      verdict: { text: notJudged, colour: 'dim' },
      shortVerdict: { text: notJudged, colour: 'dim' },
    };
  }
  if (!effect) {
    const reach = summary?.ci95 ? plusMinus(summary.ci95) : '';
    return {
      value,
      change: { text: reach, colour: 'dim' },
      interval: nothing,
      verdict: nothing,
      shortVerdict: nothing,
    };
  }
  const colour = verdictColour(effect);
  const { percent, ci95 } = effect;
  return {
    value,
    change: percent === null ? nothing : { text: change(percent, ci95), colour },
    interval: percent === null || ci95 === null ? nothing : { text: `(${changeRange(ci95)})`, colour: 'dim' },
    verdict: { text: verdictCell(effect), colour: colour ?? 'dim' },
    shortVerdict: { text: verdictNames[effect.verdict], colour: colour ?? 'dim' },
  };
}

/** The widest of one piece in a column of figures. */
function pieceWidth(figures: readonly Figure[], piece: keyof Figure): number {
  return Math.max(0, ...figures.map((figure) => widthOf(figure[piece].text)));
}

/** Pieces of a figure on one line, each as wide as the widest of its column, numbers flush right. */
export function pieces(figure: Figure, column: readonly Figure[], wanted: readonly (keyof Figure)[]): Line {
  return wanted
    .filter((piece) => pieceWidth(column, piece) > 0)
    .flatMap((piece, index) => [
      // An interval belongs to its change and stands nearer.
      { text: index === 0 ? '' : piece === 'interval' ? ' ' : '  ' },
      ...padded(
        figure[piece],
        pieceWidth(column, piece),
        piece === 'value' || piece === 'change' ? 'before' : 'after',
      ),
    ]);
}
