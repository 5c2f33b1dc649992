import type { MetricName } from '../result/metrics';
import type { Effect } from '../result/run';
import { change, changeRange, factor } from './numbers';

interface MetricWords {
  readonly noun: string;
  readonly rise: string;
  readonly fall: string;
}

const latency = (percentile: string): MetricWords => ({
  noun: `${percentile} latency`,
  rise: 'higher',
  fall: 'lower',
});

const metricWords: Readonly<Record<MetricName, MetricWords>> = {
  rps: { noun: 'requests a second', rise: 'more', fall: 'fewer' },
  throughputBitsPerSecond: { noun: 'throughput', rise: 'more', fall: 'less' },
  latencyP50Us: latency('p50'),
  latencyP90Us: latency('p90'),
  latencyP99Us: latency('p99'),
  cpuUsPerRequest: { noun: 'CPU a request', rise: 'more', fall: 'less' },
  programmingSeconds: { noun: 'time to program', rise: 'more', fall: 'less' },
  reachableSeconds: { noun: 'time until reachable', rise: 'more', fall: 'less' },
  componentCpuCores: { noun: 'CPU of the datapath', rise: 'more', fall: 'less' },
  componentMemoryBytes: { noun: 'memory of the datapath', rise: 'more', fall: 'less' },
  bpfMemoryBytes: { noun: 'memory of BPF maps', rise: 'more', fall: 'less' },
  bpfMapMaxEntries: { noun: 'room of BPF maps', rise: 'more', fall: 'less' },
};

/** A metric in the middle of a sentence: `requests a second`. */
export function metricNoun(metric: MetricName): string {
  return metricWords[metric].noun;
}

/** Several of them: `requests a second, p50 and p99 latency`; percentiles share their last word. */
export function metricNouns(names: readonly MetricName[]): string {
  const isLatency = (metric: MetricName): boolean => metric.startsWith('latency');
  const nouns = names.map((metric, index) => {
    const next = names[index + 1];
    const shared = isLatency(metric) && next !== undefined && isLatency(next);
    return shared ? metricNoun(metric).replace(/ latency$/, '') : metricNoun(metric);
  });
  return joined(nouns);
}

/** A change as part of a sentence: `67 % fewer requests a second`, `×2.9 the p50 latency`. */
export function changePhrase(
  metric: MetricName,
  percent: number,
  ci95: readonly [number, number] | null = null,
): string {
  const { noun, rise, fall } = metricWords[metric];
  if (percent > 100) return `${factor(percent)} the ${noun}`;
  // The direction is in the words.
  return `${change(percent, ci95).replace(/^[+−]/, '')} ${percent < 0 ? fall : rise} ${noun}`;
}

/** The same with its 95 % interval: `67 % fewer requests a second (−69 to −65)`. */
export function changePhraseWithInterval({
  metric,
  percent,
  ci95,
}: Pick<Effect, 'metric' | 'percent' | 'ci95'>): string {
  if (percent === null) return `${metricNoun(metric)} not measured`;
  const phrase = changePhrase(metric, percent, ci95);
  return ci95 === null ? phrase : `${phrase} (${changeRange(ci95)})`;
}

/** `a`, `a and b`, `a, b and c`. */
export function joined(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

/** With a capital, as at the start of a sentence; a name such as `iptables` that is written small stays so. */
export function startOfSentence(text: string): string {
  const properlySmall = /^(?:iptables|nftables|eBPF|p\d\d)\b/.test(text);
  return properlySmall ? text : text.slice(0, 1).toUpperCase() + text.slice(1);
}
