import type { FigureDifference } from '../result/verify/differing';
import type { Verification } from '../result/verify/verifyRun';
import { counted } from './numbers';

/** Differences beyond these are counted: one changed sample moves a dozen figures. */
const mostNamed = 20;

function valueWords(value: FigureDifference['stored']): string {
  return value === null ? 'nothing' : JSON.stringify(value);
}

function differenceLines(differences: readonly FigureDifference[], again: string): string[] {
  const named = differences
    .slice(0, mostNamed)
    .map(
      ({ figure, stored, again: value }) =>
        `  ${figure}: ${valueWords(stored)} is stored, ${again} ${valueWords(value)}`,
    );
  const more = differences.length - named.length;
  return more > 0 ? [...named, `  and ${more} more`] : named;
}

function outcome({ differences, compared, samplesRead, notVerified }: Verification): string {
  if (differences.length > 0) return `${counted(differences.length, 'difference')} in ${compared} figures`;
  if (samplesRead === 0) return 'not verified';
  const samples = `${counted(compared, 'figure')} computed again from ${counted(samplesRead, 'sample')}`;
  return notVerified.length === 0 ? `${samples}, all the same` : `${samples}, those all the same`;
}

/** A run's verification as lines: the outcome, then each difference, what other rules change, and what was not verified. */
export function verificationLines(verification: Verification): readonly string[] {
  const { run, differences, otherRules, notVerified } = verification;
  const rules =
    otherRules === null
      ? []
      : [
          otherRules.changes.length === 0
            ? `  Rules ${otherRules.version}, of a newer Cilium Bench, computed its effects; this one has rules ${otherRules.today}.`
            : `  Rules ${otherRules.version} computed its effects; since then ${otherRules.changes.join('; ')}.`,
          ...differenceLines(
            otherRules.differences.filter(({ stored }) => stored !== null),
            `rules ${otherRules.today} give`,
          ),
        ];
  return [
    `${run}: ${outcome(verification)}`,
    ...differenceLines(differences, 'computed again it is'),
    ...rules,
    ...notVerified.map(({ what, reason }) => `  Not verified: ${what}, because ${reason}.`),
  ];
}
