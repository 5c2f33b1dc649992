import * as vscode from 'vscode';
import { Problem } from '../../core/problem';
import type { Run } from '../../core/result/run';
import { changeLine, reportLines } from '../../core/words/undo';
import { progressText } from './progressText';
import type { OpenedTarget } from '../../kube/main';
import type { RunSettings } from '../../kube/runSettings';
import { contextsOf, readInterrupted, type InterruptedRun } from '../../store/interruptedRuns';
import { takeJournal, type KeptJournal } from '../../store/journal';
import { listJournals } from '../../store/journalListing';
import { systemClock } from '../../store/systemClock';
import { undoRun } from '../../store/undoRun';
import { kubeEnvironment } from '../configuration';
import type { RunControl } from './activeRun';

/** Opens the cluster of a kube context as a target, under the settings that a run on it was begun with. */
export type OpenKubeTarget = (context: string, settings: RunSettings) => Promise<OpenedTarget>;

export interface InterruptedLook {
  readonly interrupted: readonly InterruptedRun[];
  /** Runs on clusters that other processes go on with. */
  readonly aliveElsewhere: number;
}

/** Runs on clusters that did not come to their end, whoever began them on this machine. */
export interface InterruptedRuns {
  /** One look at a folder where there is none. Never throws. */
  look(): Promise<InterruptedLook>;
  /** Puts back what the runs left, after asking. */
  undo(chosen: readonly InterruptedRun[]): Promise<void>;
  /** Takes a run up. Undefined where it is not to be. */
  goOn(chosen: InterruptedRun): Promise<Run | undefined>;
  readonly canGoOn: boolean;
}

export interface InterruptedServices {
  readonly journalFolder: string;
  readonly log: vscode.LogOutputChannel;
  readonly control: RunControl;
  /** Absent where runs on clusters are not to be had. */
  readonly openTarget?: OpenKubeTarget;
}

/** The interrupted run that a menu names. */
export function interruptedOf(given: unknown): InterruptedRun | undefined {
  return typeof given === 'object' && given !== null && 'interrupted' in given
    ? (given.interrupted as InterruptedRun)
    : undefined;
}

const longestUndoMs = 600_000;

export function createInterruptedRuns(services: InterruptedServices): InterruptedRuns {
  const { journalFolder, log, control, openTarget } = services;

  const undoChanges = async (journal: Parameters<Parameters<typeof undoRun>[1]>[0]) => {
    const kube = await import('../../kube/main');
    return kube.undoChanges(journal, (context) => kube.openClient(context, kubeEnvironment()), {
      clock: systemClock,
      signal: AbortSignal.timeout(longestUndoMs),
      onChange: ({ what }) => {
        log.info(`Putting back: ${what}`);
      },
    });
  };

  /** Undoes one run. What is left, a line each. */
  const undoOne = async ({ journal }: InterruptedRun): Promise<readonly string[]> => {
    const report = await undoRun(journal, undoChanges, { isSure: true, now: new Date() });
    for (const line of reportLines(report)) log.info(`${journal.runId} ${line}`);
    return report.left.map(({ what, reason, todo }) => `${what}: ${reason} ${todo}`);
  };

  return {
    canGoOn: openTarget !== undefined,
    async look() {
      const { journals, skipped } = await listJournals(journalFolder);
      for (const { file, reason } of skipped) log.warn(`Skipped: ${file} ${reason}.`);
      const ended = journals.filter(({ life }) => life !== 'alive');
      const elsewhere = journals.filter(({ life, owner }) => life === 'alive' && owner.pid !== process.pid);
      return {
        interrupted: await Promise.all(ended.map((journal) => readInterrupted(journal))),
        aliveElsewhere: elsewhere.length,
      };
    },
    async undo(chosen) {
      if (chosen.length === 0) {
        throw new Problem(
          'usage',
          'No interrupted run left anything that is known here.',
          'Nothing is to be done.',
        );
      }
      const contexts = [...new Set(chosen.flatMap(({ journal }) => contextsOf(journal)))].join(', ');
      const undo = vscode.l10n.t('Undo');
      const answer = await vscode.window.showWarningMessage(
        vscode.l10n.t('Put back what interrupted runs left on {0}?', contexts),
        { modal: true, detail: chosen.flatMap(detailOf).join('\n') },
        undo,
      );
      if (answer !== undo) return;
      const left = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Putting back') },
        async (progress) => {
          const all: string[] = [];
          for (const one of chosen) {
            progress.report({ message: one.journal.runId });
            all.push(...(await undoOne(one)));
          }
          return all;
        },
      );
      if (left.length > 0) throw new Problem('target', left.join(' '), 'Then undo again.');
    },
    async goOn({ journal: listing, run: earlier, plan, resumption, store, goingOn }) {
      if (!goingOn.canResume || earlier === null || plan === null || resumption === null || !openTarget) {
        const reason = goingOn.canResume ? '' : goingOn.reason;
        throw new Problem('target', `Run ${listing.runId} cannot go on. ${reason}`, 'Undo what it left.');
      }
      control.refuseSecond();
      const { settingsFromJson, settingsOfRun } = await import('../../kube/main');
      const settings = settingsOfRun(settingsFromJson(resumption.settings), earlier.target.fingerprint);
      const target = await openTarget(resumption.context, settings);
      const journal = await takeJournal(listing, { isSure: false, now: new Date() });
      try {
        const run = await withRunProgress(earlier.title, control, (signal) =>
          control.conduct({ id: listing.runId, plan, target, sink: store.sink(), journal, earlier, signal }),
        );
        await undoRest(journal);
        return run;
      } finally {
        target.close();
        await journal.end();
      }
    },
  };

  /** What the first half had made is not all known to the bench of the second one. */
  async function undoRest(journal: KeptJournal): Promise<void> {
    if (journal.open().length === 0) return;
    const { left } = await undoChanges(journal);
    if (left.length > 0) {
      const reasons = left.map(({ what, reason }) => `${what}: ${reason}`).join(' ');
      throw new Problem('target', `The run ended. Left on the cluster: ${reasons}`, 'Undo again later.');
    }
  }
}

function detailOf({ journal }: InterruptedRun): string[] {
  const { runId, life, owner, open } = journal;
  return [
    life === 'unsure'
      ? vscode.l10n.t(
          '{0} (begun by process {1} on {2}; whether that still runs cannot be seen from here)',
          runId,
          owner.pid,
          owner.host,
        )
      : runId,
    ...open.map(changeLine),
  ];
}

async function withRunProgress(
  title: string,
  control: RunControl,
  conduct: (signal: AbortSignal) => Promise<Run>,
): Promise<Run> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: true, title },
    async (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => {
        stop.abort();
      });
      const following = control.onDidChange(({ progress: at }) => {
        if (!at) return;
        progress.report({
          message: progressText(at),
        });
      });
      try {
        return await conduct(stop.signal);
      } finally {
        following.dispose();
      }
    },
  );
}
