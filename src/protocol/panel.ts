/** The messages between the extension and the results panel. Data only; the panel draws and computes nothing. */
import type { PanelModel } from '../core/result/panelModel';

export type ToPanelMessage =
  /** Draw this. Sent on `ready`, and again whenever the run has grown. */
  | { readonly type: 'show'; readonly model: PanelModel }
  /** There is nothing to draw, and why. */
  | { readonly type: 'empty'; readonly text: string };

export type FromPanelMessage =
  /** The panel's script runs and can draw. `runId` is the run of its restored state. */
  | { readonly type: 'ready'; readonly runId: string | null }
  | { readonly type: 'openRaw'; readonly sampleId: string }
  | { readonly type: 'copyMarkdown' }
  | { readonly type: 'revealManifest' }
  | { readonly type: 'openReport' }
  | { readonly type: 'exportRun' };
