import type { Effect, Run, Verdict } from '../result/run';
import { bandWords, noiseBands, noiseUnknownReason } from './notes';
import { metricNouns } from './phrases';

/** What the second measurement of the same setting came out as; true differences there are none. */
const outcomes: Readonly<Partial<Record<Verdict, (nouns: string) => string>>> = {
  'within-noise': (nouns) => `Measured again, the same setting is within noise in ${nouns}, as it should be.`,
  inconclusive: (nouns) => `Measured again, the same setting is inconclusive in ${nouns}.`,
  better: (nouns) => `Measured again, the same setting comes out better in ${nouns}: a false alarm.`,
  worse: (nouns) => `Measured again, the same setting comes out worse in ${nouns}: a false alarm.`,
};

/** Whether a run measures nothing but one setting against itself. */
export function isSameSetting(run: Pick<Run, 'scenario'>): boolean {
  return run.scenario === 'aa';
}

function outcomeSentence(effects: readonly Effect[], verdict: Verdict): readonly string[] {
  const own = effects.filter((effect) => effect.verdict === verdict).map(({ metric }) => metric);
  const sentence = outcomes[verdict];
  return own.length === 0 || !sentence ? [] : [sentence(metricNouns(own))];
}

/** The answer of an A/A run: how much noise there is, and whether it was taken for a change. */
export function sameSettingSentences(run: Pick<Run, 'effects'>): readonly string[] {
  const { known } = noiseBands(run);
  const noise =
    known.length === 0
      ? `The noise is not known: ${noiseUnknownReason}.`
      : `One setting differs from itself ${bandWords(known)} here: a smaller change cannot be told.`;
  return [
    noise,
    ...(['within-noise', 'inconclusive', 'better', 'worse'] as const).flatMap((verdict) =>
      outcomeSentence(run.effects, verdict),
    ),
  ];
}
