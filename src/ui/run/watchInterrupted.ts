import * as vscode from 'vscode';
import type { InterruptedRun } from '../../store/interruptedRuns';
import type { Disposable } from '../disposable';
import type { InterruptedRuns } from './interrupted';

/** A process that is killed tells nobody; so runs of other processes are looked at again while there are any. */
const lookAgainMs = 5_000;

export interface InterruptedWatch extends Disposable {
  /** The interrupted runs, with their number put on the view's icon. Never throws. */
  list(): Promise<readonly InterruptedRun[]>;
}

/** Shows the number of interrupted runs on the icon of a view: seen without opening it, and no notification. */
export function watchInterrupted(
  runs: Pick<InterruptedRuns, 'look'>,
  view: { badge?: vscode.ViewBadge | undefined },
  { allowed, onEnded }: { readonly allowed: () => boolean; readonly onEnded: () => void },
): InterruptedWatch {
  let others = 0;
  let again: NodeJS.Timeout | undefined;
  let isOver = false;

  const show = (count: number): void => {
    if (count === (view.badge?.value ?? 0)) return;
    const tooltip = vscode.l10n.t('Interrupted runs whose changes can be put back: {0}', count);
    view.badge = count === 0 ? undefined : { value: count, tooltip };
  };

  const list = async (): Promise<readonly InterruptedRun[]> => {
    clearTimeout(again);
    if (!allowed()) return [];
    const { interrupted, aliveElsewhere } = await runs.look();
    show(interrupted.length);
    const hasOneEnded = aliveElsewhere < others;
    others = aliveElsewhere;
    clearTimeout(again);
    if (others > 0 && !isOver) again = setTimeout(() => void list(), lookAgainMs).unref();
    if (hasOneEnded) onEnded();
    return interrupted;
  };

  return {
    list,
    dispose() {
      isOver = true;
      clearTimeout(again);
    },
  };
}
