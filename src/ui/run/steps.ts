import * as vscode from 'vscode';

/** One choice of a step, with what it stands for. */
export interface Choice<Value> extends vscode.QuickPickItem {
  readonly value: Value;
}

export interface StepPlace {
  readonly title: string;
  readonly step: number;
  readonly of: number;
  readonly placeholder: string;
}

/** Went back to the step before. */
export const back = Symbol('back');

/**
 * Asks one step of several. The choices may take a moment; the step is shown at once and busy until then.
 * Yields {@link back} when the person goes back, undefined when they leave.
 */
export async function pickStep<Value>(
  place: StepPlace,
  choices: Promise<readonly Choice<Value>[]> | readonly Choice<Value>[],
): Promise<Value | typeof back | undefined> {
  const picker = vscode.window.createQuickPick<Choice<Value>>();
  picker.title = place.title;
  picker.step = place.step;
  picker.totalSteps = place.of;
  picker.placeholder = place.placeholder;
  picker.matchOnDetail = true;
  picker.ignoreFocusOut = false;
  picker.buttons = place.step > 1 ? [vscode.QuickInputButtons.Back] : [];
  picker.busy = true;
  const answered = new Promise<Value | typeof back | undefined>((resolve) => {
    picker.onDidAccept(() => {
      const [chosen] = picker.selectedItems;
      if (!chosen) return;
      resolve(chosen.value);
      picker.hide();
    });
    picker.onDidTriggerButton(() => {
      resolve(back);
      picker.hide();
    });
    picker.onDidHide(() => {
      resolve(undefined);
    });
  });
  picker.show();
  try {
    const items = await Promise.race([choices, answered.then(() => null)]);
    if (items !== null) {
      picker.items = items;
      picker.busy = false;
    }
    return await answered;
  } finally {
    picker.dispose();
  }
}
