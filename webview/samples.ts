import type { PanelModel } from '../src/core/result/panelModel';
import { element, showIf, whenChanged } from './dom';

type SampleLine = PanelModel['samples'][number];

/** Every sample; an invalid one is marked by a sign and a word, never by colour alone. */
export function createSamples(openRaw: ((sampleId: string) => void) | undefined) {
  const count = element('summary', '');
  const list = element('ul', '');
  const node = element('details', 'samples', count, list);
  let drawn: readonly SampleLine[] = [];

  function line(sample: SampleLine): HTMLElement {
    const mark = element('span', 'mark', sample.valid ? '' : '\u2715');
    mark.setAttribute('aria-hidden', 'true');
    const text = `${sample.valid ? '' : 'Invalid: '}${sample.text}`;
    if (openRaw === undefined) return element('li', sample.valid ? '' : 'invalid', mark, text);
    const button = element('button', '', text);
    button.type = 'button';
    button.title = 'Open the raw output';
    button.addEventListener('click', () => {
      openRaw(sample.id);
    });
    return element('li', sample.valid ? '' : 'invalid', mark, button);
  }

  const show = whenChanged((samples: readonly SampleLine[]) => {
    showIf(node, samples.length > 0);
    const invalid = samples.filter((sample) => !sample.valid).length;
    count.textContent = `Samples, warm-up included: ${samples.length - invalid} of ${samples.length} valid`;
    // While a run goes on samples are only added: what is there stays, and with it the focus.
    const grown = drawn.every((before, index) => JSON.stringify(before) === JSON.stringify(samples[index]));
    if (grown) list.append(...samples.slice(drawn.length).map(line));
    else list.replaceChildren(...samples.map(line));
    // Opened once, when the first sample fails; whoever closes it again is left alone.
    if (invalid > 0 && drawn.every((sample) => sample.valid)) node.open = true;
    drawn = samples;
  });
  return { node, show };
}
