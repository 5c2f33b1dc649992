import type { Plan } from '../../plan/plan';
import type { Load, Variant } from '../../scenario/scenario';
import { figureRules, ruleChanges, warmUpSince } from '../figureRules';
import type { NotMeasured, RawOutput, Run, Sample } from '../run';
import { summarise } from '../summarise';
import { differing, type FigureDifference } from './differing';
import { precisionAgain } from './precisionAgain';
import { readAgain } from './readAgain';

/** What came of computing a run's figures again. */
export interface Verification {
  readonly run: string;
  /** Samples whose raw output was read again. */
  readonly samplesRead: number;
  /** Values that were set beside what is stored. */
  readonly compared: number;
  /** Empty where every figure comes out as it is stored. */
  readonly differences: readonly FigureDifference[];
  /** Null where the run's figures were computed by today's rules. */
  readonly otherRules: {
    readonly version: number;
    readonly today: number;
    /** What has changed since, a clause each; empty where a newer version computed them. */
    readonly changes: readonly string[];
    /** Figures that these rules give other values of: no fault of the run. */
    readonly differences: readonly FigureDifference[];
  } | null;
  /** What could not be computed again, with the reason. */
  readonly notVerified: readonly NotMeasured[];
}

export interface StoredRun {
  readonly run: Run;
  /** Null where it is not there or cannot be read: then the loads are those that the summaries name. */
  readonly plan: Pick<Plan, 'variants' | 'steps'> | null;
  /** By the samples' ids; a text says why it is not there. */
  readonly raw: ReadonlyMap<string, RawOutput | string>;
}

/** The variants with the loads that their figures were read from, where no plan tells all of them. */
function variantsOfRun({ variants, differences = [] }: Run): readonly Variant[] {
  return variants.map(({ id, label, baseline, point, metrics }): Variant => {
    const loads = new Map<string, Load>();
    for (const { load } of Object.values(metrics)) if (load) loads.set(load.id, load);
    const beside = differences.find(({ variant }) => variant === id)?.beside;
    return {
      id,
      label,
      setting: {},
      loads: [...loads.values()],
      ...(baseline === null ? {} : { baseline }),
      ...(beside === undefined ? {} : { beside }),
      ...(point ? { point } : {}),
    };
  });
}

interface Samples {
  readonly samples: readonly Sample[];
  readonly read: number;
  readonly compared: number;
  readonly differences: readonly FigureDifference[];
  readonly notVerified: readonly NotMeasured[];
}

function samplesAgain({ run, raw }: StoredRun, variants: readonly Variant[]): Samples {
  const samples: Sample[] = [];
  const differences: FigureDifference[] = [];
  const notVerified: NotMeasured[] = [];
  let [read, compared] = [0, 0];
  for (const sample of run.samples) {
    const what = `sample ${sample.id}`;
    const load = variants.find(({ id }) => id === sample.variant)?.loads.find(({ id }) => id === sample.load);
    const output = raw.get(sample.id) ?? 'is not there';
    const again = typeof output === 'string' || !load ? null : readAgain(sample, load, output);
    if (again) {
      read += 1;
      compared += again.compared;
      differences.push(...again.differences);
    } else if (typeof output === 'string') {
      differences.push({ figure: `samples, ${sample.id}, raw output`, stored: sample.raw, again: null });
      notVerified.push({ what, reason: `${sample.raw} ${output}` });
    } else {
      const reason = load
        ? `no parser here reads ${sample.tool}`
        : 'neither plan nor summaries name its load';
      notVerified.push({ what, reason });
    }
    samples.push(again?.sample ?? sample);
  }
  return { samples, read, compared, differences, notVerified };
}

/** Samples that were planned and are not there, though the run says that it is complete. */
function samplesGone({ run, plan }: StoredRun): FigureDifference[] {
  if (run.state !== 'complete' || !plan) return [];
  const there = new Set(run.samples.map(({ id }) => id));
  // One that ended once its intervals were narrow left the rounds after that out.
  const last = run.precision ? Math.max(0, ...run.samples.map(({ block }) => block)) : Infinity;
  return plan.steps.flatMap((step) =>
    step.kind !== 'sample' || step.sample.block > last || there.has(step.sample.id)
      ? []
      : [{ figure: `samples, ${step.sample.id}`, stored: null, again: 'planned' }],
  );
}

/** Whether a difference is of a field that rules other than the run's give. */
function isOfRules(figure: string, version: number): boolean {
  const isEffect = figure.startsWith('effects, ');
  if (version > figureRules) return isEffect;
  const fields: readonly string[] = ruleChanges
    .filter((change) => change.version > version)
    .flatMap((change) => (isEffect ? change.fields : (change.otherFields ?? [])));
  return figure.split(', ').some((step) => fields.includes(step));
}

/** An imported run has figures that other programs computed, and effects that its import has left undecided. */
function importedVerification({ run }: StoredRun): Verification {
  return {
    run: run.id,
    samplesRead: 0,
    compared: 0,
    differences: [],
    otherRules: null,
    notVerified: [
      { what: 'its figures', reason: `another program made them (${run.imported?.format ?? 'unknown'})` },
    ],
  };
}

/**
 * Computes every figure of a run again, from the raw output of its samples by the tools' parsers to variants, effects and verdicts, and
 * names any difference. A run whose figures were computed by other rules is told apart: what these rules change is no difference.
 * Pure; never throws.
 */
export function verifyRun(stored: StoredRun): Verification {
  const { run, plan } = stored;
  if (run.imported) return importedVerification(stored);
  const variants = plan?.variants ?? variantsOfRun(run);
  const own = samplesAgain(stored, variants);
  const version = run.figureRules ?? 1;
  const again = summarise(variants, own.samples, {
    chosen: run.precision ? 'until-precision' : 'fixed',
    ...(version < warmUpSince ? { keepsFirstRounds: true } : {}),
  });
  const summaries = [
    differing('variants', run.variants, again.variants),
    differing('effects', run.effects, again.effects),
    differing('differences', run.differences ?? [], again.differences ?? []),
    differing('warmUp', run.warmUp, again.warmUp),
    ...(run.precision ? [precisionAgain(run, run.precision, variants, own.samples)] : []),
  ];
  const all = [...own.differences, ...summaries.flatMap(({ differences }) => differences)];
  const isOld = version !== figureRules;
  const ofRules = isOld ? all.filter(({ figure }) => isOfRules(figure, version)) : [];
  return {
    run: run.id,
    samplesRead: own.read,
    compared: own.compared + summaries.reduce((sum, { compared }) => sum + compared, 0),
    differences: [...samplesGone(stored), ...all.filter((difference) => !ofRules.includes(difference))],
    otherRules: isOld
      ? {
          version,
          today: figureRules,
          changes: ruleChanges.filter((change) => change.version > version).map(({ what }) => what),
          differences: ofRules,
        }
      : null,
    notVerified: own.notVerified,
  };
}
