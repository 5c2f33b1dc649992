/** Writes docs/statistics.md: what comes out of runs whose truth is known. */
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { metrics } from '../../src/core/result/metrics';
import { writeDesignReport } from './designReport';
import { intervalCoverage } from './intervals';
import { noises, recording, simulatedMetrics, type Outcome } from './recordedNoise';
import { simulateCell, type Cell } from './simulate';

const trials = 2000;
const profileNames = ['quick', 'standard', 'thorough'];
const effects = [3, 5, 10, 20];
const file = 'docs/statistics.md';
/** What is promised. */
const mostFalse = 0.05;
const [leastCovered, mostCovered] = [0.93, 0.97];

interface Done {
  readonly cell: Cell;
  readonly outcome: Outcome;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const table = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows;
  return [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
};

/** Three standard errors of a share over the trials: what chance alone may do. */
const chance = (share: number): number => 3 * Math.sqrt((share * (1 - share)) / trials);

function falseVerdicts(done: readonly Done[]): string {
  const rows = done.map(({ cell, outcome }) => [
    cell.profile,
    cell.noise,
    percent(outcome.anyVerdict),
    ...simulatedMetrics.map((metric) => {
      const own = outcome.byMetric.get(metric);
      return percent((own?.worse ?? NaN) + (own?.better ?? NaN));
    }),
  ]);
  return table([
    ['profile', 'noise', 'any of the four', ...simulatedMetrics.map((name) => metrics[name].label)],
    ...rows,
  ]);
}

function coverage(done: readonly Done[]): string {
  const rows = done.map(({ cell, outcome }) => [
    cell.profile,
    cell.noise,
    ...simulatedMetrics.map((metric) => percent(outcome.byMetric.get(metric)?.covered ?? NaN)),
  ]);
  return table([['profile', 'noise', ...simulatedMetrics.map((name) => metrics[name].label)], ...rows]);
}

function power(done: readonly Done[]): string {
  const rows = profileNames.flatMap((profile) =>
    simulatedMetrics.map((metric) => {
      const own = done.filter(({ cell }) => cell.profile === profile);
      const share = (size: number): string =>
        percent(
          own.find(({ cell }) => cell.effectPercent === size)?.outcome.byMetric.get(metric)?.worse ?? NaN,
        );
      const seen = own
        .find(({ cell }) => cell.effectPercent === 0)
        ?.outcome.byMetric.get(metric)?.smallestSeen;
      return [
        profile,
        metrics[metric].label,
        ...effects.map(share),
        `${(seen ?? NaN).toLocaleString('en', { maximumSignificantDigits: 2, useGrouping: false })} %`,
      ];
    }),
  );
  return table([
    ['profile', 'metric', ...effects.map((size) => `${size} %`), 'smallest seen, median'],
    ...rows,
  ]);
}

function broken(aa: readonly Done[], all: readonly Done[]): readonly string[] {
  const faults: string[] = [];
  for (const { cell, outcome } of aa) {
    const name = `${cell.profile}, ${cell.noise}`;
    if (outcome.anyVerdict > mostFalse + chance(mostFalse))
      faults.push(`${name}: ${percent(outcome.anyVerdict)} of the runs have a false verdict.`);
    for (const [metric, { covered }] of outcome.byMetric) {
      const isOutside =
        covered < leastCovered - chance(leastCovered) || covered > mostCovered + chance(mostCovered);
      if (isOutside)
        faults.push(
          `${name}: ${percent(covered)} of the intervals of ${metrics[metric].label} hold the truth.`,
        );
    }
  }
  for (const { cell, outcome } of all)
    for (const [metric, { better }] of outcome.byMetric)
      if (cell.effectPercent > 0 && better > 0)
        faults.push(
          `${cell.profile}, ${cell.effectPercent} %: ${percent(better)} of the verdicts on ${metrics[metric].label} have the wrong sign.`,
        );
  return faults;
}

function report(aa: readonly Done[], sized: readonly Done[], faults: readonly string[]): string {
  const { machine, note, source, runs } = recording;
  const samples = runs.reduce((sum, run) => sum + run.samples.length, 0);
  const intervals = (['rps', 'cpuUsPerRequest'] as const).flatMap((metric) =>
    [6, 10].map((rounds) => intervalCoverage(metric, rounds, trials)),
  );
  return `# How often the verdicts are right

Written by \`npm run simulate\`; do not edit. ${trials.toLocaleString('en')} runs a row, their truth known, their noise recorded.

## The noise

${samples} samples of ${runs.length} A/A runs of the local lab (\`${source.split(',')[0] ?? source}\`), ${runs[0]?.startedAt.slice(0, 16) ?? ''} to ${runs.at(-1)?.endedAt.slice(0, 16) ?? ''} UTC, on ${machine.cpuCount} cores of ${machine.cpuModel} (${machine.virtualization}), ${machine.kernel}, fortio ${machine.fortioVersion}. ${note} The figures here are those of a bad day: a quiet machine sees smaller effects. Latencies are of invalid samples as well, which a real run would leave out: their spread is that of the machine.

Each profile is fed by samples of its own length. A run takes successive samples of the recording in stretches of 9 on average (the stationary bootstrap of Politis and Romano, 1994), so that drift, modes and spikes stay as they came, and visits them in the shuffled order of a real plan. On top, where a row says so: a fall by a fifth through the run, or half of the samples 15 % slower.

Limits: one machine and one day; few different samples, quick and standard the fewest; metrics are drawn apart from each other. What varies between runs is not in here: see _Compare Runs_.

## False verdicts

Two settings that are the same: the share of runs that call one better or worse. At most ${percent(mostFalse)} is promised of a whole run, all of its comparisons together (Holm). Three standard errors are ${percent(chance(mostFalse))}.

${falseVerdicts(aa)}

## Coverage

The share of 95 % intervals that hold the truth; ${percent(leastCovered)} to ${percent(mostCovered)} is asked for. Quick and standard runs have Student's t intervals, thorough ones resampled ones.

${coverage(aa)}

Intervals of the same log ratios side by side, which is why the expanded bootstrap is used and the plain percentile one is not:

${table([
  ['rounds', 'metric', 'Student’s t', 'percentile bootstrap', 'expanded percentile bootstrap'],
  ...intervals.map(({ rounds, metric, student, percentile, expanded }) => [
    String(rounds),
    metrics[metric].label,
    percent(student),
    percent(percentile),
    percent(expanded),
  ]),
])}

## Power

The share of runs that find a variant that is worse by so much in all four metrics, on the recorded noise. _Smallest seen_ is what an A/A run says it would have seen in 80 of 100 cases, beside _within noise_.

${power(sized)}

## Beside benchstat

The Mann-Whitney p beside each effect is that of benchstat: on its 38 published examples all verdicts agree, and all p values to the three digits that it prints (\`test/unit/result/effectTests.test.ts\`). Its verdict is another one than ours on purpose. It compares medians of independent groups, and calls p below 0.05 a difference; ours pairs by round, so that what moves a whole round cancels, asks for an effect above the run's own A/A noise as well, and corrects for all comparisons of a run. Where groups have equal values and other sizes the exact distribution is not symmetric: benchstat then doubles the tail of the smaller U, we double the smaller tail.

## What does not hold

${faults.length === 0 ? 'Everything above is within what is promised, but for chance (three standard errors).' : faults.map((fault) => `- ${fault}`).join('\n')}
`;
}

/** Both reports, or the one that is named: `design`, `verdicts`. Resolves with 1 where something does not hold. */
export async function main(only: string | undefined): Promise<number> {
  const faults = [
    ...(only === 'verdicts' ? [] : await writeDesignReport()),
    ...(only === 'design' ? [] : await writeVerdictsReport()),
  ];
  for (const fault of faults) console.error(fault);
  return faults.length === 0 ? 0 : 1;
}

async function writeVerdictsReport(): Promise<readonly string[]> {
  const cells: readonly Cell[] = profileNames.flatMap((profile): Cell[] => [
    ...noises.map((noise): Cell => ({ profile, noise, effectPercent: 0 })),
    ...effects.map((effectPercent): Cell => ({ profile, noise: 'recorded', effectPercent })),
  ]);
  const done = cells.map((cell, place): Done => {
    console.error(`${cell.profile}, ${cell.noise}, ${cell.effectPercent} %`);
    return { cell, outcome: simulateCell(cell, trials, 1000 + place) };
  });
  const aa = done.filter(({ cell }) => cell.effectPercent === 0);
  const sized = done.filter(({ cell }) => cell.noise === 'recorded');
  const faults = broken(aa, done);
  const text = report(aa, sized, faults);
  const options = (await resolveConfig(file)) ?? {};
  writeFileSync(file, await format(text, { ...options, filepath: file }));
  return faults;
}
