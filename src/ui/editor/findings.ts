import * as vscode from 'vscode';
import type { Analysis } from '../../core/policy/finding';
import type { Workspace } from '../../core/policy/main';
import { messageOf } from '../../core/problem';
import type { Disposable } from '../disposable';
import { mayHoldPolicy } from './manifests';
import { sha256 } from './sha256';

const debounceMs = 250;
/** The analyses of the open manifests, each of the text as it is now. */
export interface Findings extends Disposable {
  /** An open manifest was analysed anew, or needs it no more. */
  readonly onDidChange: vscode.Event<vscode.TextDocument>;
  /** The analysis of this very version; undefined where it holds no policy or is being typed on. */
  of(document: vscode.TextDocument): Promise<Analysis | undefined>;
}

/** Analyses the open manifests and keeps doing so as they change. */
export function createFindings(log: vscode.LogOutputChannel): Findings {
  const changed = new vscode.EventEmitter<vscode.TextDocument>();
  const known = new Map<
    string,
    { readonly version: number; readonly analysis: Promise<Analysis | undefined> }
  >();
  const timers = new Map<string, NodeJS.Timeout>();
  // Of each open manifest, what its documents were found to hold: typing reads only the one that changes.
  const caches = new Map<string, Workspace>();

  const analyseText = async (document: vscode.TextDocument, text: string): Promise<Analysis | undefined> => {
    try {
      const { analyse, createWorkspace } = await import('../../core/policy/main');
      const key = document.uri.toString();
      const cache = caches.get(key) ?? createWorkspace({ hash: sha256 });
      if (!document.isClosed) caches.set(key, cache);
      return analyse(text, { cache });
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
        : { version: document.version, analysis: analyseText(document, document.getText()) };
    known.set(key, current);
    const analysis = await current.analysis;
    return document.isClosed || document.version !== current.version ? undefined : analysis;
  };
  const forget = (document: vscode.TextDocument): void => {
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    timers.delete(key);
    known.delete(key);
    caches.delete(key);
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
  );
  for (const document of vscode.workspace.textDocuments) announceSoon(document, 0);

  return {
    onDidChange: changed.event,
    of,
    dispose() {
      for (const timer of timers.values()) clearTimeout(timer);
      subscriptions.dispose();
    },
  };
}
