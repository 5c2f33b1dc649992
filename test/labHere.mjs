// What the lab can do on this machine, as the built command line tells it.
import { fileURLToPath } from 'node:url';
import { runQuietly } from './vscode/host/processes.mjs';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** Why there are no network namespaces here, in the lab's own words; undefined where they are to be had. */
export async function whyNoNamespaces() {
  const answer = await runQuietly(process.execPath, [cli, 'targets', '--json'], { timeoutMs: 60_000 });
  const lab = JSON.parse(answer.slice(answer.indexOf('{'))).targets.find(({ kind }) => kind === 'lab');
  // A Service's address needs them and a tool; VXLAN needs them and no tool, and so has the reason.
  if (lab.can.includes('service-address')) return undefined;
  return lab.cannot.find(({ capability }) => capability === 'vxlan')?.reason;
}
