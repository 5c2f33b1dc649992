import type { Plan } from '../plan/plan';
import { messageOf, Problem } from '../problem';
import type {
  CalibrationReference,
  ChangeRecord,
  Fingerprint,
  MeasuredPolicy,
  NotMeasured,
  Run,
  RunState,
  Sample,
  ToolUse,
} from '../result/run';
import { runSchemaVersion } from '../result/run';
import type { Precision } from '../result/precision';
import { unsteadiness } from '../result/steadiness';
import { summarise } from '../result/summarise';
import type { Bench, Check, Target } from '../target';
import type { Clock, RunEvent, RunSink } from './events';
import { notEnded } from './interruptedRun';
import { noJournal, type Journal } from './journal';
import { nextSteps } from './nextSteps';
import { remainingSteps } from './remainingSteps';
import { runSteps } from './runSteps';
import { precisionAfter, precisionAtStart } from './stopping';
import { secondsLeft } from './timeLeft';

export interface ConductOptions {
  readonly id: string;
  readonly sink: RunSink;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Where changes that outlive this process are written down; none where all of them end with it. */
  readonly journal?: Journal;
  /** The run that was interrupted and goes on, as the store has it. */
  readonly earlier?: Run;
  /** The newest calibration of the machine, where it has one. */
  readonly calibration?: CalibrationReference;
}

/** What a run has gathered so far; the {@link Run} is derived from it. */
interface Gathered {
  readonly startedAt: Date;
  readonly startedMs: number;
  readonly fingerprint: Fingerprint;
  readonly samples: Sample[];
  readonly notMeasured: NotMeasured[];
  readonly gatesNotJudged: Set<string>;
  changes: ChangeRecord[];
  /** What the closed bench could not undo. */
  left: readonly string[];
  tools: readonly ToolUse[];
  secondsUnderLoad: number;
  /** Null for a plan with a fixed number of rounds. */
  precision: Precision | null;
  /** Wall time before the run was interrupted. */
  readonly secondsBefore: number;
}

function measuredPolicy(plan: Plan): MeasuredPolicy | undefined {
  const policy = plan.policy;
  if (!policy) return undefined;
  return {
    file: policy.file,
    name: policy.name,
    textHash: policy.textHash,
    protocol: 'http',
    direction: policy.direction,
    ports: [String(policy.port)],
    httpRules: policy.http.length,
    line: policy.line,
  };
}

function runSoFar(
  plan: Plan,
  target: Target,
  options: ConductOptions,
  gathered: Gathered,
  state: RunState,
  stateReason?: string,
): Run {
  const { clock, id, calibration } = options;
  const policy = measuredPolicy(plan);
  const unsteady = unsteadiness(plan.variants, gathered.samples);
  const elapsed = (clock.monotonicMs() - gathered.startedMs) / 1000;
  const { precision } = gathered;
  return {
    schemaVersion: runSchemaVersion,
    id,
    scenario: plan.scenario.id,
    title: plan.scenario.title,
    profile: plan.profile.id,
    target: { kind: target.kind, name: target.name, fingerprint: gathered.fingerprint },
    startedAt: gathered.startedAt.toISOString(),
    endedAt: clock.now().toISOString(),
    state,
    ...(stateReason === undefined ? {} : { stateReason }),
    parameters: {
      ...plan.parameters,
      seed: String(plan.seed),
      rounds: String(precision ? roundsBegun(gathered.samples) : plan.profile.rounds),
      ...(plan.profile.order ? { order: plan.profile.order } : {}),
    },
    ...(policy ? { policy } : {}),
    ...(calibration ? { calibration } : {}),
    ...summarise(plan.variants, gathered.samples, precision ? { chosen: 'until-precision' } : {}),
    ...(precision ? { precision: { ...precision, secondsUsed: gathered.secondsBefore + elapsed } } : {}),
    samples: gathered.samples,
    notMeasured: gathered.notMeasured,
    ...(gathered.gatesNotJudged.size === 0 ? {} : { gatesNotJudged: [...gathered.gatesNotJudged] }),
    ...(unsteady.length === 0 ? {} : { unsteady }),
    changes: gathered.changes,
    ...(gathered.left.length === 0 ? {} : { left: gathered.left }),
    tools: gathered.tools,
    underLoadShare: elapsed > 0 ? gathered.secondsUnderLoad / elapsed : 0,
  };
}

function roundsBegun(samples: readonly Sample[]): number {
  return Math.max(0, ...samples.map(({ block }) => block));
}

/** Throws a target {@link Problem} with every check that blocks. */
export function refuseBlocked(checks: readonly Check[]): void {
  const blocking = checks.filter((check) => check.level === 'blocks');
  if (blocking.length === 0) return;
  throw new Problem(
    'target',
    blocking.map((check) => check.text).join(' '),
    blocking.map((check) => check.todo ?? '').join(' '),
  );
}

/** Facts that a run itself moves by what it makes: an interrupted one has left its Services and settings standing. */
function ownTraces({ steps }: Plan): ReadonlySet<string> {
  const changesHubble = steps.some((step) => step.kind === 'change' && step.change.what === 'hubble');
  return new Set([
    ...['services', 'serviceBackends'],
    ...(changesHubble ? ['ciliumNodeConfigs', 'ciliumConfigHash'] : []),
  ]);
}

/** Throws a target {@link Problem} where the target is no longer what the first half of a run was measured on. */
function refuseChanged(plan: Plan, before: Fingerprint, now: Fingerprint): void {
  const own = ownTraces(plan);
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const changed = names.filter((name) => before[name] !== now[name] && !own.has(name));
  if (changed.length === 0) return;
  throw new Problem(
    'target',
    `The target has changed since the run was interrupted: ${changed.slice(0, 5).join(', ')}.`,
    'Start a new run; cilium-bench undo takes away what this one left.',
  );
}

function leftSentence(left: readonly string[]): string {
  return `Not everything was undone: ${left.join('; ')}.`;
}

function endState(
  plan: Plan,
  samples: readonly Sample[],
  left: readonly string[],
  precision: Precision | null,
): { state: RunState; reason?: string } {
  const measured = samples.filter((sample) => sample.block > 0);
  // What comes after the round that a precision ended the run with was never to be taken.
  const last = precision?.ended === undefined ? Infinity : roundsBegun(samples);
  const planned = plan.steps.filter(
    (step) => step.kind === 'sample' && !step.sample.discard && step.sample.block <= last,
  ).length;
  const valid = measured.filter((sample) => sample.valid).length;
  if (valid === 0) {
    const why = measured.flatMap((sample) => sample.invalidReasons)[0];
    const reason = `No sample is valid${why === undefined ? '.' : `: ${why}.`}`;
    return { state: 'failed', reason: left.length === 0 ? reason : `${reason} ${leftSentence(left)}` };
  }
  if (left.length > 0) return { state: 'partial', reason: leftSentence(left) };
  if (measured.length < planned) {
    return { state: 'partial', reason: `${measured.length} of ${planned} planned samples were taken.` };
  }
  return { state: 'complete' };
}

/**
 * The whole of a run: preflight, open, every step, close, and the store told at each turn. Yields what happens and
 * returns the run as it was stored. A cancelled run ends as `cancelled`, one that broke as `failed`, both with the bench
 * closed and the samples so far kept.
 *
 * Throws a {@link Problem} only before anything was touched: a preflight that blocks, a bench that cannot be opened, a
 * store that cannot be written.
 */
export async function* conduct(
  plan: Plan,
  target: Target,
  options: ConductOptions,
): AsyncGenerator<RunEvent, Run> {
  const { sink, clock, signal, earlier, id, journal = noJournal } = options;
  refuseBlocked(await target.preflight(plan, signal));
  const fingerprint = await target.fingerprint(signal);
  if (earlier) refuseChanged(plan, earlier.target.fingerprint, fingerprint);
  const gathered: Gathered = {
    startedAt: earlier ? new Date(earlier.startedAt) : clock.now(),
    startedMs: clock.monotonicMs(),
    fingerprint,
    samples: [...(earlier?.samples ?? [])],
    notMeasured: [...(earlier?.notMeasured ?? plan.notMeasured)],
    gatesNotJudged: new Set(earlier?.gatesNotJudged),
    changes: [],
    left: [],
    tools: [],
    secondsUnderLoad: 0,
    precision: precisionAtStart(plan.profile, earlier?.precision),
    secondsBefore: earlier?.precision?.secondsUsed ?? 0,
  };
  const soFar = (state: RunState, reason?: string): Run =>
    runSoFar(plan, target, options, gathered, state, reason);

  const bench = await target.open(plan, {
    runId: id,
    journal,
    signal,
    ...(earlier ? { resume: true } : {}),
  });
  let run = soFar('partial', notEnded);
  let ended = false;
  try {
    gathered.tools = bench.tools;
    const known = new Set(gathered.notMeasured.map(({ what }) => what));
    gathered.notMeasured.push(...bench.notMeasured.filter(({ what }) => !known.has(what)));
    run = soFar('partial', notEnded);
    await (earlier ? sink.resume(run) : sink.begin(run, plan));
    yield { kind: 'started', run };
    const end = yield* runAndGather();
    run = soFar(end.state, end.reason);
    ended = true;
  } finally {
    // Also when whoever listens stops listening: the bench is never left open.
    if (!ended) await closeInto(bench, gathered);
  }
  await sink.end(run);
  yield { kind: 'ended', run };
  return run;

  async function* runAndGather(): AsyncGenerator<RunEvent, { state: RunState; reason?: string }> {
    let broken: { state: RunState; reason: string } | null = null;
    try {
      yield* gather();
    } catch (error) {
      broken = signal.aborted
        ? { state: 'cancelled', reason: 'The run was cancelled.' }
        : { state: 'failed', reason: messageOf(error) };
    }
    await closeInto(bench, gathered);
    const { left, samples, precision } = gathered;
    if (broken === null) return endState(plan, samples, left, precision);
    return left.length === 0 ? broken : { ...broken, reason: `${broken.reason} ${leftSentence(left)}` };
  }

  function secondsUsed(): number {
    return gathered.secondsBefore + (clock.monotonicMs() - gathered.startedMs) / 1000;
  }

  async function* gather(): AsyncGenerator<RunEvent, void> {
    const samples = plan.steps.filter((step) => step.kind === 'sample' && !step.sample.discard).length;
    const remaining = remainingSteps(plan, new Set(gathered.samples.map((sample) => sample.id)));
    const { until } = plan.profile;
    const steps = nextSteps(plan, remaining, {
      samples: () => gathered.samples,
      on: target.kind,
      endsAfter: (rounds) => {
        if (!gathered.precision) return false;
        gathered.precision = precisionAfter(
          rounds,
          plan.variants,
          gathered.samples,
          gathered.precision,
          secondsUsed(),
        );
        return gathered.precision.ended !== undefined;
      },
    });
    for await (const outcome of runSteps(plan, bench, clock, signal, steps)) {
      switch (outcome.kind) {
        case 'step': {
          const elapsed = (clock.monotonicMs() - gathered.startedMs) / 1000;
          const left = secondsLeft(plan.steps, outcome.index, elapsed);
          yield {
            kind: 'step',
            step: outcome.step,
            index: outcome.index,
            of: plan.steps.length,
            samplesDone: gathered.samples.filter((sample) => sample.block > 0).length,
            samples,
            secondsLeft: until ? Math.max(0, Math.min(left, until.budgetSeconds - secondsUsed())) : left,
            ...(until ? { atMost: true as const } : {}),
          };
          break;
        }
        case 'sample':
          gathered.samples.push(outcome.sample);
          gathered.secondsUnderLoad += outcome.secondsUnderLoad;
          run = soFar('partial', notEnded);
          await sink.sample(run, outcome.sample, outcome.raw);
          yield { kind: 'sample', sample: outcome.sample, raw: outcome.raw, run };
          break;
        case 'changed':
          gathered.changes.push(outcome.record);
          break;
        case 'not-measured':
          gathered.notMeasured.push(outcome.what);
          break;
        case 'gate-not-judged':
          gathered.gatesNotJudged.add(outcome.code);
          break;
      }
    }
  }
}

/** Closes the bench and takes over what it says of its changes and of what could not be undone. */
async function closeInto(bench: Bench, gathered: Gathered): Promise<void> {
  try {
    const report = await bench.close();
    gathered.changes = [...report.changes];
    gathered.left = report.left;
  } catch (error) {
    gathered.left = [`the bench could not be closed (${messageOf(error)})`];
  }
}
