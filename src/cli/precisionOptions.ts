import type { UntilPrecision } from '../core/plan/untilPrecision';
import {
  defaultBudgetSeconds,
  firstLook,
  mostRoundsUntilPrecision,
  precisionRange,
} from '../core/plan/untilPrecision';
import { Problem } from '../core/problem';
import type { OptionSpecs, ParsedArguments } from './arguments';

export const precisionOptions = {
  'until-precision': {
    value: 'PERCENT',
    help: `go on by whole rounds until the 95 % interval of every effect on its primary metric is ± that narrow, e.g. 3%; ${firstLook} rounds at least, ${mostRoundsUntilPrecision} at most unless --rounds says otherwise`,
  },
  budget: {
    value: 'TIME',
    help: `with --until-precision: begin no round that would end later, e.g. 90s, 20m or 1h; ${defaultBudgetSeconds / 60}m unless said otherwise`,
  },
} as const satisfies OptionSpecs;

const secondsOf = { s: 1, m: 60, h: 3600 } as const;
/** A week: longer is a slip of the finger. */
const longestBudgetSeconds = 7 * 24 * 3600;

function percentOf(text: string): number {
  const { least, most } = precisionRange;
  const number = /^(\d+(?:\.\d+)?) ?%$/.exec(text)?.[1];
  const percent = Number(number);
  if (number !== undefined && percent >= least && percent <= most) return percent;
  throw new Problem(
    'usage',
    `--until-precision cannot be "${text}".`,
    `Give a percentage from ${least}% to ${most}% with its sign, e.g. --until-precision 3%.`,
  );
}

function budgetOf(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([smh])$/.exec(text) ?? [];
  const seconds = Number(number) * secondsOf[(unit ?? 's') as keyof typeof secondsOf];
  if (number !== undefined && seconds > 0 && seconds <= longestBudgetSeconds) return seconds;
  throw new Problem(
    'usage',
    `--budget cannot be "${text}".`,
    'Give a time above 0 with its unit, such as 90s, 20m or 1h; 168h is the longest.',
  );
}

/** What `--until-precision` and `--budget` ask for; undefined where neither is given. Throws a usage {@link Problem}. */
export function untilPrecisionFrom(args: ParsedArguments): UntilPrecision | undefined {
  const [precision, budget] = [args.text('until-precision'), args.text('budget')];
  if (precision === undefined) {
    if (budget === undefined) return undefined;
    throw new Problem(
      'usage',
      '--budget belongs to --until-precision, and the number of rounds is fixed.',
      'Leave --budget out, or say how narrow the intervals are to be: --until-precision 3%.',
    );
  }
  return {
    percent: percentOf(precision),
    budgetSeconds: budget === undefined ? defaultBudgetSeconds : budgetOf(budget),
  };
}

/** The rounds of such a run, at most. Throws a usage {@link Problem} for fewer than it needs before its first look. */
export function mostRoundsFrom(rounds: number | undefined): number {
  if (rounds === undefined || rounds >= firstLook) return rounds ?? mostRoundsUntilPrecision;
  throw new Problem(
    'usage',
    `--until-precision looks at the intervals after ${firstLook} rounds first, and --rounds allows ${rounds}.`,
    `Give ${firstLook} rounds or more, or leave --rounds out.`,
  );
}
