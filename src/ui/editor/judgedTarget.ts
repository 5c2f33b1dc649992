import * as vscode from 'vscode';
import type { JudgedOn } from '../../core/cluster/judgedOn';
import type { Disposable } from '../disposable';

/** The active target, as far as it says how policies are judged. */
export interface JudgedTarget {
  /** Undefined where nothing is known of it. */
  readonly judged: () => Promise<JudgedOn | undefined>;
  readonly onDidChange: vscode.Event<void>;
}

/** Tells of changes of the target only where policies are judged differently by them. */
export function judgedTarget({ judged, onDidChange }: JudgedTarget): JudgedTarget & Disposable {
  const changed = new vscode.EventEmitter<void>();
  let told = JSON.stringify(undefined);
  const tell = async (): Promise<void> => {
    const now = JSON.stringify(await judged());
    if (now === told) return;
    told = now;
    changed.fire();
  };
  const subscriptions = vscode.Disposable.from(
    changed,
    onDidChange(() => void tell()),
  );
  return {
    judged,
    onDidChange: changed.event,
    dispose: () => {
      subscriptions.dispose();
    },
  };
}
