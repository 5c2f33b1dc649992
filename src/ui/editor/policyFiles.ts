import * as vscode from 'vscode';
import type { Analysis } from '../../core/policy/finding';
import { messageOf } from '../../core/problem';
import type { Disposable } from '../disposable';
import type { Findings } from './findings';
import { mayHoldPolicy } from './manifests';
import type { PolicyIndex } from './policyIndex';

/** A manifest of the workspace that holds policies, and what is said of them. */
export interface PolicyFile {
  readonly uri: vscode.Uri;
  /** As shown: by the settings of its folder, without what comments silence. */
  readonly analysis: Analysis;
}

/** The manifests of the workspace: open ones as they are typed, others as they are saved. */
export interface PolicyFiles extends Disposable {
  /** In the order of their paths; waits until the workspace was read once. */
  list(): Promise<readonly PolicyFile[]>;
  readonly onDidChange: vscode.Event<void>;
}

/** Files read at the same time. */
const atOnce = 16;
/** What changes together is told together. */
const tellMs = 300;

const holdsSomething = ({ policies, findings }: Analysis): boolean => policies + findings.length > 0;

export function createPolicyFiles(
  findings: Findings,
  index: PolicyIndex,
  log: vscode.LogOutputChannel,
): PolicyFiles {
  const changed = new vscode.EventEmitter<void>();
  let telling: NodeJS.Timeout | undefined;
  const tellSoon = (): void => {
    telling ??= setTimeout(() => {
      telling = undefined;
      changed.fire();
    }, tellMs);
  };

  const saved = async (uri: vscode.Uri): Promise<PolicyFile | undefined> => {
    try {
      const judging = await findings.judging({ uri });
      const analysis = (await index.saved(judging)).analysis(uri);
      if (!holdsSomething(analysis)) return undefined;
      if (analysis.findings.length === 0) return { uri, analysis };
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      return { uri, analysis: { ...analysis, findings: judging.shown(analysis.findings, text) } };
    } catch (error) {
      // Gone meanwhile, mostly: the next list is without it.
      log.warn(`${uri.toString(true)} is not listed: ${messageOf(error)}`);
      return undefined;
    }
  };
  const open = async (document: vscode.TextDocument): Promise<PolicyFile | undefined> => {
    const analysis = await findings.of(document);
    return analysis && holdsSomething(analysis) ? { uri: document.uri, analysis } : undefined;
  };

  const subscriptions = vscode.Disposable.from(
    changed,
    findings.onDidChange(tellSoon),
    index.onDidChange(tellSoon),
    vscode.workspace.onDidChangeWorkspaceFolders(tellSoon),
  );
  return {
    onDidChange: changed.event,
    async list() {
      const [folder] = vscode.workspace.workspaceFolders ?? [];
      if (!folder) return [];
      const inFolder = vscode.Uri.joinPath(folder.uri, 'manifest.yaml');
      const { files } = await index.saved(await findings.judging({ uri: inFolder }));
      const documents = vscode.workspace.textDocuments.filter(
        (document) => mayHoldPolicy(document) && vscode.workspace.getWorkspaceFolder(document.uri),
      );
      const openKeys = new Set(documents.map(({ uri }) => uri.toString()));
      const found = await Promise.all(documents.map(open));
      const closed = files.filter((uri) => !openKeys.has(uri.toString()));
      for (let start = 0; start < closed.length; start += atOnce) {
        found.push(...(await Promise.all(closed.slice(start, start + atOnce).map(saved))));
      }
      return found
        .filter((file) => file !== undefined)
        .sort((a, b) => (a.uri.path < b.uri.path ? -1 : a.uri.path > b.uri.path ? 1 : 0));
    },
    dispose() {
      clearTimeout(telling);
      subscriptions.dispose();
    },
  };
}
