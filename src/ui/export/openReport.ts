import * as vscode from 'vscode';
import { writeReport } from '../../store/writeReport';
import type { KeptRuns } from '../keptRuns';

/** Writes the run's report anew, one self-contained file beside its `run.json`, and opens it in the browser. */
export async function openReport(extensionUri: vscode.Uri, runs: KeptRuns, runId: string): Promise<void> {
  const { store } = runs;
  const dist = vscode.Uri.joinPath(extensionUri, 'dist').fsPath;
  const file = await writeReport(store, await store.read(runId), dist);
  await vscode.env.openExternal(vscode.Uri.file(file));
}
