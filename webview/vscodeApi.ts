import type { FromPanelMessage } from '../src/protocol/panel';

/** What survives a reload of the window: the run alone. Everything else is read again by the extension. */
interface PanelState {
  readonly runId: string;
}

declare function acquireVsCodeApi(): {
  postMessage(message: FromPanelMessage): void;
  getState(): unknown;
  setState(state: PanelState): void;
};

/** The one handle a webview gets; a second call throws, so it is asked for here once. */
export const vscodeApi = acquireVsCodeApi();

/** The run of the restored state; null in a new panel, or where the state is not one this panel wrote. */
export function restoredRunId(): string | null {
  const state = vscodeApi.getState();
  if (typeof state !== 'object' || state === null || !('runId' in state)) return null;
  return typeof state.runId === 'string' ? state.runId : null;
}
