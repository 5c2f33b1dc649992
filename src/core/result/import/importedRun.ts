import { findScenario } from '../../scenario/registry';
import type { Load, Variant } from '../../scenario/scenario';
import type { Effect, RawOutput, Run, Sample, ToolUse, VariantSummary } from '../run';
import { runSchemaVersion } from '../run';
import { summarise } from '../summarise';
import { articleNotes } from './articleNotes';
import type { Place, Reading, SourceFacts } from './source';

/** A run that lacks its id, with the raw output of its samples by the place where each says it is. */
export interface ImportedRun {
  readonly run: Omit<Run, 'id'>;
  readonly raw: ReadonlyMap<string, RawOutput>;
}

/** A reading in one of its places. */
export interface Placed {
  readonly reading: Reading;
  readonly place: Place;
}

/** The readings of one scenario that one place was measured with. */
export interface Group {
  readonly placed: readonly Placed[];
  readonly facts: SourceFacts | null;
  /** Whether the article's script made them. */
  readonly isArticle: boolean;
}

export interface Origin {
  /** What people know the source by: the file's or folder's name. */
  readonly source: string;
  /** Ids of formats. */
  readonly format: string;
  /** ISO 8601. */
  readonly importedAt: string;
  /** Put before the titles of the runs. */
  readonly name?: string;
}

const naturally = new Intl.Collator('en', { numeric: true });

/** By id, numbers in it as numbers, and a baseline before what is compared with it; what stands on an axis, along it. */
function inOrder(variants: readonly Variant[]): readonly Variant[] {
  const sorted = [...variants].sort(
    (a, b) => (a.point?.x ?? 0) - (b.point?.x ?? 0) || naturally.compare(a.id, b.id),
  );
  const ordered = new Set<Variant>();
  for (const variant of sorted) {
    const baseline = sorted.find(({ id }) => id === variant.baseline);
    if (baseline) ordered.add(baseline);
    ordered.add(variant);
  }
  return [...ordered];
}

function variantsOf(placed: readonly Placed[]): readonly Variant[] {
  const byId = new Map<string, { readonly place: Place; readonly loads: Map<string, Load> }>();
  for (const { place } of placed) {
    const known = byId.get(place.variant.id) ?? { place, loads: new Map<string, Load>() };
    if (!known.loads.has(place.load.id)) known.loads.set(place.load.id, place.load);
    byId.set(place.variant.id, known);
  }
  const variants = [...byId.values()].map(({ place: { variant }, loads }): Variant => {
    const { id, label, point, baseline } = variant;
    return {
      id,
      label,
      setting: {},
      loads: [...loads.values()],
      ...(point ? { point } : {}),
      // A baseline that was not measured is none.
      ...(baseline !== undefined && byId.has(baseline) ? { baseline } : {}),
    };
  });
  return inOrder(variants);
}

/** The samples, each with the place of its raw output. Where a file does not count its rounds, they are counted here. */
function samplesOf(
  placed: readonly Placed[],
  startedAt: string,
): readonly { sample: Sample; reading: Reading }[] {
  const taken = new Set<string>();
  return placed.map(({ reading, place }) => {
    const name = (round: number): string => `b${round}-${place.variant.id}-${place.load.id}`;
    let block = place.round ?? 1;
    while (taken.has(name(block))) block += 1;
    const id = name(block);
    taken.add(id);
    return {
      reading,
      sample: {
        id,
        variant: place.variant.id,
        load: place.load.id,
        block,
        repeat: 1,
        tool: reading.tool,
        argv: [],
        startedAt: reading.startedAt ?? startedAt,
        seconds: reading.seconds ?? 0,
        raw: `samples/${id}.json`,
        valid: reading.invalidReasons.length === 0,
        invalidReasons: reading.invalidReasons,
        values: reading.values,
        cpuUs: {},
        ...(reading.parts ? { parts: reading.parts } : {}),
      },
    };
  });
}

/** The summaries with their loads where the files tell them whole, else without. */
function withKnownLoads(summaries: readonly VariantSummary[], placed: readonly Placed[]): VariantSummary[] {
  const known = new Set(placed.filter(({ place }) => place.loadKnown).map(({ place }) => place.variant.id));
  return summaries.map((summary) => {
    if (known.has(summary.id)) return summary;
    const metrics = Object.fromEntries(
      Object.entries(summary.metrics).map(([metric, { unit, n, median, mean, ci95, samples }]) => [
        metric,
        { unit, n, median, mean, ci95, samples },
      ]),
    );
    return { ...summary, metrics };
  });
}

/** Rounds that were not taken in turn are no pairs: what they seem to decide is undecided, and more of them decide nothing. */
function undecided(effect: Effect): Effect {
  if (!['better', 'worse', 'inconclusive'].includes(effect.verdict)) return effect;
  const { metric, variant, baseline, percent, ci95, noisePercent, n } = effect;
  const reason = 'the settings were not measured in turn';
  return { metric, variant, baseline, percent, ci95, verdict: 'inconclusive', noisePercent, n, reason };
}

function toolsOf(placed: readonly Placed[]): ToolUse[] {
  const uses = new Map(
    placed.map(({ reading: { tool, toolVersion } }) => [
      `${tool} ${toolVersion ?? ''}`,
      { name: tool, version: toolVersion ?? 'version not known', source: 'imported' },
    ]),
  );
  return [...uses.values()];
}

function span(samples: readonly Sample[]): { readonly startedAt: string; readonly endedAt: string } {
  const starts = samples.map((sample) => Date.parse(sample.startedAt));
  const ends = samples.map((sample) => Date.parse(sample.startedAt) + 1000 * sample.seconds);
  const latest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));
  return {
    startedAt: new Date(starts.reduce((a, b) => Math.min(a, b))).toISOString(),
    endedAt: new Date(latest(ends)).toISOString(),
  };
}

function notesOf(group: Group, scenario: string): readonly string[] {
  const { placed, facts, isArticle } = group;
  const isUndated = facts?.date === undefined && placed.some(({ reading }) => reading.startedAt === null);
  const isWayless = !isArticle && placed.some(({ place }) => !place.loadKnown);
  return [
    ...new Set([
      ...(isArticle ? articleNotes(scenario) : []),
      ...placed.flatMap(({ reading }) => reading.notes),
      ...(isWayless
        ? ['The files do not say by which way the load went: to a pod, through a Service or between hosts.']
        : []),
      ...(isUndated
        ? ['The files do not all say when they were made: where they do not, the time of the import stands.']
        : []),
    ]),
  ];
}

/** One group as a run of its scenario. What nobody told is absent: no fingerprint, no interval, no verdict is made up. */
export function importedRun(group: Group, origin: Origin): ImportedRun {
  const { placed, facts } = group;
  const [first] = placed;
  const scenario = first?.place.scenario ?? '';
  const parameter = first?.place.parameter;
  const taken = samplesOf(placed, facts?.date ?? origin.importedAt);
  const samples = taken.map(({ sample }) => sample);
  const variants = variantsOf(placed);
  const summary = summarise(variants, samples, { keepsFirstRounds: true });
  const own = findScenario(scenario).title;
  const title = parameter === undefined ? own : `${own}, ${parameter.words}`;
  const isUseful = samples.some(({ valid }) => valid);
  const rounds = Math.max(...samples.map(({ block }) => block));
  const run: Omit<Run, 'id'> = {
    schemaVersion: runSchemaVersion,
    scenario,
    title: origin.name === undefined ? title : `${origin.name}: ${title}`,
    profile: 'imported',
    target: {
      kind: 'kube',
      name: facts?.targetName ?? origin.source,
      fingerprint: facts?.fingerprint ?? {},
    },
    ...span(samples),
    state: isUseful ? 'complete' : 'failed',
    ...(isUseful ? {} : { stateReason: 'None of its samples is valid.' }),
    parameters: { rounds: String(rounds), ...(parameter ? { [parameter.name]: parameter.value } : {}) },
    imported: {
      format: origin.format,
      source: origin.source,
      importedAt: origin.importedAt,
      notes: notesOf(group, scenario),
    },
    figureRules: summary.figureRules,
    variants: withKnownLoads(summary.variants, placed),
    effects: summary.effects.map(undecided),
    samples,
    notMeasured: placed.flatMap(({ reading }) => reading.notMeasured),
    changes: [],
    tools: toolsOf(placed),
    underLoadShare: 0,
  };
  const raw = new Map(
    taken.map(({ sample, reading }) => [
      sample.raw,
      { argv: [], exitCode: null, stdout: reading.raw, stderr: '' },
    ]),
  );
  return { run, raw };
}
