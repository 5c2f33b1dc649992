import type * as vscode from 'vscode';

/** A signal that is aborted when a person cancels. */
export function abortOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => {
    controller.abort();
  });
  return controller.signal;
}
