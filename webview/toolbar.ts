import type { PanelModel } from '../src/core/result/panelModel';
import type { FromPanelMessage } from '../src/protocol/panel';
import { element, showIf } from './dom';
import { toolbarButton } from './toolkit';

/** What can be done with the run that is shown. */
export function createToolbar(post: (message: FromPanelMessage) => void) {
  const button = (label: string, message: FromPanelMessage): HTMLElement =>
    toolbarButton(label, () => {
      post(message);
    });
  const copy = button('Copy as Markdown', { type: 'copyMarkdown' });
  const report = button('Open Report', { type: 'openReport' });
  const exporting = button('Export...', { type: 'exportRun' });
  const manifest = button('Show Manifest', { type: 'revealManifest' });
  const node = element('div', 'toolbar', manifest, copy, report, exporting);
  node.setAttribute('role', 'group');
  node.setAttribute('aria-label', 'Actions');
  return {
    node,
    show: (model: PanelModel): void => {
      showIf(manifest, model.manifest !== undefined);
      // A report is written when the run has ended, and of one run alone.
      const canReport = model.state !== 'running' && model.isOverRuns !== true;
      showIf(report, canReport);
      showIf(exporting, canReport);
    },
  };
}
