import type { PanelModel } from '../src/core/result/panelModel';
import { element, showIf } from './dom';

/** A screen reader hears the progress at most this often; the eye sees every change. */
const spokenEveryMs = 20_000;

/** How far the run is, in words. */
export function createProgress() {
  const seen = element('p', 'progress');
  const spoken = element('p', 'only-read');
  spoken.setAttribute('role', 'status');
  spoken.setAttribute('aria-live', 'polite');
  const node = element('div', '', seen, spoken);
  let spokenAt = Number.NEGATIVE_INFINITY;
  let before: PanelModel['state'] | undefined;

  return {
    node,
    show: (model: PanelModel): void => {
      const text = model.progress ?? (model.state === 'running' ? 'The run is going on.' : '');
      seen.textContent = text;
      showIf(seen, text !== '');
      const ended = before === 'running' && model.state !== 'running';
      if (ended) spoken.textContent = `The run ended: ${model.state}.`;
      else if (text !== '' && performance.now() - spokenAt >= spokenEveryMs) {
        spoken.textContent = text;
        spokenAt = performance.now();
      }
      before = model.state;
    },
  };
}
