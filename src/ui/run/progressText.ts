import * as vscode from 'vscode';
import { clockTime } from '../../core/words/dates';
import type { RunProgress } from './activeRun';

/** `0:31 left`; `at most 12:00 left` where a run may end before its last round. */
export function timeLeftText({ secondsLeft, atMost }: RunProgress): string {
  const left = clockTime(secondsLeft);
  return atMost ? vscode.l10n.t('at most {0} left', left) : vscode.l10n.t('{0} left', left);
}

/** `11 of 15 · 0:31 left`. */
export function progressText(at: RunProgress): string {
  const { samplesDone, samples, atMost } = at;
  return atMost
    ? vscode.l10n.t('{0} of at most {1} · {2}', samplesDone, samples, timeLeftText(at))
    : vscode.l10n.t('{0} of {1} · {2}', samplesDone, samples, timeLeftText(at));
}
