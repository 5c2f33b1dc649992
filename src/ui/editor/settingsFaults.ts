import * as vscode from 'vscode';
import { settingsFileName } from '../../core/policy/settingsFileName';
import type { SettingsFault } from '../../core/policy/main';
import { diagnosticSource } from '../../ids';
import type { Disposable } from '../disposable';
import { rangeOf } from './diagnostics';
import { loadAnalysis } from './loadAnalysis';

/** Says on the settings files themselves what of them does not hold: of open ones as they are typed, of others as they are saved. */
export interface SettingsFaults extends Disposable {
  /** The file was read. */
  set(file: vscode.Uri, faults: readonly SettingsFault[]): void;
  /** There is no such file, or no more: an editor may show its text for a while. */
  gone(file: vscode.Uri): void;
}

const isSettings = ({ path }: vscode.Uri): boolean => path.endsWith(`/${settingsFileName}`);

function diagnosticOf({ range, what, todo }: SettingsFault): vscode.Diagnostic {
  const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1)} ${todo}`;
  const diagnostic = new vscode.Diagnostic(rangeOf(range), sentence, vscode.DiagnosticSeverity.Error);
  diagnostic.source = diagnosticSource;
  return diagnostic;
}

export function showSettingsFaults(): SettingsFaults {
  const collection = vscode.languages.createDiagnosticCollection(`${diagnosticSource}-settings`);
  const openOne = (uri: vscode.Uri): vscode.TextDocument | undefined =>
    vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  const show = (uri: vscode.Uri, faults: readonly SettingsFault[]): void => {
    collection.set(uri, faults.map(diagnosticOf));
  };
  const look = async (document: vscode.TextDocument): Promise<void> => {
    if (!isSettings(document.uri)) return;
    const { version } = document;
    const { analysisSettingsIn } = await loadAnalysis();
    if (!document.isClosed && document.version === version)
      show(document.uri, analysisSettingsIn(document.getText()).faults);
  };
  const subscriptions = vscode.Disposable.from(
    collection,
    vscode.workspace.onDidOpenTextDocument((document) => void look(document)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => void look(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (isSettings(uri)) collection.delete(uri);
    }),
  );
  for (const document of vscode.workspace.textDocuments) void look(document);
  return {
    set(file, faults) {
      if (!openOne(file)) show(file, faults);
    },
    gone(file) {
      collection.delete(file);
    },
    dispose: () => {
      subscriptions.dispose();
    },
  };
}
