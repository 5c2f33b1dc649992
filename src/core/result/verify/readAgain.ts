import { cpuUsPerRequest, distributionOf } from '../../run/measure';
import type { Load } from '../../scenario/scenario';
import { toolNamed } from '../../tool/registry';
import type { MetricName } from '../metrics';
import type { RawOutput, Sample } from '../run';
import { differing, type FigureDifference } from './differing';

/** A sample read again from its raw output. */
export interface ReadAgain {
  /** With the values that come out now; as stored where nothing could be read. */
  readonly sample: Sample;
  readonly compared: number;
  readonly differences: readonly FigureDifference[];
}

/** What the clock or the API server told while the run went: no output of a load tool has it. */
const timedMetrics: readonly MetricName[] = ['programmingSeconds', 'reachableSeconds'];
/** Sums over components, whose own figures are stored with the sample. */
const summedMetrics: readonly MetricName[] = ['componentCpuCores', 'componentMemoryBytes'];

type Values = Sample['values'];

/** The values that are not in a tool's output, from what is stored with the sample. */
function otherValues(sample: Sample, requests: number | null): Values {
  const values: Partial<Record<MetricName, number>> = {};
  for (const metric of timedMetrics) {
    const value = sample.values[metric];
    if (value !== undefined) values[metric] = value;
  }
  for (const metric of summedMetrics) {
    const own = (sample.parts ?? []).filter((part) => part.metric === metric);
    // Where a component has no figure there is no sum, and nothing to compare.
    if (sample.values[metric] !== undefined) values[metric] = own.reduce((sum, { value }) => sum + value, 0);
  }
  const perRequest = cpuUsPerRequest(sample.cpuUs, requests);
  if (perRequest !== undefined) values.cpuUsPerRequest = perRequest;
  return values;
}

function listed(values: Values, load: Load): Values {
  const wanted: readonly string[] = [...load.metrics, ...timedMetrics];
  return Object.fromEntries(Object.entries(values).filter(([metric]) => wanted.includes(metric)));
}

/**
 * Reads a sample's raw output with the parser of its tool and sets it beside what is stored: values, parts, argv, and the reasons that
 * the output itself gives against it. Reasons that came from elsewhere (probes, CPU, restarts) are kept, for no output tells them. Null
 * where no parser has the sample's tool.
 */
export function readAgain(sample: Sample, load: Load, raw: RawOutput): ReadAgain | null {
  const tool = toolNamed(sample.tool);
  if (!tool) return null;
  const measurement = tool.parse(load, raw);
  const values = listed({ ...otherValues(sample, measurement.requests), ...measurement.values }, load);
  const missing = measurement.invalidReasons.filter((reason) => !sample.invalidReasons.includes(reason));
  const missingCodes = missing.map(
    (reason) => measurement.invalidCodes?.[measurement.invalidReasons.indexOf(reason)] ?? 'no-result',
  );
  const invalidReasons = [...sample.invalidReasons, ...missing];
  const ownParts = measurement.parts ?? [];
  const fromOutput = new Set(ownParts.map(({ metric }) => metric));
  const others = (sample.parts ?? []).filter(({ metric }) => !fromOutput.has(metric));
  const parts = [...ownParts, ...others];
  const valid = invalidReasons.length === 0;
  // What is stored of the distribution is not taken over: where the output has none, none must be there.
  const { latencies, offered, ...rest } = sample;
  const distribution = distributionOf(load, measurement);
  const again: Sample = {
    ...rest,
    ...distribution,
    values,
    valid,
    invalidReasons,
    ...(sample.invalidCodes ? { invalidCodes: [...sample.invalidCodes, ...missingCodes] } : {}),
    argv: raw.argv,
    ...(parts.length > 0 ? { parts } : {}),
  };
  const read = ({ values, valid, invalidReasons, argv, parts }: Sample): object => ({
    values,
    valid,
    invalidReasons,
    argv,
    ...(parts ? { parts } : {}),
  });
  const compared = differing(
    `samples, ${sample.id}`,
    { ...read(sample), latencies, offered },
    { ...read(again), ...distribution },
  );
  return { sample: again, ...compared };
}
