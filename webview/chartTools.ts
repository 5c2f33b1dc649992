import type { ChartModel } from '../src/core/result/panelModel';
import { element, showIf } from './dom';

interface ToolActions {
  /** Shows or hides the single samples; says whether they are shown now. */
  readonly samples: () => boolean;
  /** What the button for the numbers opens. */
  readonly numbers: HTMLElement;
  readonly onToggleNumbers: (isOpen: boolean) => void;
  readonly copyMarkdown?: () => void;
  /** Says in a word or two what became of the picture. */
  readonly takePicture?: () => Promise<string>;
  readonly say: (text: string) => void;
}

/** How long a button says what it did. */
const toldMs = 2000;

/** Says on the button itself what it did, then what it does again. */
function tell(button: HTMLButtonElement, text: string): void {
  const name = button.dataset['name'] ?? '';
  button.textContent = text;
  setTimeout(() => {
    button.textContent = name;
  }, toldMs);
}

function toolButton(name: string, press: (button: HTMLButtonElement) => void): HTMLButtonElement {
  const button = element('button', '', name);
  button.type = 'button';
  button.dataset['name'] = name;
  button.addEventListener('click', () => {
    press(button);
  });
  return button;
}

/** The small buttons below a chart. */
export function createTools(actions: ToolActions): {
  readonly node: HTMLElement;
  readonly show: (model: ChartModel, showsSamples: boolean) => void;
} {
  const { copyMarkdown, takePicture } = actions;
  const samples = toolButton('Samples', (button) => {
    button.setAttribute('aria-pressed', String(actions.samples()));
  });
  const numbers = toolButton('Numbers', (button) => {
    const isOpen = button.getAttribute('aria-expanded') !== 'true';
    button.setAttribute('aria-expanded', String(isOpen));
    actions.onToggleNumbers(isOpen);
  });
  numbers.setAttribute('aria-expanded', 'false');
  const copies = [
    ...(copyMarkdown
      ? [
          toolButton('Copy Markdown', (button) => {
            copyMarkdown();
            tell(button, 'Copied');
            actions.say('Copied as Markdown.');
          }),
        ]
      : []),
    ...(takePicture
      ? [
          toolButton('Copy PNG', (button) => {
            void takePicture().then((told) => {
              tell(button, told);
              actions.say(`${told}.`);
            });
          }),
        ]
      : []),
  ];
  const node = element('div', 'chart-tools', samples, numbers, ...copies);
  node.setAttribute('role', 'group');
  return {
    node,
    show: (model, showsSamples) => {
      node.setAttribute('aria-label', `Actions of: ${model.title}`);
      const hasSamples = model.series.some(({ points }) => points.some((point) => point.samples.length > 1));
      showIf(samples, hasSamples);
      samples.setAttribute('aria-pressed', String(showsSamples));
      showIf(node, model.pending === undefined);
      showIf(numbers, model.table !== undefined);
    },
  };
}

/** The small button below the table of all numbers. */
export function createTableTools(copy: (() => void) | undefined): { readonly node: HTMLElement } {
  const buttons = copy
    ? [
        toolButton('Copy Table as Markdown', (button) => {
          copy();
          tell(button, 'Copied');
        }),
      ]
    : [];
  const node = element('div', 'chart-tools table-tools', ...buttons);
  node.setAttribute('role', 'group');
  node.setAttribute('aria-label', 'Actions of the table');
  return { node };
}
