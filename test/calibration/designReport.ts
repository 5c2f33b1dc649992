/** Writes docs/stopping.md: how often the design of a run errs. */
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { firstLook, mostRoundsUntilPrecision } from '../../src/core/plan/untilPrecision';
import { metrics } from '../../src/core/result/metrics';
import { mostWarmUpSamples, steadySamples } from '../../src/core/result/steady';
import {
  simulateSteady,
  simulateStopping,
  simulateWarmUp,
  type StoppingCell,
  type WarmUpCell,
} from './design';
import { noises } from './recordedNoise';

const trials = 2000;
const file = 'docs/stopping.md';
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const chance = (share: number): number => 3 * Math.sqrt((share * (1 - share)) / trials);
const table = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows;
  return [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
};

const stoppingCells: readonly StoppingCell[] = [
  ...[3, 4, 7].map((askedPercent): StoppingCell => ({
    profile: 'thorough',
    noise: 'normal',
    metric: 'rps',
    askedPercent,
  })),
  ...noises.map((noise): StoppingCell => ({
    profile: 'thorough',
    noise,
    metric: 'cpuUsPerRequest',
    askedPercent: noise === 'recorded and two modes' ? 5 : 3,
  })),
  { profile: 'thorough', noise: 'recorded', metric: 'rps', askedPercent: 20 },
  { profile: 'thorough', noise: 'recorded', metric: 'latencyP50Us', askedPercent: 10 },
  { profile: 'standard', noise: 'recorded', metric: 'cpuUsPerRequest', askedPercent: 10 },
];

const cleanCells: readonly WarmUpCell[] = [
  { profile: 'standard', rounds: 5 },
  { profile: 'thorough', rounds: 10 },
  { profile: 'thorough', rounds: 20 },
  { profile: 'thorough', rounds: 50 },
].flatMap(({ profile, rounds }) =>
  noises.map((noise): WarmUpCell => ({ profile, rounds, noise, slowRounds: 0 })),
);

const slowCells: readonly WarmUpCell[] = [
  { profile: 'standard', noise: 'recorded', rounds: 5, slowRounds: 1 },
  { profile: 'thorough', noise: 'recorded', rounds: 10, slowRounds: 1 },
  { profile: 'thorough', noise: 'recorded', rounds: 10, slowRounds: 2 },
  { profile: 'thorough', noise: 'recorded', rounds: 20, slowRounds: 3 },
];

export async function writeDesignReport(): Promise<readonly string[]> {
  const faults: string[] = [];
  const stopping = stoppingCells.map((cell, place) => {
    console.error(`${cell.profile}, ${cell.noise}, ${metrics[cell.metric].label}, ±${cell.askedPercent} %`);
    const outcome = simulateStopping(cell, trials, 2000 + place);
    const name = `${cell.noise}, ${metrics[cell.metric].label}, ±${cell.askedPercent} %`;
    if (outcome.covered < 0.93 - chance(0.93) || outcome.covered > 0.97 + chance(0.97))
      faults.push(`${name}: ${percent(outcome.covered)} of the intervals hold the truth.`);
    if (outcome.falseVerdicts > 0.05 + chance(0.05))
      faults.push(`${name}: ${percent(outcome.falseVerdicts)} of the runs have a false verdict.`);
    return [
      cell.profile,
      cell.noise,
      metrics[cell.metric].label,
      `±${cell.askedPercent} %`,
      percent(outcome.reached),
      String(outcome.rounds),
      percent(outcome.covered),
      percent(outcome.plainCovered),
      percent(outcome.falseVerdicts),
    ];
  });
  const clean = cleanCells.map((cell, place) => {
    const { discarded } = simulateWarmUp(cell, trials, 3000 + place);
    if (discarded > 0.05 + chance(0.05))
      faults.push(`${cell.rounds} rounds, ${cell.noise}: ${percent(discarded)} of clean runs lose rounds.`);
    return [cell.profile, String(cell.rounds), cell.noise, percent(discarded)];
  });
  const slow = slowCells.map((cell, place) => {
    const { discarded, exact } = simulateWarmUp(cell, trials, 4000 + place);
    return [cell.profile, String(cell.rounds), String(cell.slowRounds), percent(discarded), percent(exact)];
  });
  const steady = ['quick', 'standard', 'thorough'].flatMap((profile) =>
    [0, 0.2, 0.5].map((slower, place) => {
      const { goesOn, samples, atLimit } = simulateSteady(profile, slower, trials, 5000 + place);
      return [profile, percent(slower), percent(goesOn), samples.toFixed(1), percent(atLimit)];
    }),
  );
  const text = `# How often the design of a run errs

Written by \`npm run simulate -- design\`; do not edit. ${trials.toLocaleString('en')} runs a row, on the noise of [statistics.md](statistics.md).

## Going on until the intervals are narrow

\`--until-precision\` looks at the width of the interval of each effect on its primary metric after each whole round from the ${firstLook}th on, and ends the run at the first look at which all are narrow enough: the fixed-width rule of Chow and Robbins (Annals of Mathematical Statistics 36, 1965). A budget and a number of rounds (${mostRoundsUntilPrecision} unless said otherwise) bound it; neither looks at figures. Stopping where the spread is small by chance makes a plain 95 % interval hold the truth too seldom. So the intervals of such a run are Student's t for 3.75 % of misses and its p values are multiplied by 4/3; the interval that is looked at is the one that is shown. The mean of normal values does not depend on their spread, so that the size of an effect does not matter, and rows are of runs without one. A confidence sequence (Waudby-Smith and others, Annals of Statistics 52, 2024) would hold at every round at once and need more rounds for it; only the width is looked at here, never whether zero is in the interval. _Plain_ is a Student's t interval of the same rounds that does not make up for the looks. 93.0 % to 97.0 % and at most 5.0 % false verdicts are asked for.

${table([
  [
    'profile',
    'noise',
    'primary metric',
    'asked',
    'reached',
    'rounds, median',
    'coverage',
    'plain',
    'false verdicts',
  ],
  ...stopping,
])}

## First rounds that count as warm-up

From five rounds on a change of level within the first third of the rounds makes those before it warm-up: kept and shown, in no figure. It is looked for in all metrics, over all variants together, from eight rounds on beside a steady drift. Runs without any warm-up that lose rounds, of which at most 5.0 % is asked for:

${table([['profile', 'rounds', 'noise', 'lose rounds'], ...clean])}

Runs whose first rounds are a fifth worse in all metrics, and how many of them lose rounds, and exactly those:

${table([['profile', 'rounds', 'slow rounds', 'found', 'exactly'], ...slow])}

A few short rounds on a machine this noisy do not tell a fifth from noise.

## Warm-up before the first round

A variant takes ${steadySamples} short samples before its first round, and goes on to at most ${mostWarmUpSamples} while the last ${steadySamples} have a likely change of level. A false alarm costs a second or two. By how much the first sample is slower, and what comes of it in requests a second:

${table([['profile', 'first sample slower by', 'goes on', 'samples, mean', 'still changing at the limit'], ...steady])}

## What does not hold

${faults.length === 0 ? 'Everything above is within what is asked for, but for chance (three standard errors).' : faults.map((fault) => `- ${fault}`).join('\n')}
`;
  const options = (await resolveConfig(file)) ?? {};
  writeFileSync(file, await format(text, { ...options, filepath: file }));
  return faults;
}
