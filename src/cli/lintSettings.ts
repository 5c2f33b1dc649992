import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { noSettings, type AnalysisSettings } from '../core/policy/analysisSettings';
import { settingsFileName } from '../core/policy/settingsFileName';
import { messageOf, Problem } from '../core/problem';

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** The settings file of a folder or of the nearest one above it, no further up than the repository; null where there is none. */
async function findSettings(folder: string): Promise<string | null> {
  for (let at = folder; ; at = path.dirname(at)) {
    const file = path.join(at, settingsFileName);
    if (await exists(file)) return file;
    if (at === path.dirname(at) || (await exists(path.join(at, '.git')))) return null;
  }
}

/** @throws Problem for a file that cannot be read or holds what is no setting. */
export async function lintSettings(cwd: string, named: string | undefined): Promise<AnalysisSettings> {
  const file = named === undefined ? await findSettings(cwd) : path.resolve(cwd, named);
  if (file === null) return noSettings;
  const { readAnalysisSettings } = await import('../core/policy/main');
  const shown = path.relative(cwd, file) || file;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Problem('usage', `${shown} cannot be read: ${messageOf(error)}`, 'Name another with --config.');
  });
  return readAnalysisSettings(text, shown);
}
