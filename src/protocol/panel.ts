/** The messages between the extension and the results panel. Data only; the panel draws and computes nothing. */
import type { ChartModel, PanelModel } from '../core/result/panelModel';

export type ToPanelMessage =
  /** Draw this. Sent on `ready`, and again whenever the run has grown. */
  | { readonly type: 'show'; readonly model: PanelModel }
  /** A chart of the run that is shown, whose data took longer to read; null where there is nothing to draw after all. */
  | { readonly type: 'chart'; readonly id: string; readonly chart: ChartModel | null }
  /** Ring the mark of this variant. */
  | { readonly type: 'pointTo'; readonly variant: string }
  /** There is nothing to draw, and why. */
  | { readonly type: 'empty'; readonly text: string };

export type FromPanelMessage =
  /** The panel's script runs and can draw. `runId` is the run of its restored state. */
  | { readonly type: 'ready'; readonly runId: string | null }
  | { readonly type: 'openRaw'; readonly sampleId: string }
  | { readonly type: 'copyMarkdown' }
  /** The table of all numbers. */
  | { readonly type: 'copyTable' }
  | { readonly type: 'copyChart'; readonly chartId: string }
  /** A picture that the page may not put on the clipboard itself: a PNG in base64. */
  | { readonly type: 'savePicture'; readonly chartId: string; readonly base64: string }
  | { readonly type: 'revealManifest' }
  | { readonly type: 'openReport' }
  | { readonly type: 'exportRun' };
