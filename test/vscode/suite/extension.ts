import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { TestAccess } from '../../../src/extension';
import type { Parts } from '../../../src/ui/main';

export const extensionId = 'cilium-bench.cilium-bench';

/** The extension, activated, with what it gives to tests alone. */
export async function activatedAlone(): Promise<TestAccess> {
  const extension = vscode.extensions.getExtension<TestAccess | undefined>(extensionId);
  if (!extension) throw new Error(`VS Code does not know the extension ${extensionId}.`);
  const access = await extension.activate();
  if (!access) throw new Error('The extension gives nothing to tests: it was not started in test mode.');
  return access;
}

/** The parts of the extension, loaded and started. */
export async function activated(): Promise<Parts> {
  return (await activatedAlone()).parts();
}

/** Asks until there is an answer; fails after `timeoutMs` with what was waited for. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 10_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs} ms for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Opens a manifest from a file of its own: an untitled one would ask to be saved when it is closed. */
export async function openManifest(content: string): Promise<vscode.TextDocument> {
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'manifest-')), 'policy.yaml');
  await writeFile(file, content);
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  return document;
}
