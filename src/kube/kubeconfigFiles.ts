import os from 'node:os';
import path from 'node:path';

/**
 * The kubeconfig files in the order in which kubectl reads them: those that KUBECONFIG lists, else `~/.kube/config`.
 * Source: kubernetes.io, "Organizing Cluster Access Using kubeconfig Files".
 */
export function kubeconfigFiles(env: NodeJS.ProcessEnv): string[] {
  const listed = (env['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file.trim() !== '');
  if (listed.length > 0) return [...new Set(listed.map((file) => path.resolve(file)))];
  const home = env['HOME'] ?? env['USERPROFILE'] ?? os.homedir();
  return [path.join(home, '.kube', 'config')];
}
