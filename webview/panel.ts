/** The results panel inside VS Code: takes models from the extension, draws them, and posts what is pressed. */
import './panel.css';
import { registerControls } from './toolkit';
import type { PanelModel } from '../src/core/result/panelModel';
import { createDrawing } from './draw';
import { onLookChange } from './look';
import { readToPanelMessage } from './messages';
import { createToolbar } from './toolbar';
import { restoredRunId, vscodeApi } from './vscodeApi';

registerControls();

const root = document.querySelector('main') ?? document.body;
const toolbar = createToolbar((message) => {
  vscodeApi.postMessage(message);
});
const drawing = createDrawing(root, {
  toolbar: toolbar.node,
  openRaw: (sampleId) => {
    vscodeApi.postMessage({ type: 'openRaw', sampleId });
  },
});

function show(model: PanelModel): void {
  vscodeApi.setState({ runId: model.runId });
  toolbar.show(model);
  drawing.show(model);
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = readToPanelMessage(event.data);
  if (message?.type === 'show') show(message.model);
  else if (message?.type === 'empty') drawing.empty(message.text);
});
onLookChange(drawing.restyle);
vscodeApi.postMessage({ type: 'ready', runId: restoredRunId() });
