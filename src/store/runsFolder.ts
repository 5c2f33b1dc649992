import os from 'node:os';
import path from 'node:path';

/**
 * Where runs are kept unless a folder is named: `cilium-bench/runs` under the user's data folder, which is
 * `XDG_DATA_HOME`, else `~/.local/share` (`%LOCALAPPDATA%` on Windows). Relative values of XDG_DATA_HOME are ignored, as
 * the XDG Base Directory Specification 0.8 asks for. The extension and the command line share it.
 */
export function defaultRunsFolder(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string {
  return path.join(dataFolder(env, platform), 'cilium-bench', 'runs');
}

/** Where the journals of runs are kept, wherever the runs themselves are: beside the default folder of the runs. */
export function defaultJournalFolder(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string {
  return path.join(dataFolder(env, platform), 'cilium-bench', 'journal');
}

/** Where calibrations of this machine are kept, wherever its runs are: beside the default folder of the runs. */
export function defaultCalibrationsFolder(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string {
  return path.join(dataFolder(env, platform), 'cilium-bench', 'calibrations');
}

function dataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const xdg = env['XDG_DATA_HOME'];
  if (xdg !== undefined && path.isAbsolute(xdg)) return xdg;
  const local = env['LOCALAPPDATA'];
  if (platform === 'win32' && local !== undefined && local !== '') return local;
  const home = env['HOME'];
  return path.join(home !== undefined && home !== '' ? home : os.homedir(), '.local', 'share');
}
