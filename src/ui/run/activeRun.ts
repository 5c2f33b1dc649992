import * as vscode from 'vscode';
import type { Plan } from '../../core/plan/plan';
import { Problem } from '../../core/problem';
import type { CalibrationReference, Run } from '../../core/result/run';
import type { RunEvent, RunSink } from '../../core/run/events';
import type { Journal } from '../../core/run/journal';
import type { Target } from '../../core/target';
import { contextKeys } from '../../ids';
import { systemClock } from '../../store/systemClock';
import type { Disposable } from '../disposable';

/** How far a run is: samples done and planned, warm-up not counted, and the seconds that are left. */
export type RunProgress = Pick<
  Extract<RunEvent, { kind: 'step' }>,
  'samplesDone' | 'samples' | 'secondsLeft' | 'atMost'
>;

/** A run as it goes on. */
export interface ActiveRun {
  readonly run: Run;
  /** Undefined until the first step. */
  readonly progress: RunProgress | undefined;
}

export interface RunToConduct {
  readonly id: string;
  readonly plan: Plan;
  readonly target: Target;
  readonly sink: RunSink;
  readonly signal: AbortSignal;
  /** Where changes that outlive this window are written down; none where all of them end with it. */
  readonly journal?: Journal;
  /** What the run has so far, where it was interrupted. */
  readonly earlier?: Run;
  readonly calibration?: CalibrationReference;
}

/** Holds the one run that may go on at a time. */
export interface RunControl extends Disposable {
  readonly active: ActiveRun | undefined;
  /** The run has grown or come further. */
  readonly onDidChange: vscode.Event<ActiveRun>;
  readonly onDidEnd: vscode.Event<Run>;
  /** Throws a {@link Problem} where a run is going on already. */
  refuseSecond(): void;
  conduct(what: RunToConduct): Promise<Run>;
}

/** A control without a run. */
export function createRunControl(): RunControl {
  const changed = new vscode.EventEmitter<ActiveRun>();
  const ended = new vscode.EventEmitter<Run>();
  let busy = false;
  let active: ActiveRun | undefined;

  const setBusy = (value: boolean): void => {
    busy = value;
    void vscode.commands.executeCommand('setContext', contextKeys.running, value);
  };
  const grow = (event: Exclude<RunEvent, { kind: 'ended' }>): void => {
    if (event.kind === 'step') {
      if (active) active = { run: active.run, progress: event };
    } else active = { run: event.run, progress: active?.progress };
    if (active) changed.fire(active);
  };
  const refuseSecond = (): void => {
    if (!busy) return;
    const name = active ? ` (${active.run.title})` : '';
    throw new Problem(
      'usage',
      `A run is going on${name}, and two at once would measure each other.`,
      'Wait for it to end, or cancel it.',
    );
  };

  return {
    get active() {
      return active;
    },
    onDidChange: changed.event,
    onDidEnd: ended.event,
    refuseSecond,
    async conduct({ plan, target, ...options }) {
      refuseSecond();
      setBusy(true);
      try {
        const { conduct } = await import('./main');
        for await (const event of conduct(plan, target, { ...options, clock: systemClock })) {
          if (event.kind === 'ended') {
            active = undefined;
            ended.fire(event.run);
            return event.run;
          }
          grow(event);
        }
        throw new Problem('no-result', 'The run ended without a result.', 'Run it again.');
      } finally {
        active = undefined;
        setBusy(false);
      }
    },
    dispose() {
      changed.dispose();
      ended.dispose();
    },
  };
}
