import { marksHttpRules, type Finding, type FindingCode } from '../policy/finding';
import type { MetricName } from './metrics';
import type { PublishedSource } from './published/published';
import { publishedRange, publishedSource } from './published/published';
import type { Effect, MeasuredPolicy, MetricSummary, Run } from './run';

/** The variant of a policy measurement whose cost is quoted, as the scenario names it. */
export const policyVariant = 'l7';
const quotedMetrics = ['rps', 'latencyP50Us', 'cpuUsPerRequest'] as const satisfies readonly MetricName[];

/** One metric of a measured cost. */
export interface CostFigure {
  /** Change against no policy, in percent. */
  readonly percent: number;
  readonly ci95: readonly [number, number] | null;
  readonly verdict: 'better' | 'worse' | 'within-noise';
  readonly noisePercent: number | null;
  /** Medians in the metric's unit: without the policy, and with it. */
  readonly before: number;
  readonly after: number;
  /** `max` where the load saturated, the rate where it was fixed; null where the run does not say. */
  readonly ratePerSecond: number | 'max' | null;
}

/** What the store gives of a finished run: what a cost is quoted from, without the samples. */
export interface CostSource {
  readonly runId: string;
  /** ISO 8601, when the run started. */
  readonly date: string;
  readonly target: Pick<Run['target'], 'kind' | 'name' | 'fingerprint'>;
  readonly profile: string;
  readonly complete: boolean;
  readonly policy: MeasuredPolicy;
  readonly figures: Readonly<Partial<Record<(typeof quotedMetrics)[number], CostFigure>>>;
}

export interface MeasuredCost {
  /** Of this very policy, of one of the same shape (protocol, direction, number of rules), or of any other. */
  readonly source: 'this-policy' | 'same-shape' | 'other-shape';
  readonly runId: string;
  readonly date: string;
  readonly target: CostSource['target'];
  readonly profile: string;
  readonly complete: boolean;
  /** The policy that was measured. */
  readonly policy: Pick<MeasuredPolicy, 'name' | 'file' | 'direction' | 'httpRules'>;
  /** HTTP requests a second when saturated. */
  readonly rps: CostFigure | null;
  readonly latencyP50Us: CostFigure | null;
  readonly cpuUsPerRequest: CostFigure | null;
}

export interface PublishedCost {
  readonly source: 'published';
  /** Lowest and highest change in requests a second, in percent. */
  readonly percentRange: readonly [number, number];
  readonly load: 'saturated';
  readonly published: PublishedSource;
}

/** Nothing is known: neither measured here nor published. */
export interface UnknownCost {
  readonly source: 'none';
  readonly reason: string;
}

/** What a finding costs, with where the number comes from. */
export type Cost = MeasuredCost | PublishedCost | UnknownCost;

function figureOf(
  effect: Effect,
  before: MetricSummary | undefined,
  after: MetricSummary | undefined,
): CostFigure | null {
  const { percent, ci95, noisePercent } = effect;
  const verdict =
    effect.verdict === 'inconclusive' || effect.verdict === 'not-measured' ? null : effect.verdict;
  if (percent === null || verdict === null || !before || !after) return null;
  const rate = after.load?.kind === 'http' ? after.load.ratePerSecond : null;
  return {
    percent,
    ci95,
    verdict,
    noisePercent,
    before: before.median,
    after: after.median,
    ratePerSecond: rate,
  };
}

/**
 * What can be quoted from a run; null when nothing can: no policy was measured, the run failed or was cancelled, or no
 * effect of its HTTP rules has a verdict that means something.
 */
export function costSourceOf(run: Run): CostSource | null {
  if (!run.policy || (run.state !== 'complete' && run.state !== 'partial')) return null;
  const byId = new Map(run.variants.map((variant) => [variant.id, variant]));
  const figures: Partial<Record<(typeof quotedMetrics)[number], CostFigure>> = {};
  for (const metric of quotedMetrics) {
    const effect = run.effects.find(
      (candidate) => candidate.variant === policyVariant && candidate.metric === metric,
    );
    const summary = (id: string | undefined): MetricSummary | undefined =>
      id === undefined ? undefined : byId.get(id)?.metrics[metric];
    const figure = effect && figureOf(effect, summary(effect.baseline), summary(effect.variant));
    if (figure) figures[metric] = figure;
  }
  if (Object.keys(figures).length === 0) return null;
  return {
    runId: run.id,
    date: run.startedAt,
    target: run.target,
    profile: run.profile,
    complete: run.state === 'complete',
    policy: run.policy,
    figures,
  };
}

/** The number of a port as written in a finding: `8080` of `8080/TCP`; null for a named port, which any number may be. */
function portNumber(port: string): string | null {
  return /^(\d+)(?:\/|$)/.exec(port)?.[1] ?? null;
}

/** Whether the run measured the very rules that the finding marks: same text, same direction, and a port of theirs. */
function isSamePolicy({ policy }: CostSource, finding: Finding): boolean {
  if (policy.textHash !== finding.textHash || policy.direction !== (finding.direction ?? policy.direction))
    return false;
  return (
    finding.ports.length === 0 ||
    finding.ports.some((port) => {
      const number = portNumber(port);
      return number === null || policy.ports.includes(number);
    })
  );
}

function isSameShape({ policy }: CostSource, finding: Finding): boolean {
  return (
    policy.protocol === finding.protocol &&
    policy.direction === finding.direction &&
    policy.httpRules === finding.rules
  );
}

function measuredCost(source: MeasuredCost['source'], from: CostSource): MeasuredCost {
  const { name, file, direction, httpRules } = from.policy;
  return {
    source,
    runId: from.runId,
    date: from.date,
    target: from.target,
    profile: from.profile,
    complete: from.complete,
    policy: { name, file, direction, httpRules },
    rps: from.figures.rps ?? null,
    latencyP50Us: from.figures.latencyP50Us ?? null,
    cpuUsPerRequest: from.figures.cpuUsPerRequest ?? null,
  };
}

function newest(runs: readonly CostSource[]): CostSource | undefined {
  return runs.reduce<CostSource | undefined>(
    (best, run) => (best === undefined || Date.parse(run.date) > Date.parse(best.date) ? run : best),
    undefined,
  );
}

const notMeasured: Partial<Record<FindingCode, string>> = {
  'l7-empty': 'an empty list sends nothing through a proxy',
  'l7-dns': 'DNS lookups through the proxy are not measured yet',
  'l7-tls': 'TLS in the proxy is not measured yet',
  'l7-listener': 'what a listener costs depends on its Envoy configuration',
  'l7-kafka': 'Kafka rules are not measured',
  'l7-proto': 'proxylib parsers are not measured',
  'annotation-dead': 'an annotation without effect sends nothing through a proxy',
  'service-l7-lb': 'load balancing in a proxy is not measured yet',
  'envoy-config': 'what a listener costs depends on its Envoy configuration',
  'istio-l7': "Istio's proxies are not measured",
  'istio-l7-no-target': "Istio's proxies are not measured",
  'istio-tcp-port': "Istio's proxies are not measured",
};

/** What tells targets apart: the lab, or a context by its name. */
export type CostTarget = Pick<Run['target'], 'kind' | 'name'>;

/** The lab is one, however it is called. */
const isOn = ({ target }: CostSource, wanted: CostTarget): boolean =>
  target.kind === wanted.kind && (wanted.kind === 'lab' || target.name === wanted.name);

/**
 * The best that is known of a finding's cost: the newest measurement of this very policy, else of one of its shape on `target`,
 * else on another target, else of any HTTP policy in the same order, else the published range. Where no target is given, the
 * newest of its shape. What is not an HTTP rule has no figure, and the reason.
 */
export function costOf(
  finding: Finding,
  runs: readonly CostSource[],
  target: CostTarget | null = null,
): Cost {
  if (!marksHttpRules(finding.code)) {
    return {
      source: 'none',
      reason: notMeasured[finding.code] ?? 'it sends nothing through a proxy by itself',
    };
  }
  const steps: readonly (readonly [MeasuredCost['source'], (run: CostSource) => boolean])[] = [
    ['same-shape', (run) => isSameShape(run, finding)],
    ['other-shape', () => true],
  ];
  const own = newest(runs.filter((run) => isSamePolicy(run, finding)));
  if (own) return measuredCost('this-policy', own);
  for (const [source, matches] of steps) {
    const all = runs.filter(matches);
    const found = newest(target ? all.filter((run) => isOn(run, target)) : []) ?? newest(all);
    if (found) return measuredCost(source, found);
  }
  return {
    source: 'published',
    percentRange: publishedRange('l7'),
    load: 'saturated',
    published: publishedSource,
  };
}
