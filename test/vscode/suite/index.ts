import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import * as vscode from 'vscode';
import { extensionId } from './extension';

/**
 * Runs every `*.test.ts` beside this file inside VS Code. The folder is read, so that no file can be forgotten; the
 * bundler takes in whatever the pattern of the import matches.
 */
export async function run(): Promise<void> {
  const root = vscode.extensions.getExtension(extensionId)?.extensionPath;
  if (root === undefined) throw new Error(`VS Code does not know the extension ${extensionId}.`);
  const names = readdirSync(path.join(root, 'test', 'vscode', 'suite'))
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.test.ts'.length))
    .sort();
  if (names.length === 0) throw new Error('There is no test beside test/vscode/suite/index.ts.');

  const mocha = new Mocha({ ui: 'bdd', timeout: 20_000, color: false, reporter: 'spec' });
  for (const name of names) {
    const file = path.join(root, 'test', 'vscode', 'suite', `${name}.test.ts`);
    mocha.suite.emit('pre-require', globalThis, file, mocha);
    await import(`./${name}.test.ts`);
  }
  const failures = await new Promise<number>((resolve) => {
    mocha.run(resolve);
  });
  if (failures > 0) throw new Error(`${failures} failed`);
}
