import path from 'node:path';
import * as vscode from 'vscode';
import { messageOf, Problem } from '../../core/problem';
import { distributionSamples } from '../../core/result/latencyDistribution';
import type { ChartModel, PanelModel } from '../../core/result/panelModel';
import type { MeasuredPolicy, Run } from '../../core/result/run';
import { calibrationTable, calibrationTitle } from '../../core/words/calibration';
import { chartMarkdown, tableMarkdown } from '../../core/words/chartMarkdown';
import { isOverRuns } from '../../core/words/panelIds';
import { distributionId, pendingDistribution, withDistribution } from '../../core/words/distributionChart';
import { withKept } from '../../core/words/keptWords';
import { markdownReport } from '../../core/words/markdownReport';
import { panelModelOf } from '../../core/words/panelModelOf';
import { readCalibration } from '../../store/calibrations';
import { defaultCalibrationsFolder } from '../../store/runsFolder';
import type { PanelOverRuns } from '../compare/main';
import type { KeptRuns } from '../keptRuns';
import type { ReadOnlyDocuments } from '../readOnlyDocuments';
import type { RunControl } from '../run/activeRun';
import { createDistributions, type Distributions } from '../../store/distributions';
import { progressText, timeLeftText } from '../run/progressText';
import { rawText } from './rawText';
import { savePicture } from './savePicture';
import type { PanelActions } from './resultsPanels';

export interface PanelServices {
  readonly runs: KeptRuns;
  readonly control: RunControl;
  readonly rawDocuments: ReadOnlyDocuments;
  readonly openReport: (runId: string) => Promise<void>;
  readonly exportRun: (runId: string) => Promise<void>;
}

/** Loaded with the first panel over several runs; null where the id is that of a run. */
async function panelOverRuns(store: KeptRuns['store'], id: string): Promise<PanelOverRuns | null> {
  if (!isOverRuns(id)) return null;
  return (await import('../compare/main')).panelOverRuns(store, id);
}

/** What a panel draws: the run that goes on as it stands, else the one that is kept. */
async function panelModel({ control, runs }: PanelServices, runId: string): Promise<PanelModel> {
  const overRuns = await panelOverRuns(runs.store, runId);
  if (overRuns) return overRuns.model;
  const { active } = control;
  if (active?.run.id !== runId) {
    const run = await runs.store.read(runId);
    const model = await withCalibration(withPending(run), run);
    const { withAdvice } = await import('../../core/words/advice/main');
    return withKept(withAdvice(model, run), await runs.store.annotationsOf(run));
  }
  const { progress } = active;
  const text = progress ? progressText(progress) : vscode.l10n.t('Building the lab');
  const timeLeft = progress && timeLeftText(progress);
  return withPending(active.run, { text, ...(timeLeft === undefined ? {} : { timeLeft }) });
}

/** The model with a place for the distribution of latencies, beside the percentiles: its raw output is read after the first drawing. */
function withPending(run: Run, progress?: Parameters<typeof panelModelOf>[1]): PanelModel {
  return withDistribution(
    panelModelOf(run, progress),
    pendingDistribution(run, distributionSamples(run).length),
  );
}

/** The model with what the calibration says that the run refers to, where it is still there: read only when a panel shows the run. */
async function withCalibration(model: PanelModel, { calibration }: Run): Promise<PanelModel> {
  if (!calibration) return model;
  const kept = await readCalibration(defaultCalibrationsFolder(process.env), calibration.id);
  if (!kept) return model;
  const section = { title: calibrationTitle(kept), table: calibrationTable(kept) };
  return { ...model, parts: [...(model.parts ?? []), section] };
}

/** A chart of the run, or of the comparison, as it stands, whole; throws where it has none of that name. */
async function chartOf(
  services: PanelServices,
  distributions: Distributions,
  runId: string,
  chartId: string,
): Promise<ChartModel> {
  const chart =
    chartId === distributionId
      ? await distributions.chart(await runOf(services, runId))
      : (await panelModel(services, runId)).charts.find(({ id }) => id === chartId);
  if (!chart) throw new Problem('usage', `Run ${runId} has no chart "${chartId}".`, 'Open its panel again.');
  return chart;
}

/** What the panels show and do. */
export function createPanelActions(services: PanelServices): PanelActions {
  const { runs, rawDocuments, openReport, exportRun } = services;
  const distributions = createDistributions((run, sample) => runs.store.readRawOf(run, sample));
  // A name or a note that changes is told to the panels, whether the Runs view was ever seen or not.
  void runs.follow();
  return {
    model: (runId) => panelModel(services, runId),
    laterChart: async (runId) => ({
      id: distributionId,
      chart: await distributions.chart(await runOf(services, runId)),
    }),
    async act(runId, message) {
      switch (message.type) {
        case 'openRaw': {
          const { extension, text } = rawText(await runs.store.readRaw(runId, message.sampleId));
          await rawDocuments.show(`${runId}/${message.sampleId}.${extension}`, text, vscode.ViewColumn.One);
          return;
        }
        case 'copyMarkdown':
          await vscode.env.clipboard.writeText(await markdownOf(services, runId));
          vscode.window.setStatusBarMessage(vscode.l10n.t('Results copied as Markdown'), 3000);
          return;
        case 'copyTable':
          await vscode.env.clipboard.writeText(tableMarkdown(await panelModel(services, runId)));
          vscode.window.setStatusBarMessage(vscode.l10n.t('Table copied as Markdown'), 3000);
          return;
        case 'copyChart': {
          const chart = await chartOf(services, distributions, runId, message.chartId);
          await vscode.env.clipboard.writeText(chartMarkdown(chart, await panelModel(services, runId)));
          vscode.window.setStatusBarMessage(vscode.l10n.t('Chart copied as Markdown'), 3000);
          return;
        }
        case 'savePicture':
          await savePicture(`${runId}-${message.chartId}`, message.base64);
          return;
        case 'revealManifest': {
          const { policy } = await runOf(services, runId);
          if (policy) await revealManifest(policy);
          return;
        }
        case 'openReport':
          await openReport(runId);
          return;
        case 'exportRun':
          await exportRun(runId);
          return;
      }
    },
  };
}

async function markdownOf(services: PanelServices, runId: string): Promise<string> {
  const overRuns = await panelOverRuns(services.runs.store, runId);
  if (overRuns) return overRuns.markdown();
  const run = await runOf(services, runId);
  const { adviceOfRun } = await import('../../core/words/advice/main');
  const annotations = await services.runs.store.annotationsOf(run);
  return markdownReport(run, { advice: adviceOfRun(run), annotations });
}

async function runOf({ control, runs }: PanelServices, runId: string): Promise<Run> {
  return control.active?.run.id === runId ? control.active.run : runs.store.read(runId);
}

/** Shows the line of the manifest that was measured. A path that is not absolute belongs to a workspace folder. */
async function revealManifest({ file, line }: MeasuredPolicy): Promise<void> {
  const candidates = path.isAbsolute(file)
    ? [vscode.Uri.file(file)]
    : (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => vscode.Uri.joinPath(uri, file));
  for (const uri of candidates) {
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      const place = new vscode.Range(line, 0, line, 0);
      await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, selection: place });
      return;
    } catch (error) {
      if (uri === candidates.at(-1)) {
        throw new Problem(
          'usage',
          `${uri.fsPath} cannot be opened: ${messageOf(error)}.`,
          'It may have been moved since the run.',
          { cause: error },
        );
      }
    }
  }
  throw new Problem('usage', `${file} is not in this workspace.`, 'Open the folder that holds it.');
}
