/** The same drawing in the HTML report: one file without a network, whose model stands in the page as JSON. */
import './panel.css';
import { createDrawing } from './draw';
import { onLookChange } from './look';
import { isPanelModel } from './messages';

/** Dots to a CSS pixel on paper, about 300 to the inch. */
const printPixelRatio = 3;

function modelOfPage(): unknown {
  const text = document.getElementById('model')?.textContent ?? '';
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const drawing = createDrawing(document.getElementById('root') ?? document.body, {});
const model = modelOfPage();
if (isPanelModel(model)) drawing.show(model);
else drawing.empty('This report holds no run that can be drawn. Write it again: cilium-bench report.');

onLookChange(drawing.restyle);
let openedForPrint: readonly HTMLDetailsElement[] = [];
addEventListener('beforeprint', () => {
  // A closed part would be lost on paper, and what the numbers were measured on belongs to them.
  openedForPrint = [...document.querySelectorAll<HTMLDetailsElement>('details.fingerprint:not([open])')];
  for (const part of openedForPrint) part.open = true;
  // The class gives the page the width and colours of paper, so that the charts are drawn for it.
  document.documentElement.classList.add('on-paper');
  drawing.redraw(printPixelRatio, true);
});
addEventListener('afterprint', () => {
  document.documentElement.classList.remove('on-paper');
  for (const part of openedForPrint) part.open = false;
  drawing.redraw(devicePixelRatio, false);
});
