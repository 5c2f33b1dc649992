import type { MetricName } from './metrics';

/** Where published figures come from and under which conditions they were taken. */
export interface PublishedSource {
  readonly title: string;
  readonly platform: string;
  readonly year: number;
  readonly ciliumVersion: string;
  readonly kubernetesVersion: string;
  readonly kernel: string;
  /** Cores of each node. */
  readonly cores: number;
  /** Rounds behind each figure: with one there is no interval, and noise cannot be told from an effect. */
  readonly rounds: number;
}

export interface PublishedFigure {
  readonly datapath: 'cilium-native' | 'cilium-overlay';
  readonly datapathLabel: string;
  readonly policy: 'l3l4' | 'l7';
  readonly metric: MetricName;
  /** A closed loop, as fast as it goes. */
  readonly load: 'saturated';
  readonly baseline: number;
  readonly value: number;
  /** As the source prints it. */
  readonly percent: number;
}

/** Somebody else's figures: they are quoted with their source and never shown as measured here. */
export const publishedSource: PublishedSource = {
  title: 'Cilium Network Performance Benchmark (TKE guide)',
  platform: 'TKE',
  year: 2026,
  ciliumVersion: '1.19.4',
  kubernetesVersion: '1.34.1',
  kernel: '6.6.117',
  cores: 4,
  rounds: 1,
};

const native = { datapath: 'cilium-native', datapathLabel: 'VPC-CNI with Cilium, native routing' } as const;
const overlay = { datapath: 'cilium-overlay', datapathLabel: 'Cilium VXLAN overlay' } as const;
const rps = { metric: 'rps', load: 'saturated' } as const;

/** The policy section of the source: HTTP requests a second, saturated, against no policy on the same cluster. */
const publishedFigures: readonly PublishedFigure[] = [
  { ...native, ...rps, policy: 'l3l4', baseline: 99_985, value: 99_965, percent: -0.0 },
  { ...overlay, ...rps, policy: 'l3l4', baseline: 101_514, value: 99_249, percent: -2.2 },
  { ...native, ...rps, policy: 'l7', baseline: 99_985, value: 13_883, percent: -86.1 },
  { ...overlay, ...rps, policy: 'l7', baseline: 101_514, value: 11_483, percent: -88.7 },
];

/** Lowest and highest published change of a kind of policy, in percent. */
export function publishedRange(policy: PublishedFigure['policy']): readonly [number, number] {
  const percents = publishedFigures
    .filter((figure) => figure.policy === policy)
    .map((figure) => figure.percent);
  return [Math.min(...percents), Math.max(...percents)];
}
