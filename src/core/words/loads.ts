import type { MetricName } from '../result/metrics';
import type { Run } from '../result/run';
import type { Load } from '../scenario/scenario';
import { shortMetricNames } from './effects';
import { grouped } from './numbers';

/** Under which load, as it follows a quantity: `saturated`, `at 1 000/s`, `one at a time`; empty where the variant says it. */
export function loadWords(load: Load | undefined): string {
  if (load?.kind !== 'http') return '';
  if (load.ratePerSecond !== 'max') return `at ${grouped(load.ratePerSecond)}/s`;
  return load.connections === 1 ? 'one at a time' : 'saturated';
}

/** The load that a run read a metric under, if all its variants used the same kind. */
export function loadOfMetric(run: Pick<Run, 'variants'>, metric: MetricName): Load | undefined {
  const loads = run.variants.flatMap(({ metrics }) => metrics[metric]?.load ?? []);
  const [first] = loads;
  return loads.every((load) => loadWords(load) === loadWords(first)) ? first : undefined;
}

/** `p50 at 1 000/s`, `RPS, saturated`, `CPU a request`: a metric with its load, for headings. */
export function metricHeading(metric: MetricName, load: Load | undefined): string {
  const name = shortMetricNames[metric];
  const under = metric === 'cpuUsPerRequest' ? '' : loadWords(load);
  if (under === '') return name;
  return under.startsWith('at ') ? `${name} ${under}` : `${name}, ${under}`;
}
