import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, Problem } from '../core/problem';
import type { Run } from '../core/result/run';
import type { ExportFormat } from '../core/words/exportFormats';
import { withDistribution } from '../core/words/distributionChart';
import { htmlReport } from '../core/words/htmlReport';
import { withKept } from '../core/words/keptWords';
import { panelModelOf } from '../core/words/panelModelOf';
import { createDistributions } from './distributions';
import type { RunStore } from './runStore';

/** Name of the report in a run's folder. */
const reportName = 'report.html';

/**
 * A run's result as one HTML file that asks for nothing else. `distFolder` holds the built `report.js` and `report.css`.
 * Throws a {@link Problem} when they are not there.
 */
async function reportHtml(store: RunStore, run: Run, distFolder: string): Promise<string> {
  const part = async (name: string): Promise<string> => {
    const file = path.join(distFolder, name);
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      throw new Problem(
        'no-result',
        `The report cannot be drawn: ${messageOf(error)}.`,
        'Build it again (npm run build), or install Cilium Bench anew.',
        { cause: error },
      );
    }
  };
  const [script, style] = await Promise.all([part('report.js'), part('report.css')]);
  const { withAdvice } = await import('../core/words/advice/main');
  const distributions = createDistributions((of, sample) => store.readRawOf(of, sample));
  const model = withDistribution(withAdvice(panelModelOf(run), run), await distributions.chart(run));
  return htmlReport(withKept(model, await store.annotationsOf(run)), { script, style });
}

/** A run in one of the forms. Throws a {@link Problem} when what draws the HTML report is not there. */
export async function exportText(
  store: RunStore,
  run: Run,
  format: ExportFormat,
  distFolder: string,
): Promise<string> {
  if (format.text === null) return reportHtml(store, run, distFolder);
  const { adviceOfRun } = await import('../core/words/advice/main');
  return format.text(run, { advice: adviceOfRun(run), annotations: await store.annotationsOf(run) });
}

/** Writes the report into the run's folder and returns its path. Throws a {@link Problem} when it cannot. */
export async function writeReport(store: RunStore, run: Run, distFolder: string): Promise<string> {
  return store.writeBeside(run.id, reportName, await reportHtml(store, run, distFolder));
}
