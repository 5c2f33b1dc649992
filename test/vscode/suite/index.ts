import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import * as vscode from 'vscode';
import { extensionId } from './extension';

/**
 * Runs every `*.test.ts` beside this file inside VS Code, or those of the folder below it that is named. The folder is read, so that no file can be forgotten; the
 * bundler takes in whatever the pattern of the import matches.
 */
export async function run(folder = ''): Promise<void> {
  const root = vscode.extensions.getExtension(extensionId)?.extensionPath;
  if (root === undefined) throw new Error(`VS Code does not know the extension ${extensionId}.`);
  const suite = path.join(root, 'test', 'vscode', 'suite');
  const names = readdirSync(path.join(suite, folder))
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.posix.join(folder, file.slice(0, -'.test.ts'.length)))
    .sort();
  if (names.length === 0) throw new Error(`There is no test in test/vscode/suite/${folder}.`);

  const mocha = new Mocha({ ui: 'bdd', timeout: 20_000, color: false, reporter: 'spec' });
  for (const name of names) {
    const file = path.join(suite, `${name}.test.ts`);
    mocha.suite.emit('pre-require', globalThis, file, mocha);
    await import(`./${name}.test.ts`);
  }
  const failures = await new Promise<number>((resolve) => {
    mocha.run(resolve);
  });
  if (failures > 0) throw new Error(`${failures} failed`);
}
