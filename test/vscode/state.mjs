// A home of their own for tests inside VS Code: a kubeconfig of two contexts that lead nowhere, runs, caches.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const workspace = path.join(root, 'test/vscode/workspace');
/** Where screenshots go. It is not in git; what is shown in the README is copied from here by hand. */
export const artifacts = path.join(root, 'artifacts', 'vscode');

/** Port 9 is "discard": nothing answers there, so a test that contacts a cluster unasked shows an error. */
const leadsNowhere = `apiVersion: v1
kind: Config
current-context: prod-eu-1
clusters:
  - name: prod-eu-1
    cluster: { server: 'https://127.0.0.1:9' }
  - name: staging
    cluster: { server: 'https://127.0.0.1:9' }
users:
  - name: tester
    user: {}
contexts:
  - name: staging
    context: { cluster: staging, user: tester }
  - name: prod-eu-1
    context: { cluster: prod-eu-1, user: tester, namespace: shop }
`;

/**
 * Makes the folders. `runs` are copied in as what this machine measured earlier. The load tools' cache stays the
 * user's own where `realTools` is set: fetching them again in each test run would only test the network. A `kubeconfig` of null
 * is a file that is not there.
 */
export function makeState({ withRuns = true, realTools = false, kubeconfig = leadsNowhere } = {}) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cb-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // Also when the tests are broken off.
  process.once('exit', remove);
  const data = path.join(folder, 'data');
  const cache = path.join(folder, 'cache');
  const runs = path.join(data, 'cilium-bench', 'runs');
  const config = path.join(folder, 'kubeconfig');
  mkdirSync(runs, { recursive: true });
  mkdirSync(cache);
  const setKubeconfig = (text) => writeFileSync(config, text, { mode: 0o600 });
  if (kubeconfig !== null) setKubeconfig(kubeconfig);
  /** As they were at first: what was measured, named or removed since is gone. */
  const resetRuns = () => {
    for (const name of readdirSync(runs)) rmSync(path.join(runs, name), { recursive: true, force: true });
    if (withRuns) cpSync(path.join(root, 'test/vscode/fixtures/runs'), runs, { recursive: true });
  };
  resetRuns();
  return {
    folder,
    runs,
    resetRuns,
    setKubeconfig,
    env: {
      KUBECONFIG: config,
      // What is made for a while below it goes with the rest.
      TMPDIR: folder,
      XDG_DATA_HOME: data,
      ...(realTools ? {} : { XDG_CACHE_HOME: cache }),
    },
    remove,
  };
}
