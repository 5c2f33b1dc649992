import type { PanelModel } from '../result/panelModel';
import type { Run } from '../result/run';
import { dayAndTime } from './dates';

/** `progress` is given while the run goes on: how far, and the time left. */
export function panelModelOf(run: Run, progress?: { readonly text: string }, timeZone?: string): PanelModel {
  return {
    runId: run.id,
    title: run.title,
    subtitle: dayAndTime(run.startedAt, timeZone),
    state: progress ? 'running' : run.state,
    sentences: [],
    charts: [],
    table: { columns: [], rows: [] },
    samples: [],
    notes: [],
    fingerprint: [],
  };
}
