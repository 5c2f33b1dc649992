import type { MetricName } from '../metrics';
import { tke2026, tkeSource } from './tke2026';

/** Where published figures come from and under which conditions they were taken. */
export interface PublishedSource {
  readonly title: string;
  readonly platform: string;
  readonly year: number;
  readonly ciliumVersion: string;
  readonly kubernetesVersion: string;
  readonly kernel: string;
  readonly nodeType: string;
  /** Cores of each node. */
  readonly cores: number;
  readonly nodes: number;
  /** Rounds behind each figure: with one there is no interval, and noise cannot be told from an effect. */
  readonly rounds: number;
}

/** What our scenarios call the thing that a published figure is of. */
interface PublishedPlace {
  readonly scenario: string;
  readonly variant: string;
  readonly metric: MetricName;
  /** Parameters that a run must have for the figure to be of the same thing. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What was measured, as the source tells it. */
  readonly conditions: string;
}

/** A published figure in the metric's unit. */
export interface PublishedValue extends PublishedPlace {
  readonly value: number;
}

/** A published change in percent, as the source prints it. */
export interface PublishedEffect extends PublishedPlace {
  readonly against: string;
  readonly percent: number;
}

/** What a source has and no scenario of ours measures under like conditions. */
interface PublishedRest {
  /** The scenario that comes nearest to it. */
  readonly scenario: string;
  readonly what: string;
  /** As it follows "because". */
  readonly reason: string;
}

/** Somebody else's cluster: its figures are quoted with their source, get no verdict and are never shown as measured here. */
export interface PublishedReference {
  /** What it is called on the command line, after `published:`. */
  readonly name: string;
  readonly label: string;
  readonly source: PublishedSource;
  readonly values: readonly PublishedValue[];
  readonly effects: readonly PublishedEffect[];
  readonly rest: readonly PublishedRest[];
}

/** What tells a published reference from a run wherever one of the two may be named. */
export const publishedPrefix = 'published:';

/** Every reference that can be compared with, in the order in which they are offered. */
export const publishedReferences: readonly PublishedReference[] = tke2026;

/** Where the published cost of policies comes from. */
export const publishedSource: PublishedSource = tkeSource;

/** The reference of a name with or without {@link publishedPrefix}; undefined where there is none. */
export function findPublished(name: string): PublishedReference | undefined {
  const own = name.startsWith(publishedPrefix) ? name.slice(publishedPrefix.length) : name;
  return publishedReferences.find((reference) => reference.name === own);
}

/** Lowest and highest published change of requests a second by a kind of policy, in percent. */
export function publishedRange(policy: 'l3l4' | 'l7'): readonly [number, number] {
  const percents = publishedReferences
    .flatMap(({ effects }) => effects)
    .filter(
      ({ scenario, variant, metric }) =>
        scenario === 'policy-overhead' && variant === policy && metric === 'rps',
    )
    .map(({ percent }) => percent);
  return [Math.min(...percents), Math.max(...percents)];
}
