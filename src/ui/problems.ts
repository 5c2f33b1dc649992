import * as vscode from 'vscode';
import { messageOf, Problem } from '../core/problem';
import type { CommandId } from '../ids';

/** Logs an error and shows it. What was not foreseen gets a way to its details. */
export function showProblem(log: vscode.LogOutputChannel, error: unknown): void {
  log.error(error instanceof Error ? error : messageOf(error));
  const showLog = vscode.l10n.t('Show Log');
  const text =
    error instanceof Problem ? error.message : vscode.l10n.t('Cilium Bench failed: {0}', messageOf(error));
  void vscode.window.showErrorMessage(text, showLog).then((chosen) => {
    if (chosen === showLog) log.show();
  });
}

/** Registers a command whose errors are logged and shown, never lost. */
export function registerCommand(
  log: vscode.LogOutputChannel,
  id: CommandId,
  run: (...given: unknown[]) => unknown,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...given: unknown[]) => {
    try {
      return await run(...given);
    } catch (error) {
      if (error instanceof vscode.CancellationError) return undefined;
      showProblem(log, error);
      return undefined;
    }
  });
}
