import * as vscode from 'vscode';
import { settings } from '../ids';

function read(setting: string, scope?: vscode.Uri): unknown {
  return vscode.workspace.getConfiguration(undefined, scope ?? null).get(setting);
}

/** Whether findings are shown in this document. On unless switched off. */
export function diagnosticsEnabled(document: vscode.Uri): boolean {
  return read(settings.diagnostics, document) !== false;
}

/** Whether costs are shown above policies of this document. On unless switched off. */
export function codeLensEnabled(document: vscode.Uri): boolean {
  return read(settings.codeLens, document) !== false;
}

function folder(setting: string): string | undefined {
  const value = read(setting);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** The folder of the runs as set by the user; undefined where the default holds. */
export const storeFolderSetting = (): string | undefined => folder(settings.storeFolder);

/** The folder of the tools as set by the user; undefined where the default holds. */
export const toolsFolderSetting = (): string | undefined => folder(settings.toolsFolder);
