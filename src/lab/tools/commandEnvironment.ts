import { searchPath } from '../process';

/**
 * Variables for programs that look for versions and bring tools: those given, proxies and index settings among them, with
 * the folders of system programs on PATH and messages in English.
 */
export function commandEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const given = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(given), PATH: searchPath(env), LC_ALL: 'C' };
}
