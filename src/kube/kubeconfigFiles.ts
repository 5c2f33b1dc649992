import os from 'node:os';
import path from 'node:path';
import { isRecord } from '../core/tool/json';

/**
 * The environment in which kubeconfig files are looked for where a setting names one: KUBECONFIG wins, then the setting,
 * then `~/.kube/config`. Credential plugins see the same, as they do under kubectl.
 * @param setting path of a kubeconfig, `~/` allowed; empty where nothing is set.
 */
export function withKubeconfigSetting(env: NodeJS.ProcessEnv, setting: string): NodeJS.ProcessEnv {
  const file = setting.trim();
  if (file === '' || (env['KUBECONFIG'] ?? '').trim() !== '') return env;
  return { ...env, KUBECONFIG: file.replace(/^~(?=[/\\])/, homeOf(env)) };
}

/**
 * The kubeconfig that the Kubernetes extension works with, in the value of its setting `vs-kubernetes`; empty where it names
 * none. Its `knownKubeconfigs` are alternatives to switch between, with contexts of the same names in them: they are not
 * read together, and the one chosen last is the one that is named here (its README, "Working with kubeconfigs").
 */
export function kubeconfigInSetting(setting: unknown): string {
  if (!isRecord(setting)) return '';
  const file = setting['vs-kubernetes.kubeconfig'] ?? setting['kubeconfig'];
  return typeof file === 'string' ? file : '';
}

function homeOf(env: NodeJS.ProcessEnv): string {
  return env['HOME'] ?? env['USERPROFILE'] ?? os.homedir();
}

/**
 * The kubeconfig files in the order in which kubectl reads them: those that KUBECONFIG lists, else `~/.kube/config`.
 * Source: kubernetes.io, "Organizing Cluster Access Using kubeconfig Files".
 */
export function kubeconfigFiles(env: NodeJS.ProcessEnv): string[] {
  const listed = (env['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file.trim() !== '');
  if (listed.length > 0) return [...new Set(listed.map((file) => path.resolve(file)))];
  return [path.join(homeOf(env), '.kube', 'config')];
}
