import { factName } from './factNames';
import { calibrationNotes } from './calibration';
import type { MetricName } from '../result/metrics';
import { metricNames } from '../result/metrics';
import type { Effect, Run, Sample } from '../result/run';
import { mostWarmUpSamples, stillWarmsUp, warmUpValues } from '../result/steady';
import { joined, metricNouns, startOfSentence } from './phrases';
import { bandSize, counted, percentSize, quantity, tellingPercent } from './numbers';
import { shortMetricNames } from './effects';
import { gateNotes, steadinessNotes } from './gateNotes';
import { partNotes } from './partTables';
import { loadWords } from './loads';
import { precisionNotes, warmUpNotes } from './precision';
import { labelOf, largestNoise, measuredSamples } from './runParts';

/** The load of a sample in words, `saturated` or `at 1 000/s`; its id where words would not tell it from others. */
function loadOfSample(run: Pick<Run, 'variants'>, sample: Sample): string {
  const load = run.variants
    .flatMap(({ metrics }) => metricNames.flatMap((metric) => metrics[metric]?.load ?? []))
    .find(({ id }) => id === sample.load);
  return loadWords(load) || sample.load;
}

/** `Round 2, L7 through Envoy, saturated`; the second half of an A/A pair says so. */
export function samplePlace(run: Pick<Run, 'variants'>, sample: Sample): string {
  const round = sample.block === 0 ? 'Warm-up' : `Round ${sample.block}`;
  const again = sample.repeat > 1 ? ' (again)' : '';
  return `${round}, ${labelOf(run, sample.variant)}${again}, ${loadOfSample(run, sample)}`;
}

/** A sample in one line, with its values or the reasons why they do not count. */
export function sampleText(run: Pick<Run, 'variants'>, sample: Sample): string {
  const values = metricNames.flatMap((metric) => {
    const value = sample.values[metric];
    return value === undefined ? [] : [`${shortMetricNames[metric]} ${quantity(metric, value)}`];
  });
  const reasons = sample.valid ? [] : [`not used: ${sample.invalidReasons.join('; ')}`];
  return [samplePlace(run, sample), ...values, ...reasons].join(' · ');
}

/** `13 of 15 samples valid`. Warm-up is not counted. */
export function validityWords(run: Pick<Run, 'samples'>): string {
  const samples = measuredSamples(run);
  return validityOf(samples.filter((sample) => sample.valid).length, samples.length);
}

export function validityOf(valid: number, all: number): string {
  return all === 0 ? 'no sample taken' : `${valid} of ${counted(all, 'sample')} valid`;
}

/** The noise of a run: how much identical settings differed, and in what that is not known. */
export interface NoiseBands {
  /** The metrics that share a band once it is rounded, by growing band. */
  readonly known: readonly { readonly percent: number; readonly metrics: readonly MetricName[] }[];
  readonly unknown: readonly MetricName[];
}

/** The noise bands of what a run compares, a metric each: the largest where it has several baselines. */
export function noiseBands(run: Pick<Run, 'effects'>): NoiseBands {
  const compared = metricNames.filter((metric) => run.effects.some((effect) => effect.metric === metric));
  const bands = compared.map((metric) => ({
    metric,
    percent: largestNoise(run.effects.filter((effect) => effect.metric === metric)),
  }));
  const known = bands.flatMap(({ metric, percent }) => (percent === null ? [] : [{ metric, percent }]));
  const sizes = [...new Set(known.map(({ percent }) => bandSize(percent)))];
  return {
    known: sizes
      .map((size) => {
        const own = known.filter(({ percent }) => bandSize(percent) === size);
        return {
          percent: Math.max(...own.map(({ percent }) => percent)),
          metrics: own.map(({ metric }) => metric),
        };
      })
      .sort((a, b) => a.percent - b.percent),
    unknown: bands.filter(({ percent }) => percent === null).map(({ metric }) => metric),
  };
}

/** `by up to 3 % in requests a second and by over 100 % in p99 latency`: as it follows "differ". */
export function bandWords(bands: NoiseBands['known']): string {
  return joined(
    bands.map(({ percent, metrics }) => {
      const size = percent > tellingPercent ? bandSize(percent) : `up to ${bandSize(percent)}`;
      return `by ${size} in ${metricNouns(metrics)}`;
    }),
  );
}

/** Why a noise band is not known, as it follows "not known". */
export const noiseUnknownReason = 'fewer than two A/A pairs';

function noiseNotes(run: Run): readonly string[] {
  const { known, unknown } = noiseBands(run);
  return [
    ...(known.length === 0 ? [] : [`Identical settings differ ${bandWords(known)} here (A/A pairs, 95 %).`]),
    ...(unknown.length === 0 ? [] : [`Noise not known in ${metricNouns(unknown)}: ${noiseUnknownReason}.`]),
  ];
}

/** What verdicts were held against, and what a run whose effects are within noise would have seen. */
function verdictNotes({ effects }: Pick<Run, 'effects'>): readonly string[] {
  const comparisons = effects.find((effect) => effect.comparisons !== undefined)?.comparisons ?? 0;
  const within = effects.filter(({ verdict }) => verdict === 'within-noise');
  const seen = metricNames.flatMap((metric) => {
    const sizes = within.flatMap((effect) =>
      effect.metric === metric ? (effect.smallestSeenPercent ?? []) : [],
    );
    return sizes.length === 0 ? [] : [`${bandSize(Math.max(...sizes))} in ${metricNouns([metric])}`];
  });
  return [
    ...(comparisons > 1
      ? [
          `Verdicts hold for all ${comparisons} comparisons of the run together (Holm’s correction): they ask for a corrected p of 0.05 or less.`,
        ]
      : []),
    ...(seen.length === 0
      ? within.length === 0
        ? []
        : ['Within noise (± a) says that a change of a would have been seen.']
      : [
          `Where it says within noise, a change of ${joined(seen)} would have been seen in 80 of 100 such runs.`,
        ]),
  ];
}

/** Variants whose warm-up ended at its limit while it still changed. */
function warmUpLimitNotes(run: Pick<Run, 'samples' | 'variants'>): readonly string[] {
  return run.variants.flatMap(({ id, label, metrics }) => {
    const load = run.samples.find(({ block, variant }) => block === 0 && variant === id)?.load;
    const metric = metricNames.find((name) => metrics[name]?.load?.id === load);
    const values = warmUpValues(run.samples, id, metrics[metric ?? 'rps']?.load?.metrics[0]);
    return values.length >= mostWarmUpSamples && stillWarmsUp(values)
      ? [
          `${label} still changed when its warm-up ended, after ${counted(values.length, 'sample')}, the most it may take.`,
        ]
      : [];
  });
}

/** What was not measured, with the reason: a line each. */
export function notMeasuredLines(run: Pick<Run, 'notMeasured'>): readonly string[] {
  return run.notMeasured.map(({ what, reason }) => `Not measured: ${what}, because ${reason}.`);
}

/** `quick (3 rounds)`. */
export function profileWords(run: Pick<Run, 'profile' | 'parameters'>): string {
  const rounds = Number(run.parameters['rounds']);
  return Number.isInteger(rounds) && rounds > 0
    ? `${run.profile} (${counted(rounds, 'round')})`
    : run.profile;
}

function quickNote(run: Run): readonly string[] {
  return run.profile === 'quick'
    ? [`The profile is ${profileWords(run)}: its intervals are wide. The standard profile tells more.`]
    : [];
}

/** The changes that a run meant to measure and could not, with the reason: a line for each variant and reason. */
export function effectsLeftOut(run: Pick<Run, 'variants' | 'effects'>): readonly string[] {
  const groups = new Map<string, Effect[]>();
  for (const effect of run.effects.filter(({ verdict }) => verdict === 'not-measured')) {
    const key = `${effect.variant} ${effect.reason ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), effect]);
  }
  return [...groups.values()].flatMap((effects) => {
    const [first] = effects;
    if (!first) return [];
    const nouns = metricNouns(effects.map(({ metric }) => metric));
    return [
      `Not measured: the change in ${nouns} of ${labelOf(run, first.variant)}, because ${first.reason ?? 'there is no valid sample of it'}.`,
    ];
  });
}

/** That a run was made elsewhere, and what is known of how such figures are made. */
function importedNotes({ imported }: Pick<Run, 'imported'>): readonly string[] {
  if (!imported) return [];
  return [
    `Imported from ${imported.source} (${imported.format}), not measured by Cilium Bench.`,
    ...imported.notes,
  ];
}

/** How sure the result is: validity, noise, what is missing, and how to read the numbers. A line each. */
export function notesOf(run: Run, isRunning: boolean): readonly string[] {
  const bad = measuredSamples(run).filter((sample) => !sample.valid);
  return [
    ...(isRunning || run.state === 'complete' || run.stateReason === undefined
      ? []
      : [`This run is ${run.state}. ${run.stateReason}`]),
    ...importedNotes(run),
    `${startOfSentence(validityWords(run))}.`,
    ...bad.map((sample) => `Not used: ${samplePlace(run, sample)}: ${sample.invalidReasons.join('; ')}.`),
    ...gateNotes(run),
    ...warmUpNotes(run.warmUp),
    ...warmUpLimitNotes(run),
    ...precisionNotes(run.precision),
    ...noiseNotes(run),
    ...(isRunning ? [] : [...verdictNotes(run), ...steadinessNotes(run)]),
    ...quickNote(run),
    ...(run.parameters['order'] === 'abba'
      ? ['Variants were visited in mirrored order (ABBA), each baseline twice in a row.']
      : []),
    ...(run.target.kind === 'lab' ? ['Measured on this machine, not on a cluster.'] : []),
    ...calibrationNotes(run),
    ...notMeasuredLines(run),
    ...(isRunning ? [] : effectsLeftOut(run)),
    ...partNotes(run),
    ...run.changes.filter(({ undone }) => !undone && !isRunning).map(({ what }) => `Not undone: ${what}.`),
    ...(run.underLoadShare > 0 && !isRunning
      ? [`Load ran for ${percentSize(Math.round(100 * run.underLoadShare))} of the time.`]
      : []),
    `Values are medians of the samples; a percentile is the median of the samples’ own. In parentheses stand 95 % intervals of the mean change, paired by round (${run.precision ? 'Student’s t' : 'Student’s t, from six rounds on resampled where that reaches farther'}).`,
  ];
}

/** The facts of the target and the tools, by name. */
export function fingerprintOf(
  run: Pick<Run, 'target' | 'tools'>,
): readonly { name: string; value: string }[] {
  return [
    ...Object.entries(run.target.fingerprint).map(([name, fact]) => ({
      name: factName(name),
      value: fact === null ? 'not known' : String(fact),
    })),
    ...run.tools.map(({ name, version, source }) => ({ name, value: `${version} (${source})` })),
  ];
}
