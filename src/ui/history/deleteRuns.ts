import * as vscode from 'vscode';
import { Problem } from '../../core/problem';
import { counted } from '../../core/words/numbers';
import { trashKeptDays } from '../../store/trash';
import type { KeptRuns } from '../keptRuns';

/** Moves runs into the trash and offers to bring them back: nothing is asked, since nothing is lost. */
export async function deleteRuns(
  runs: KeptRuns,
  ids: readonly string[],
  activeRunId: string | undefined,
  { onRestored, onFailed }: { readonly onRestored: () => void; readonly onFailed: (error: unknown) => void },
): Promise<void> {
  if (activeRunId !== undefined && ids.includes(activeRunId)) {
    throw new Problem('usage', `Run ${activeRunId} is going on.`, 'Cancel it first.');
  }
  // The folder of the runs may be set to another one before Undo is pressed.
  const { store } = runs;
  for (const id of ids) await store.remove(id, new Date());
  const undo = vscode.l10n.t('Undo');
  const what = ids.length === 1 ? (ids[0] ?? '') : counted(ids.length, 'run');
  const said = vscode.window.showInformationMessage(
    vscode.l10n.t(
      'Deleted {0}. Kept for {1} days: Restore Deleted Runs... in the Command Palette.',
      what,
      trashKeptDays,
    ),
    undo,
  );
  // Not waited for: it may stand there for long.
  void said.then(async (answer) => {
    if (answer !== undo) return;
    try {
      for (const id of ids) await store.restore(id);
    } catch (error) {
      onFailed(error);
    }
    onRestored();
  });
}

/** Brings back the removed runs that are picked, and gives their ids. */
export async function restoreRuns({ store }: KeptRuns): Promise<readonly string[]> {
  const trashed = await store.trash();
  if (trashed.length === 0) {
    throw new Problem('usage', `No deleted run is kept in ${store.folder}.`, 'There is nothing to restore.');
  }
  const when = new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
  const chosen = await vscode.window.showQuickPick(
    trashed.map(({ id, removedAt }) => ({ label: id, description: when.format(removedAt) })),
    { canPickMany: true, placeHolder: vscode.l10n.t('Which deleted runs are to come back?') },
  );
  const ids = (chosen ?? []).map(({ label }) => label);
  for (const id of ids) await store.restore(id);
  return ids;
}

/** Deletes the removed runs for good, after asking: this cannot be undone. */
export async function emptyTrash({ store }: KeptRuns): Promise<void> {
  const { length } = await store.trash();
  if (length === 0) {
    throw new Problem('usage', `No deleted run is kept in ${store.folder}.`, 'There is nothing to delete.');
  }
  const confirm = vscode.l10n.t('Delete for Good');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete {0} for good?', counted(length, 'run')),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Numbers and raw output are deleted from {0}. This cannot be undone.',
        store.folder,
      ),
    },
    confirm,
  );
  if (answer === confirm) await store.emptyTrash();
}
