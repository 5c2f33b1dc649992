import type { PanelModel } from '../result/panelModel';
import type { Run } from '../result/run';
import { chartsOf } from './charts';
import { dayAndTime } from './dates';
import { fingerprintOf, notesOf, profileWords, sampleText } from './notes';
import { furtherTables } from './pooledTable';
import { resultRows } from './resultRows';
import { runSentences } from './sentences';
import { targetName } from './targets';

/** `Cost of examples/shop-l7.yaml` where a policy was measured, else the scenario's title. */
export function runTitle(run: Pick<Run, 'title' | 'policy'>): string {
  return run.policy ? `Cost of ${run.policy.file}` : run.title;
}

/** `local lab · quick (3 rounds)`: where and how. */
function runSetting(run: Pick<Run, 'target' | 'profile' | 'parameters'>): string {
  return `${targetName(run.target)} · ${profileWords(run)}`;
}

/** How far a run is, in words. */
interface Progress {
  readonly text: string;
  /** Absent while nothing tells how long it will take. */
  readonly timeLeft?: string;
}

/**
 * What the panel and the report draw of a run, every number already text or in its shown unit.
 * `progress` is given while the run goes on: how far, and the time left. `timeZone` is an IANA name; without one, times
 * are the reader's own.
 */
export function panelModelOf(run: Run, progress?: Progress, timeZone?: string): PanelModel {
  const isRunning = progress !== undefined;
  const parts = furtherTables(run);
  return {
    runId: run.id,
    title: runTitle(run),
    subtitle: `${runSetting(run)} · ${dayAndTime(run.startedAt, timeZone)}`,
    state: isRunning ? 'running' : run.state,
    ...(progress ? { progress: progress.text } : {}),
    ...(progress?.timeLeft === undefined ? {} : { timeLeft: progress.timeLeft }),
    sentences: runSentences(run, isRunning),
    charts: chartsOf(run, isRunning),
    table: resultRows(run),
    ...(parts.length > 0 ? { parts } : {}),
    samples: run.samples.map((sample) => ({
      id: sample.id,
      text: sampleText(run, sample),
      valid: sample.valid,
    })),
    notes: notesOf(run, isRunning),
    fingerprint: fingerprintOf(run),
    ...(run.policy ? { manifest: { file: run.policy.file, line: run.policy.line } } : {}),
  };
}
