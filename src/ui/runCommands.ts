import * as vscode from 'vscode';
import { Problem } from '../core/problem';
import type { RunListing } from '../store/runListing';
import type { KeptRuns } from './keptRuns';
import { runIdOf } from './tree/runNodes';

/** A text as a quick pick draws it: it takes `$(name)` for an icon. */
export const shownText = (text: string): string => text.replaceAll('$(', '$\u200b(');

/** The run that a command was called with, else the one that is picked. Undefined when the person leaves. */
export async function runOf(
  given: unknown,
  runs: KeptRuns,
  headline: (run: RunListing) => string,
): Promise<string | undefined> {
  const named = runIdOf(given);
  if (named !== undefined) return named;
  const { runs: kept } = await runs.list();
  if (kept.length === 0) {
    throw new Problem('usage', `No run is kept in ${runs.store.folder}.`, 'Run a benchmark first.');
  }
  const started = new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
  const chosen = await vscode.window.showQuickPick(
    kept.map((run) => ({
      label: shownText(run.annotations.name ?? run.title),
      description: started.format(run.startedAt),
      detail: [run.state, headline(run), ...run.annotations.tags.map((tag) => `#${tag}`)].join(' · '),
      id: run.id,
    })),
    { placeHolder: vscode.l10n.t('Which run?'), matchOnDescription: true, matchOnDetail: true },
  );
  return chosen?.id;
}
