import type { MetricName } from '../result/metrics';
import { metricNames } from '../result/metrics';
import type { Effect, Run, VariantSummary } from '../result/run';
import { logOfPercent } from '../result/statistics';
import { crossingOfRun } from '../result/crossing';
import { crossingSentences, curveSentences } from './curves';
import { differenceSentences } from './differences';
import { changeWords, verdictWords } from './effects';
import { loadWords } from './loads';
import { bandWords, noiseUnknownReason } from './notes';
import { change, changeRange, quantity } from './numbers';
import { changePhraseWithInterval, joined, metricNoun, startOfSentence } from './phrases';
import { effectOf, headlineMetric, labelOf, largestNoise, measuredSamples } from './runParts';
import { partSentences } from './partTables';
import { isSameSetting, sameSettingSentences } from './sameSetting';

/** Most metrics that one sentence names; the table has them all. */
const mostInSentence = 3;

/** The variants that read better as the subject of a sentence than by their label. */
const subjects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'policy-overhead': { l3l4: 'An L3/L4 policy', l7: 'An L7 policy' },
};

function isDecided({ verdict }: Effect): boolean {
  return verdict === 'better' || verdict === 'worse';
}

/** A changed metric with the load it belongs to, since capacity and latency are not measured under the same one. */
function phraseWithLoad(effect: Effect, variant: VariantSummary): string {
  const load = variant.metrics[effect.metric]?.load;
  const under = effect.metric.startsWith('latency') ? loadWords(load) : '';
  const phrase = changePhraseWithInterval(effect);
  return under.startsWith('at ') ? phrase.replace(/( latency)/, `$1 ${under}`) : phrase;
}

/** The decided effects of one variant that a sentence names: the headline, CPU, then one latency. */
function toldEffects(effects: readonly Effect[]): readonly Effect[] {
  const decided = effects.filter(isDecided);
  const latency = decided.find((effect) => effect.metric.startsWith('latency'));
  return decided
    .filter((effect) => !effect.metric.startsWith('latency') || effect === latency)
    .slice(0, mostInSentence);
}

function undecidedSentence(effect: Effect, name: string): string {
  const noun = metricNoun(effect.metric);
  switch (effect.verdict) {
    case 'within-noise':
      return `${name}: ${noun} ${verdictWords(effect)}.`;
    case 'inconclusive':
      return `${name}: ${noun} ${changeWords(effect) ?? ''}, ${verdictWords(effect)}.`;
    case 'not-measured':
      return `${name}: the change in ${noun} is ${verdictWords(effect)}.`;
    case 'better':
    case 'worse':
      return `${name}: ${noun} ${verdictWords(effect)}.`;
  }
}

/** What one variant costs against its baseline, as one or two sentences. */
function variantSentences(
  run: Pick<Run, 'scenario' | 'variants' | 'effects'>,
  variant: VariantSummary,
): readonly string[] {
  const own = metricNames.flatMap((metric) => effectOf(run, variant.id, metric) ?? []);
  const told = toldEffects(own);
  const [first] = own;
  const subject = subjects[run.scenario]?.[variant.id];
  const name = startOfSentence(variant.label);
  const headline = first && !isDecided(first) ? [undecidedSentence(first, subject ?? name)] : [];
  if (told.length === 0 || variant.baseline === null) return headline;

  const [lead, ...rest] = told;
  if (subject !== undefined && lead?.metric === 'rps' && lead.percent !== null && lead.percent < 0) {
    const range = lead.ci95 === null ? '' : ` (${changeRange(lead.ci95)})`;
    const more = rest.map((effect) => phraseWithLoad(effect, variant));
    const also = more.length === 0 ? '' : `, with ${joined(more)}`;
    return [
      `${subject} costs ${change(lead.percent, lead.ci95).slice(1)} of the requests a second here${range}${also}.`,
    ];
  }
  const phrases = joined(told.map((effect) => phraseWithLoad(effect, variant)));
  const against = `against “${labelOf(run, variant.baseline)}”`;
  return [...headline, `${subject ?? name}: ${phrases} ${against}.`];
}

/** How far to trust decided effects: what identical settings differed by in the same metric. */
function noiseSentence(run: Pick<Run, 'effects'>, metric: MetricName): readonly string[] {
  const own = run.effects.filter((effect) => effect.metric === metric);
  if (!own.some(isDecided)) return [];
  const noise = largestNoise(own);
  return [
    noise === null
      ? `The noise in ${metricNoun(metric)} is not known: ${noiseUnknownReason}.`
      : `Identical settings differ ${bandWords([{ percent: noise, metrics: [metric] }])} in this run.`,
  ];
}

function stateSentences(run: Pick<Run, 'state' | 'stateReason'>): readonly string[] {
  const reason = run.stateReason === undefined ? '' : ` ${run.stateReason}`;
  switch (run.state) {
    case 'complete':
      return [];
    case 'partial':
      return [`The run is partial.${reason}`];
    case 'cancelled':
      return ['The run was cancelled: what follows rests on the samples until then.'];
    case 'failed':
      return [`The run failed.${reason}`];
  }
}

/** Sentences that say only what was measured, where nothing is compared. */
function plainSentences(run: Run): readonly string[] {
  if (measuredSamples(run).some((sample) => sample.valid)) return [];
  return run.samples.length === 0
    ? ['Nothing is measured yet.']
    : ['No sample is valid so far, so there is no result.'];
}

/** `Memory of BPF maps: 312 MiB.`, for each setting. */
function valueSentences(run: Run, metric: MetricName): readonly string[] {
  return run.variants.flatMap(({ label, metrics: summaries }) => {
    const summary = summaries[metric];
    if (summary === undefined) return [];
    const name = run.variants.length > 1 ? ` with “${label}”` : '';
    return [
      `${startOfSentence(metricNoun(metric))}${name}: ${quantity(metric, summary.median, summary.ci95)}.`,
    ];
  });
}

/** How far an effect is from none, by factors: a tripling is more than a halving. */
function sizeOf({ percent }: Effect): number {
  return Math.abs(logOfPercent(percent ?? 0));
}

/** The variants that are compared: those with a decided change first, the largest of them leading. */
function byImportance(run: Pick<Run, 'variants' | 'effects'>, metric: MetricName): readonly VariantSummary[] {
  const weight = (variant: VariantSummary): number => {
    const effect = effectOf(run, variant.id, metric);
    return effect && isDecided(effect) ? sizeOf(effect) : 0;
  };
  return run.variants.filter(({ baseline }) => baseline !== null).sort((a, b) => weight(b) - weight(a));
}

/** The answer of a run, a sentence each: what each variant costs, how sure that is, and what became of the run. */
export function runSentences(run: Run, isRunning = false): readonly string[] {
  const metric = headlineMetric(run);
  const state = isRunning ? [] : stateSentences(run);
  if (metric === undefined) return [...state, ...plainSentences(run)];
  if (isSameSetting(run)) return [...state, ...sameSettingSentences(run)];
  const isCurve = run.variants.some((variant) => variant.point !== undefined);
  const isCompared = run.effects.some(({ verdict }) => verdict !== 'not-measured');
  // Where nothing is compared, the figures themselves are the answer; what another program measured once cannot be.
  const isPlain =
    !isCompared && (run.imported !== undefined || run.variants.every(({ baseline }) => baseline === null));
  const compared = isCurve
    ? [...curveSentences(run, metric), ...crossingSentences(run, metric, crossingOfRun(run, metric))]
    : byImportance(run, metric).flatMap((variant) => variantSentences(run, variant));
  const answer = isPlain && run.imported && !isCurve ? [] : compared;
  const plain = isPlain ? valueSentences(run, metric) : [];
  const described = differenceSentences(run);
  const parts = partSentences(run);
  const figures = parts.length > 0 ? parts : plain;
  return [...state, ...answer, ...described, ...figures, ...noiseSentence(run, metric)];
}
