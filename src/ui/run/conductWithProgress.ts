import * as vscode from 'vscode';
import type { Plan } from '../../core/plan/plan';
import { Problem } from '../../core/problem';
import type { Run } from '../../core/result/run';
import { calibrationOf } from '../../store/calibrations';
import { createJournal } from '../../store/journal';
import { defaultJournalFolder } from '../../store/runsFolder';
import type { KeptRuns } from '../keptRuns';
import type { ResultsPanels } from '../panel/resultsPanels';
import { abortOf } from './abortOf';
import type { RunControl } from './activeRun';
import type { OpenPlace } from './place';
import { progressText } from './progressText';

export interface ConductServices {
  readonly control: RunControl;
  readonly runs: KeptRuns;
  readonly panels: ResultsPanels;
  readonly log: vscode.LogOutputChannel;
}

/** How far the run is, in the notification; its panel opens as soon as there is something to be seen. */
function follow(
  id: string,
  { control, panels }: ConductServices,
  place: OpenPlace,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
): vscode.Disposable {
  let shown = 0;
  let isOpen = false;
  const cancelling = token.onCancellationRequested(() => {
    progress.report({ message: place.takingDown });
  });
  const following = control.onDidChange(({ run: soFar, progress: at }) => {
    if (!isOpen && soFar.id === id) {
      isOpen = true;
      panels.show(id);
    }
    if (!at) return;
    const done = at.samples > 0 ? (100 * at.samplesDone) / at.samples : 0;
    progress.report({
      increment: done - shown,
      message: token.isCancellationRequested ? place.takingDown : progressText(at),
    });
    shown = done;
  });
  progress.report({ message: place.building });
  return vscode.Disposable.from(cancelling, following);
}

/** Conducts and keeps a run that was agreed to. Throws a {@link Problem} where it failed. */
export async function conductWithProgress(
  services: ConductServices,
  plan: Plan,
  place: OpenPlace,
): Promise<Run> {
  const { control, log } = services;
  const { store } = services.runs;
  const { target, resumption } = place;
  // Asked again: another run may have begun while the question stood.
  control.refuseSecond();
  const id = await store.newRunId(plan.scenario.id, new Date());
  log.info(
    `Run ${id}: ${plan.scenario.id} on ${target.name}, ${plan.profile.id}, into ${store.folderOf(id)}`,
  );
  const folder = defaultJournalFolder(process.env);
  const journal = createJournal({ folder, runId: id, store: store.folder, now: new Date() });
  const run = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: true, title: plan.scenario.title },
    async (progress, token) => {
      const following = follow(id, services, place, progress, token);
      try {
        const sink = store.sink(resumption);
        const signal = abortOf(token);
        const calibration = await calibrationOf(target, process.env, signal);
        return await control.conduct({
          ...{ id, plan, target, sink, journal, signal },
          ...(calibration ? { calibration } : {}),
        });
      } catch (error) {
        // Cancelled while all was being built: nothing was measured, so nothing is kept and nothing went wrong.
        if (token.isCancellationRequested) throw new vscode.CancellationError();
        throw error;
      } finally {
        following.dispose();
        await journal.end();
      }
    },
  );
  log.info(`Run ${id} ended: ${run.state}${run.stateReason === undefined ? '' : `. ${run.stateReason}`}`);
  if (run.state === 'failed') {
    throw new Problem(
      'no-result',
      `The run failed. ${run.stateReason ?? ''}`.trim(),
      'The samples so far are kept. The log says more.',
    );
  }
  return run;
}
