/** The results panel inside VS Code: takes models from the extension, draws them, and posts what is pressed. */
import './panel.css';
import { registerControls } from './toolkit';
import type { PanelModel } from '../src/core/result/panelModel';
import { createDrawing } from './draw';
import { onLookChange } from './look';
import { readToPanelMessage } from './messages';
import { takePicture } from './picture';
import { createToolbar } from './toolbar';
import { restoredRunId, vscodeApi } from './vscodeApi';

registerControls();

const root = document.querySelector('main') ?? document.body;
const toolbar = createToolbar((message) => {
  vscodeApi.postMessage(message);
});
const drawing = createDrawing(root, {
  toolbar: toolbar.node,
  copyTable: () => {
    vscodeApi.postMessage({ type: 'copyTable' });
  },
  actions: {
    openRaw: (sampleId) => {
      vscodeApi.postMessage({ type: 'openRaw', sampleId });
    },
    revealManifest: () => {
      vscodeApi.postMessage({ type: 'revealManifest' });
    },
    copyMarkdown: (chartId) => {
      vscodeApi.postMessage({ type: 'copyChart', chartId });
    },
    takePicture: (chartId, picture) =>
      takePicture(picture, (base64) => {
        vscodeApi.postMessage({ type: 'savePicture', chartId, base64 });
      }),
  },
});

function show(model: PanelModel): void {
  vscodeApi.setState({ runId: model.runId });
  toolbar.show(model);
  drawing.show(model);
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = readToPanelMessage(event.data);
  switch (message?.type) {
    case 'show':
      show(message.model);
      return;
    case 'chart':
      drawing.showChart(message.id, message.chart);
      return;
    case 'pointTo':
      drawing.pointTo(message.variant);
      return;
    case 'empty':
      drawing.empty(message.text);
      return;
    case undefined:
      return;
  }
});
onLookChange(drawing.restyle);
vscodeApi.postMessage({ type: 'ready', runId: restoredRunId() });
