/** Writes docs/statistics.md: what comes out of runs whose truth is known. */
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { metrics } from '../../src/core/result/metrics';
import { writeDesignReport } from './designReport';
import { intervalCoverage, intervalNames } from './intervals';
import { drawings, pooledCoverage, type PooledCell } from './pooledCoverage';
import {
  broken,
  leastCovered,
  leastPooledCovered,
  mostCovered,
  mostFalse,
  mostWrongSigns,
  percent,
  type Done,
  type PooledDone,
} from './promises';
import { noises, recording, simulatedMetrics } from './recordedNoise';
import { simulateCell, type Cell } from './simulate';

const trials = 2000;
const profileNames = ['quick', 'standard', 'thorough'];
const effects = [3, 5, 10, 20];
const file = 'docs/statistics.md';

const table = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows;
  return [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
};

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

/** The largest share of runs of a profile and size with a wrong sign in a metric. */
function wrongSigns(done: readonly Done[]): string {
  const rows = profileNames.map((profile) => [
    profile,
    ...effects.map((size) => {
      const own = done.find(({ cell }) => cell.profile === profile && cell.effectPercent === size);
      return percent(Math.max(...[...(own?.outcome.byMetric.values() ?? [])].map(({ better }) => better)));
    }),
  ]);
  return table([['profile', ...effects.map((size) => `${size} %`)], ...rows]);
}

function pooledTable(pooled: readonly PooledDone[]): string {
  const rows = pooled
    .filter(({ cell }) => cell.drawing === drawings[0])
    .map(({ cell, outcome }) => {
      const others = drawings.slice(1).map((drawing) => {
        const other = pooled.find(
          (one) =>
            one.cell.profile === cell.profile &&
            one.cell.samples === cell.samples &&
            one.cell.percent === cell.percent &&
            one.cell.drawing === drawing,
        );
        return percent(other?.outcome.covered ?? NaN);
      });
      return [
        cell.profile,
        String(cell.samples),
        `p${cell.percent}`,
        percent(outcome.covered),
        ...others,
        percent(outcome.coveredByRequests),
        `×${outcome.ratio.toFixed(2)}`,
      ];
    });
  return table([
    [
      'profile',
      'samples',
      'percentile',
      ...drawings,
      'as if requests were independent',
      'upper end over lower',
    ],
    ...rows,
  ]);
}

function report(
  aa: readonly Done[],
  sized: readonly Done[],
  pooled: readonly PooledDone[],
  faults: readonly string[],
): string {
  const { machine, note, source, runs } = recording;
  const samples = runs.reduce((sum, run) => sum + run.samples.length, 0);
  const intervals = (['rps', 'cpuUsPerRequest', 'latencyP99Us'] as const).flatMap((metric) =>
    [6, 10].map((rounds) => intervalCoverage(metric, rounds, trials)),
  );
  return `# How often the verdicts are right

Written by \`npm run simulate\`; do not edit. ${trials.toLocaleString('en')} runs a row, their truth known, their noise recorded.

## The noise

${samples} samples of ${runs.length} A/A runs of the local lab (\`${source.split(',')[0] ?? source}\`), ${runs[0]?.startedAt.slice(0, 16) ?? ''} to ${runs.at(-1)?.endedAt.slice(0, 16) ?? ''} UTC, on ${machine.cpuCount} cores of ${machine.cpuModel} (${machine.virtualization}), ${machine.kernel}, fortio ${machine.fortioVersion}. ${note} The figures here are those of a bad day: a quiet machine sees smaller effects. Latencies are of invalid samples as well, which a real run would leave out: their spread is that of the machine.

Each profile is fed by samples of its own length. A run takes successive samples of the recording in stretches of 9 on average (the stationary bootstrap of Politis and Romano, 1994), so that drift, modes and spikes stay as they came, and visits them in the shuffled order of a real plan. On top, where a row says so: a fall by a fifth through the run, or half of the samples 15 % slower.

Limits: one machine and one day; few different samples, quick and standard the fewest; metrics are drawn apart from each other. What varies between runs is not in here: see _Compare Runs_.

## False verdicts

Two settings that are the same: the share of runs that call one better or worse. At most ${percent(mostFalse)} is promised of a whole run, all of its comparisons together (Holm).

${falseVerdicts(aa)}

## Coverage

The share of 95 % intervals of effects that hold the truth; ${percent(leastCovered)} to ${percent(mostCovered)} is asked for in each cell. Quick and standard runs have Student's t intervals; those of thorough ones end, at each end, where the farther of t and the expanded percentile bootstrap does.

${coverage(aa)}

Intervals of the same log ratios side by side. The bootstrap alone is too narrow for as few values as a run has rounds, BCa the most: it corrects a skew by moving the quantiles that it takes, and has too few different means to take them from. The expanded one makes up for the number of values; at each end the farther of it and t follows a skew and is never narrower than t.

${table([
  ['rounds', 'metric', ...Object.values(intervalNames)],
  ...intervals.map(({ rounds, metric, held }) => [
    String(rounds),
    metrics[metric].label,
    ...(Object.keys(intervalNames) as (keyof typeof intervalNames)[]).map((name) => percent(held[name])),
  ]),
])}

## Wrong signs

The largest share of runs, of the four metrics, that call a variant better which is worse by so much. At most ${percent(mostWrongSigns)} is promised. It cannot be zero: a rule that calls a difference with an error of 5 % calls a very small one with the wrong sign in up to half of these cases, 2.5 % of the runs, and the less often the larger it is. A rule that never did would have to stay silent wherever noise is above the effect, which no run knows of itself. Holm's correction and the A/A band leave a fifth of it.

${wrongSigns(sized)}

## Percentiles of all requests

A run's \`pooled\` percentile is that of the histograms of a setting's samples added up; the \`median\` beside it is that of the samples' own percentiles. Percentiles are never averaged. fortio gives its buckets with their ends, and the inner ends are the same in every process, so that adding them up is exact: a library for HDR histograms would put the requests into other buckets and resolve no more. Its buckets are 5 to 100 % wide (at 150 µs 13 %), and this width is part of the interval.

The share of 95 % intervals that hold the percentile of all that is recorded of a profile, of so many samples, and beside it what order statistics alone would hold, which take requests for independent: rounds differ by more than requests do. At least ${percent(leastPooledCovered)} is promised of samples that are drawn each by itself; more than 97 % comes of the width of the buckets. Below five samples there is no interval.

${pooledTable(pooled)}

Not promised, and shown for what it is: of the valid samples alone the recording has 12 to 23 to a profile, one of them another world, which five samples miss in two of three runs, and nothing in them tells of it. In stretches, samples follow each other as they came: a run within a quiet or a busy stretch of the day does not tell the percentile of the day. What moves from run to run is for _Compare Runs_.

Offered against achieved: fortio holds a rate with \`-uniform -nocatchup\`, so that a stall is not repaid with a burst. Requests that a stall kept from being sent are counted as late, and \`ifLateWereSlowest\` says what the percentile would be, had each of them been slower than all that were sent. fortio tells no start delay of single requests; below 98 % of the rate a sample is invalid. sockperf prints its percentiles to a nanosecond and netperf in buckets of 1, 10 and 100 µs; neither gives its histogram, so that their runs have no pooled percentile. A change smaller than its bucket netperf does not tell.

## Power

The share of runs that find a variant that is worse by so much in all four metrics, on the recorded noise. _Smallest seen_ is what an A/A run says it would have seen in 80 of 100 cases, beside _within noise_.

${power(sized)}

## Beside benchstat

The Mann-Whitney p beside each effect is that of benchstat: on its 38 published examples all verdicts agree, and all p values to the three digits that it prints (\`test/unit/result/effectTests.test.ts\`). Its verdict is another one than ours on purpose. It compares medians of independent groups, and calls p below 0.05 a difference; ours pairs by round, so that what moves a whole round cancels, asks for an effect above the run's own A/A noise as well, and corrects for all comparisons of a run. Where groups have equal values and other sizes the exact distribution is not symmetric: benchstat then doubles the tail of the smaller U, we double the smaller tail.

## What does not hold

${faults.length === 0 ? 'Every promise above is kept in every cell, nothing allowed for chance.' : faults.map((fault) => `- ${fault}`).join('\n')}
`;
}

const pooledCells: readonly PooledCell[] = (
  [
    ['quick', 6],
    ['standard', 5],
    ['standard', 10],
    ['thorough', 10],
    ['thorough', 20],
  ] as const
).flatMap(([profile, samples]) =>
  [50, 90, 99].flatMap((percentile) =>
    drawings.map((drawing): PooledCell => ({ profile, samples, percent: percentile, drawing })),
  ),
);

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
  const pooled = pooledCells.map((cell, place): PooledDone => {
    console.error(`${cell.profile}, ${cell.samples} samples, p${cell.percent}, ${cell.drawing}`);
    return { cell, outcome: pooledCoverage(cell, trials, 2000 + place) };
  });
  const faults = broken(done, pooled);
  const text = report(aa, sized, pooled, faults);
  const options = (await resolveConfig(file)) ?? {};
  writeFileSync(file, await format(text, { ...options, filepath: file }));
  return faults;
}
