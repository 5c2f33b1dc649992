import type { Change, Plan, Probe, Step } from '../plan/plan';
import type { MetricName } from '../result/metrics';
import type { ChangeRecord, NotMeasured, RawOutput, Sample } from '../result/run';
import type { Bench } from '../target';
import { toolFor, toolsFor } from '../tool/registry';
import type { Clock } from './events';
import { controlSamples } from './controlSamples';
import type { Reason, ReasonCode } from './gates/reasonCodes';
import { invalidBy, takeSample } from './measure';
import { probeUntil } from './probing';

interface SampleOutcome {
  readonly kind: 'sample';
  readonly sample: Sample;
  readonly reasons: readonly Reason[];
  readonly raw: RawOutput;
  readonly secondsUnderLoad: number;
}

export type StepOutcome =
  | { readonly kind: 'step'; readonly step: Step; readonly index: number }
  | SampleOutcome
  | { readonly kind: 'changed'; readonly record: ChangeRecord }
  | { readonly kind: 'not-measured'; readonly what: NotMeasured }
  /** A gate that the target tells nothing for; told once. */
  | { readonly kind: 'gate-not-judged'; readonly code: ReasonCode };

/** What is known since the last change: a probe that failed spoils the samples after it, a time is told with the next one. */
interface SinceChange {
  readonly faults: Reason[];
  readonly seconds: Partial<Record<MetricName, number>>;
}

function expected(expect: number | 'blocked'): string {
  return expect === 'blocked' ? 'no answer' : String(expect);
}

function wantedOf(probe: Probe): string {
  switch (probe.kind) {
    case 'services':
      return 'the Services were not all reachable';
    case 'hubble':
      return probe.expect === 'off' ? 'Hubble was not off' : 'Hubble was not back';
    case 'http': {
      const who = probe.from === 'client' ? 'client' : 'other client';
      return `${probe.request.method} ${probe.request.path} from the ${who} should have got ${expected(probe.expect)}`;
    }
  }
}

function faultOf(step: Step & { kind: 'probe' }, seen: string, seconds: number): Reason {
  return {
    code: 'not-in-force',
    says: `the setting was not in force after ${seconds.toFixed(1)} s: ${wantedOf(step.probe)}; ${seen}`,
  };
}

/** Only the metrics of a services change that the person sees as cost; the rest of the changes take no time worth telling. */
function programmingTime(change: Change, seconds: number | undefined): Partial<Record<MetricName, number>> {
  return change.what === 'services' && change.to !== null && seconds !== undefined
    ? { programmingSeconds: seconds }
    : {};
}

/** A step with its place in the plan. */
export interface PlacedStep {
  readonly step: Step;
  readonly index: number;
}

/** A plan's steps, or what is left of them where a run is taken up again. */
export type RemainingSteps = readonly PlacedStep[];

/**
 * Interprets a plan's steps on a bench, one after the other. It knows no scenario and no Kubernetes. A sample that went
 * wrong is yielded as invalid and the run goes on; what the bench throws (cancelled, bench gone) ends it. The steps are taken one by
 * one, each after the outcomes of those before it were yielded, so that they may depend on them.
 */
export async function* runSteps(
  plan: Plan,
  bench: Bench,
  clock: Clock,
  signal: AbortSignal,
  steps: Iterable<PlacedStep> = plan.steps.map((step, index) => ({ step, index })),
): AsyncGenerator<StepOutcome, void> {
  let since: SinceChange = { faults: [], seconds: {} };
  // A sample is held back while the plan has a probe after it, which can still find it out.
  let held: readonly SampleOutcome[] = [];
  const missingTools = new Set<string>();
  const notJudged = new Set<ReasonCode>();
  const controls = controlSamples(bench);

  for (const { step, index } of steps) {
    signal.throwIfAborted();
    yield { kind: 'step', step, index };
    switch (step.kind) {
      case 'change': {
        const result = await bench.change(step.change, signal);
        since = { faults: [], seconds: programmingTime(step.change, result.programmingSeconds) };
        yield { kind: 'changed', record: result.record };
        break;
      }
      case 'probe': {
        const outcome = await probeUntil(bench, step.probe, step.timeoutSeconds, clock, signal);
        if (!outcome.inForce) {
          const fault = faultOf(step, outcome.seen, outcome.seconds);
          if (held.length === 0) since.faults.push(fault);
          held = held.map((outcome) => spoiled(outcome, [fault]));
        } else if (step.probe.kind === 'services') {
          since.seconds.reachableSeconds = outcome.seconds;
        }
        break;
      }
      case 'sample': {
        const { load } = step.sample;
        const tool = toolFor(load, (name) => bench.has(name));
        if (!tool) {
          const names = toolsFor(load).join(' or ');
          if (!missingTools.has(names)) {
            missingTools.add(names);
            const what = `${load.id} (${load.metrics.join(', ')})`;
            yield { kind: 'not-measured', what: { what, reason: `it needs ${names}, which is not there` } };
          }
          break;
        }
        const control = await controls.of(step.sample.block, signal);
        const taken = await takeSample(bench, tool, step.sample, plan.request, control, signal);
        const sample = { ...taken.sample, values: { ...since.seconds, ...taken.sample.values } };
        since = { faults: since.faults, seconds: {} };
        const { raw, reasons, seconds: secondsUnderLoad } = taken;
        held = [spoiled({ kind: 'sample', sample, raw, reasons, secondsUnderLoad }, since.faults)];
        for (const code of taken.notJudged.filter((code) => !notJudged.has(code))) {
          notJudged.add(code);
          yield { kind: 'gate-not-judged', code };
        }
        break;
      }
    }
    if (plan.steps[index + 1]?.kind !== 'probe') {
      yield* held;
      held = [];
    }
  }
}

function spoiled(outcome: SampleOutcome, faults: readonly Reason[]): SampleOutcome {
  if (faults.length === 0) return outcome;
  const reasons = [...outcome.reasons, ...faults];
  return { ...outcome, reasons, sample: { ...outcome.sample, ...invalidBy(reasons) } };
}
