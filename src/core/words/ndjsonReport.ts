import type { Difference, Effect, Run, Sample } from '../result/run';

/** Version of the Elastic Common Schema that the field names are from: https://www.elastic.co/guide/en/ecs/8.11/. */
const ecsVersion = '8.11.0';

type Labels = Readonly<Record<string, string>>;

const nanosecondsPerSecond = 1e9;

/** What every line of a run says in ECS's own fields. */
function lineOf(
  run: Run,
  timestamp: string,
  kind: 'sample' | 'effect' | 'difference',
  labels: Labels,
  event: object,
) {
  const { kernel } = run.target.fingerprint;
  return {
    '@timestamp': timestamp,
    ecs: { version: ecsVersion },
    event: { kind: 'metric', module: 'cilium_bench', dataset: `cilium_bench.${kind}`, ...event },
    labels: {
      run: run.id,
      scenario: run.scenario,
      target: run.target.name,
      profile: run.profile,
      ...labels,
    },
    // ECS has the release alone; the kind of kernel in front of it is not part of it.
    ...(typeof kernel === 'string' ? { host: { os: { kernel: kernel.replace(/^Linux /, '') } } } : {}),
  };
}

function sampleLine(run: Run, sample: Sample): object {
  const { variant, load } = sample;
  return {
    ...lineOf(
      run,
      sample.startedAt,
      'sample',
      { variant, load },
      {
        start: sample.startedAt,
        duration: Math.round(sample.seconds * nanosecondsPerSecond),
      },
    ),
    cilium_bench: {
      sample: {
        id: sample.id,
        block: sample.block,
        repeat: sample.repeat,
        warm_up: sample.block === 0,
        tool: sample.tool,
        valid: sample.valid,
        invalid_reasons: sample.invalidReasons,
        values: sample.values,
        cpu_us: sample.cpuUs,
        ...(sample.parts === undefined ? {} : { parts: sample.parts }),
        ...(sample.partsLeftOut === undefined ? {} : { parts_left_out: sample.partsLeftOut }),
      },
    },
  };
}

/** A field that was not measured is left out: ECS has no null. */
function effectLine(run: Run, effect: Effect): object {
  const { metric, variant, baseline, percent, ci95, verdict, noisePercent, n, roundsNeeded, reason } = effect;
  return {
    ...lineOf(
      run,
      run.endedAt,
      'effect',
      { variant, baseline, metric },
      {
        start: run.startedAt,
        end: run.endedAt,
      },
    ),
    cilium_bench: {
      effect: {
        verdict,
        n,
        ...(percent === null ? {} : { percent }),
        ...(ci95 === null ? {} : { ci95_low: ci95[0], ci95_high: ci95[1] }),
        ...(noisePercent === null ? {} : { noise_percent: noisePercent }),
        ...(roundsNeeded === undefined ? {} : { rounds_needed: roundsNeeded }),
        ...(reason === undefined ? {} : { reason }),
      },
    },
  };
}

/** Described, not judged: it has no verdict. `difference` and its interval are in `unit`. */
function differenceLine(run: Run, one: Difference): object {
  const { metric, variant, beside, unit, difference, ci95, n } = one;
  return {
    ...lineOf(
      run,
      run.endedAt,
      'difference',
      { variant, beside, metric },
      { start: run.startedAt, end: run.endedAt },
    ),
    cilium_bench: {
      difference: {
        difference,
        unit,
        n,
        ...(ci95 === null ? {} : { ci95_low: ci95[0], ci95_high: ci95[1] }),
      },
    },
  };
}

/**
 * A run as one JSON object a line with field names of the Elastic Common Schema, for log pipelines: a line for each sample
 * (warm-up and invalid ones included and marked), then one for each effect and each difference. Own figures are under `cilium_bench`; the names
 * in its `values` are those of `run.json` and carry their unit. `event.duration` is in nanoseconds, as ECS has it.
 */
export function ndjsonReport(run: Run): string {
  const lines = [
    ...run.samples.map((sample) => sampleLine(run, sample)),
    ...run.effects.map((effect) => effectLine(run, effect)),
    ...(run.differences ?? []).map((one) => differenceLine(run, one)),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
