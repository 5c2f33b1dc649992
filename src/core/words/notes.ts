import { metricNames } from '../result/metrics';
import type { Run, Sample } from '../result/run';
import { joined, metricNoun } from './phrases';
import { counted, percentSize, quantity } from './numbers';
import { shortMetricNames } from './effects';
import { labelOf, largestNoise, measuredSamples } from './runParts';

/** `Round 2, L7 through Envoy, saturated`; the second half of an A/A pair says so. */
export function samplePlace(run: Pick<Run, 'variants'>, sample: Sample): string {
  const round = sample.block === 0 ? 'Warm-up' : `Round ${sample.block}`;
  const again = sample.repeat > 1 ? ' (again)' : '';
  return `${round}, ${labelOf(run, sample.variant)}${again}, ${sample.load}`;
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
  const valid = samples.filter((sample) => sample.valid).length;
  return `${valid} of ${counted(samples.length, 'sample')} valid`;
}

/** `3 % in requests a second and CPU a request, 7 % in p99 latency`: the noise bands; null without A/A pairs. */
export function noiseBands(run: Pick<Run, 'effects'>): string | null {
  const metricsByBand = new Map<string, string[]>();
  for (const metric of metricNames) {
    const noise = largestNoise(run.effects.filter((effect) => effect.metric === metric));
    if (noise === null) continue;
    const band = percentSize(noise);
    metricsByBand.set(band, [...(metricsByBand.get(band) ?? []), metricNoun(metric)]);
  }
  if (metricsByBand.size === 0) return null;
  return [...metricsByBand].map(([band, nouns]) => `${band} in ${joined(nouns)}`).join(', ');
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

function effectsLeftOut(run: Run): readonly string[] {
  return run.effects
    .filter(({ verdict }) => verdict === 'not-measured')
    .map(
      ({ metric, variant, reason }) =>
        `Not measured: the change in ${metricNoun(metric)} of ${labelOf(run, variant)}, because ${reason ?? 'there is no valid sample of it'}.`,
    );
}

/** How sure the result is: validity, noise, what is missing, and how to read the numbers. A line each. */
export function notesOf(run: Run, isRunning: boolean): readonly string[] {
  const bands = noiseBands(run);
  const bad = measuredSamples(run).filter((sample) => !sample.valid);
  return [
    ...(isRunning || run.state === 'complete' || run.stateReason === undefined
      ? []
      : [`This run is ${run.state}. ${run.stateReason}`]),
    `${validityWords(run)}.`,
    ...bad.map((sample) => `Not used: ${samplePlace(run, sample)}: ${sample.invalidReasons.join('; ')}.`),
    bands === null
      ? 'The noise is not known: no round measured one setting twice.'
      : `Identical settings differ by up to ${bands} here (A/A pairs, 95 %).`,
    ...quickNote(run),
    ...(run.target.kind === 'lab' ? ['Measured on this machine, not on a cluster.'] : []),
    ...notMeasuredLines(run),
    ...(isRunning ? [] : effectsLeftOut(run)),
    ...run.changes.filter(({ undone }) => !undone && !isRunning).map(({ what }) => `Not undone: ${what}.`),
    ...(run.underLoadShare > 0 && !isRunning
      ? [`Load ran for ${percentSize(Math.round(100 * run.underLoadShare))} of the time.`]
      : []),
    'Values are medians of the samples. Intervals hold the mean, or the mean change, with 95 % (Student’s t, paired by round). A percentile is the median of the samples’ own.',
  ];
}

/** The facts of the target and the tools, by name. */
export function fingerprintOf(
  run: Pick<Run, 'target' | 'tools'>,
): readonly { name: string; value: string }[] {
  return [
    ...Object.entries(run.target.fingerprint).map(([name, fact]) => ({
      name,
      value: fact === null ? 'not known' : String(fact),
    })),
    ...run.tools.map(({ name, version, source }) => ({ name, value: `${version} (${source})` })),
  ];
}
