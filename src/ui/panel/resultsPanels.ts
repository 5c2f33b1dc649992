import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { ChartModel, PanelModel } from '../../core/result/panelModel';
import { messageOf } from '../../core/problem';
import { resultsPanelType } from '../../ids';
import type { FromPanelMessage, ToPanelMessage } from '../../protocol/panel';
import { readPanelMessage, runIdOfState } from './messages';
import { panelHtml } from './panelHtml';

/** What a panel shows and does; the panel itself knows no run. */
export interface PanelActions {
  /** What is drawn of a run as it stands. Throws when there is no such run. */
  readonly model: (runId: string) => Promise<PanelModel>;
  /** The chart of a run that takes longer to read: the page keeps a place for it under this id. Throws when there is no such run. */
  readonly laterChart: (runId: string) => Promise<{ readonly id: string; readonly chart: ChartModel | null }>;
  readonly act: (runId: string, message: Exclude<FromPanelMessage, { type: 'ready' }>) => Promise<void>;
}

interface PanelSources {
  /** Loads them, the first time. */
  readonly actions: () => Promise<PanelActions>;
  readonly onError: (error: unknown) => void;
}

/** The open results panels, one for each run. */
export interface ResultsPanels {
  /**
   * Opens the run's panel beside the active editor, or brings it to the front, and rings the mark of this variant. The focus
   * stays where it is.
   */
  show(runId: string, variant?: string): void;
  /** Draws a run anew where it is shown. */
  refresh(runId: string): void;
  /** Takes a panel over that VS Code restores after a reload, with the state that its page left. */
  restore(panel: vscode.WebviewPanel, state: unknown): void;
  /** Draws every panel anew, e.g. after a run was deleted. */
  refreshAll(): void;
}

/** The tab's title: the time left first, where there is one, for a tab has little room. */
function titleOf({ title, timeLeft }: PanelModel): string {
  return timeLeft === undefined ? title : `${timeLeft} · ${title}`;
}

/** Calls of the same key while one goes on become a single one after it. */
function oneAtATime(work: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const going = new Set<string>();
  const again = new Set<string>();
  return async (key) => {
    if (going.has(key)) {
      again.add(key);
      return;
    }
    going.add(key);
    try {
      do {
        again.delete(key);
        await work(key);
      } while (again.has(key));
    } finally {
      going.delete(key);
      again.delete(key);
    }
  };
}

/** The panels stay when the extension ends: VS Code closes them, or restores them after a reload. */
export function createResultsPanels(extensionUri: vscode.Uri, sources: PanelSources): ResultsPanels {
  const dist = vscode.Uri.joinPath(extensionUri, 'dist');
  const open = new Map<string, vscode.WebviewPanel>();
  let loading: Promise<PanelActions> | undefined;
  const actions = (): Promise<PanelActions> => (loading ??= sources.actions());

  const send = async (panel: vscode.WebviewPanel, message: ToPanelMessage): Promise<void> => {
    await panel.webview.postMessage(message);
  };
  /** Models of runs whose pages still load: read at the same time, for the first drawing alone. */
  const early = new Map<string, Promise<PanelModel>>();
  const modelOf = async (runId: string): Promise<PanelModel> => {
    const read = early.get(runId);
    early.delete(runId);
    return read ?? (await actions()).model(runId);
  };
  /** The variant that a panel was asked to point to before its page could. */
  const asked = new Map<string, string>();
  const drawLater = oneAtATime(async (runId: string): Promise<void> => {
    const { id, chart } = await (await actions()).laterChart(runId);
    const panel = open.get(runId);
    if (panel?.visible === true) await send(panel, { type: 'chart', id, chart });
  });
  const pointTo = async (panel: vscode.WebviewPanel, runId: string): Promise<void> => {
    const variant = asked.get(runId);
    asked.delete(runId);
    if (variant !== undefined) await send(panel, { type: 'pointTo', variant });
  };
  const draw = async (panel: vscode.WebviewPanel, runId: string): Promise<void> => {
    // A hidden panel has no page. It says `ready` when it is seen again.
    if (!panel.visible) return;
    let model: PanelModel;
    try {
      model = await modelOf(runId);
    } catch (error) {
      if (open.get(runId) === panel) await send(panel, { type: 'empty', text: messageOf(error) });
      return;
    }
    if (open.get(runId) !== panel) return;
    panel.title = titleOf(model);
    await send(panel, { type: 'show', model });
    await pointTo(panel, runId);
    if (model.charts.some(({ pending }) => pending !== undefined)) await drawLater(runId);
  };
  const page = (webview: vscode.Webview): string =>
    panelHtml({
      nonce: randomBytes(16).toString('base64url'),
      script: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'panel.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'panel.css')).toString(),
      language: vscode.env.language,
      title: vscode.l10n.t('Benchmark results'),
    });
  const receive = async (panel: vscode.WebviewPanel, runId: string, given: unknown): Promise<void> => {
    const message = readPanelMessage(given);
    if (!message) return;
    if (message.type === 'ready') await draw(panel, runId);
    else await (await actions()).act(runId, message);
  };
  const adopt = (panel: vscode.WebviewPanel, runId: string): void => {
    open.set(runId, panel);
    panel.webview.options = { enableScripts: true, enableForms: false, localResourceRoots: [dist] };
    panel.webview.onDidReceiveMessage((given: unknown) => {
      receive(panel, runId, given).catch(sources.onError);
    });
    panel.onDidDispose(() => {
      asked.delete(runId);
      early.delete(runId);
      if (open.get(runId) === panel) open.delete(runId);
    });
    panel.webview.html = page(panel.webview);
    // While the page loads. A failure is told when the page asks.
    const read = actions().then((loaded) => loaded.model(runId));
    read.catch(() => undefined);
    early.set(runId, read);
  };
  const refresh = (runId: string): void => {
    // What was read before is old now.
    early.delete(runId);
    const panel = open.get(runId);
    if (panel) draw(panel, runId).catch(sources.onError);
  };

  return {
    show(runId, variant) {
      if (variant !== undefined) asked.set(runId, variant);
      const existing = open.get(runId);
      if (existing) {
        const wasVisible = existing.visible;
        existing.reveal(undefined, true);
        // A page that was hidden is made anew, and is pointed to what was asked for once it can draw.
        if (wasVisible) pointTo(existing, runId).catch(sources.onError);
        return;
      }
      // The results of another run are beside the manifest already: this one joins them.
      const [other] = open.values();
      const viewColumn = other?.viewColumn ?? vscode.ViewColumn.Beside;
      const panel = vscode.window.createWebviewPanel(
        resultsPanelType,
        vscode.l10n.t('Benchmark results'),
        { viewColumn, preserveFocus: true },
        { enableScripts: true, enableFindWidget: true },
      );
      adopt(panel, runId);
    },
    refresh,
    restore(panel, state) {
      const runId = runIdOfState(state);
      if (runId === undefined || open.has(runId)) panel.dispose();
      else adopt(panel, runId);
    },
    refreshAll() {
      for (const runId of open.keys()) refresh(runId);
    },
  };
}
