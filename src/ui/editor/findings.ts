import * as vscode from 'vscode';
import { atSeverities } from '../../core/policy/analysisSettings';
import type { Analysis, Finding } from '../../core/policy/finding';
import type { OtherFiles } from '../../core/policy/main';
import { newestCilium } from '../../core/policy/semantics/model';
import { messageOf } from '../../core/problem';
import type { Disposable } from '../disposable';
import type { JudgedTarget } from './judgedTarget';
import { mayHoldPolicy } from './manifests';
import type { JudgedFor, PolicyIndex } from './policyIndex';
import type { WorkspaceSettings } from './workspaceSettings';
import { loadAnalysis } from './loadAnalysis';

/** Keys that come at once are one change. No longer: what one key changes is analysed in a few milliseconds. */
const debounceMs = 0;

/** How a document is analysed: the same again for fixes of it. */
export interface Judging extends JudgedFor {
  /** Lets `act` analyse changes of the document's text, `text`, and of `others`, beside all other policies of the workspace. */
  readonly trying: <Result>(
    text: string,
    act: (analyse: (text: string) => Analysis, others: OtherFiles) => Result,
    others?: ReadonlyMap<string, string>,
  ) => Promise<Result>;
  /** The findings that neither a comment nor a setting silences, at the severities that are set. */
  readonly shown: (findings: readonly Finding[], text: string) => readonly Finding[];
}

/** The analyses of the open manifests, each of the text as it is now. */
export interface Findings extends Disposable {
  /** An open manifest was analysed anew, or needs it no more. */
  readonly onDidChange: vscode.Event<vscode.TextDocument>;
  /** The analysis of this very version, as shown; undefined where it holds no policy or is being typed on. */
  of(document: vscode.TextDocument): Promise<Analysis | undefined>;
  /** How a manifest is judged, open or not. */
  judging(document: Pick<vscode.TextDocument, 'uri'>): Promise<Judging>;
}

interface Known {
  readonly version: number;
  readonly analysis: Promise<Analysis | undefined>;
}

/** Analyses the open manifests and keeps doing so as they and the settings of the workspace change. */
export function createFindings(
  log: vscode.LogOutputChannel,
  settings: WorkspaceSettings,
  index: PolicyIndex,
  target: JudgedTarget,
): Findings {
  const changed = new vscode.EventEmitter<vscode.TextDocument>();
  const known = new Map<string, Known>();
  const timers = new Map<string, NodeJS.Timeout>();
  const judging: Findings['judging'] = async (document) => {
    const { withoutIgnored } = await loadAnalysis();
    const own = await settings.of(document.uri);
    const on = await target.judged();
    const judgedFor = {
      version: own.cilium ?? on?.version ?? newestCilium,
      l7Proxy: on?.l7Proxy ?? null,
      mesh: on?.mesh,
    };
    return {
      ...judgedFor,
      trying: (text, act, others) => index.trying(document.uri, text, judgedFor, act, others),
      shown: (findings, text) => atSeverities(withoutIgnored(findings, text), own),
    };
  };
  const analyseText = async (document: vscode.TextDocument): Promise<Analysis | undefined> => {
    const { version } = document;
    const text = document.getText();
    const isWanted = (): boolean => !document.isClosed && document.version === version;
    try {
      const own = await judging(document);
      const judgedFor = { version: own.version, l7Proxy: own.l7Proxy, mesh: own.mesh };
      const workspace = await index.set(document.uri, text, judgedFor, isWanted);
      if (!isWanted()) return undefined;
      const analysis = workspace.analysis(document.uri.toString());
      return { ...analysis, findings: own.shown(analysis.findings, text) };
    } catch (error) {
      log.error(`${document.uri.toString(true)} was not analysed: ${messageOf(error)}`);
      return undefined;
    }
  };
  const of = async (document: vscode.TextDocument): Promise<Analysis | undefined> => {
    const key = document.uri.toString();
    if (!mayHoldPolicy(document)) {
      known.delete(key);
      return undefined;
    }
    const before = known.get(key);
    const current =
      before?.version === document.version
        ? before
        : { version: document.version, analysis: analyseText(document) };
    known.set(key, current);
    const analysis = await current.analysis;
    return document.isClosed || document.version !== current.version ? undefined : analysis;
  };
  const forget = (document: vscode.TextDocument): void => {
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    timers.delete(key);
    known.delete(key);
    index.closed(document.uri);
  };
  const announceSoon = (document: vscode.TextDocument, delayMs: number): void => {
    const key = document.uri.toString();
    if (!mayHoldPolicy(document) && !known.has(key)) return;
    clearTimeout(timers.get(key));
    timers.set(
      key,
      setTimeout(() => {
        timers.delete(key);
        changed.fire(document);
      }, delayMs),
    );
  };
  const announceAll = (): void => {
    known.clear();
    for (const document of vscode.workspace.textDocuments)
      if (mayHoldPolicy(document)) changed.fire(document);
  };

  const subscriptions = vscode.Disposable.from(
    changed,
    vscode.workspace.onDidOpenTextDocument((document) => {
      announceSoon(document, 0);
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      announceSoon(document, debounceMs);
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      forget(document);
      changed.fire(document);
    }),
    // What was known was judged by other settings, or beside other policies.
    settings.onDidChange(announceAll),
    index.onDidChange(announceAll),
    target.onDidChange(announceAll),
  );
  for (const document of vscode.workspace.textDocuments) announceSoon(document, 0);

  return {
    onDidChange: changed.event,
    of,
    judging,
    dispose() {
      for (const timer of timers.values()) clearTimeout(timer);
      subscriptions.dispose();
    },
  };
}
