/** Charts of which one is shown at a time, and the control that chooses it. */
import type { ChartModel } from '../src/core/result/panelModel';
import { element, whenChanged } from './dom';

/** What chooses the chart that is shown in a place; it is told of each model that is. */
export interface ChoiceControl {
  readonly node: HTMLElement;
  readonly show: (model: ChartModel) => void;
}

/** By what a drawn chart is known again: its place, where others are chosen from in it, so that the control keeps the focus. */
export function chartKey(model: ChartModel, shown: readonly ChartModel[]): string {
  const { choice } = model;
  if (choice === undefined) return model.id;
  const isFirst = shown.find((one) => one.choice?.of === choice.of) === model;
  return isFirst ? choice.of : model.id;
}

function createControl(of: string, chosen: (id: string) => void) {
  const select = element('select', 'choice');
  select.setAttribute('aria-label', 'What is shown');
  select.addEventListener('change', () => {
    chosen(select.value);
  });
  const fill = whenChanged((options: readonly { readonly id: string; readonly label: string }[]) => {
    select.replaceChildren(
      ...options.map(({ id, label }) => {
        const option = element('option', '', label);
        option.value = id;
        return option;
      }),
    );
  });
  return {
    node: select,
    show: ({ id }: ChartModel, all: readonly ChartModel[]): void => {
      fill(all.flatMap((one) => (one.choice?.of === of ? [{ id: one.id, label: one.choice.label }] : [])));
      select.value = id;
    },
  };
}

/** What is chosen, for as long as the page lives; `changed` is called when it is another. */
export function createChoices(changed: () => void) {
  const chosen = new Map<string, string>();
  return {
    /** All charts that stand alone, and of those that share a place the chosen one, or the first. */
    shown: (models: readonly ChartModel[]): readonly ChartModel[] =>
      models.filter(({ id, choice }) => {
        if (choice === undefined) return true;
        const others = models.filter((one) => one.choice?.of === choice.of);
        const wanted = others.find((one) => one.id === chosen.get(choice.of)) ?? others[0];
        return wanted?.id === id;
      }),
    /** The control of a chart's place; `models` gives what can be chosen whenever it is shown. */
    controlOf: ({ choice }: ChartModel, models: () => readonly ChartModel[]): ChoiceControl | undefined => {
      if (choice === undefined) return undefined;
      const control = createControl(choice.of, (id) => {
        chosen.set(choice.of, id);
        changed();
      });
      return {
        node: control.node,
        show: (model) => {
          control.show(model, models());
        },
      };
    },
  };
}
