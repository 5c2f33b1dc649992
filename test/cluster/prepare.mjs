// Makes all that the cluster tests start from: `node test/cluster/prepare.mjs --counts FILE`. Writes `{}`, or
// `{cannotRun}` with the reason in one line.
import { writeFileSync } from 'node:fs';
import { NotHere } from './commands.mjs';
import { buildKit } from './kit.mjs';
import { whyNoCluster } from './requirements.mjs';
import { clusterHome } from './store.mjs';
import { bringEnvoy } from './testCluster.mjs';

const file = process.argv[process.argv.indexOf('--counts') + 1];
const { env } = process;
const home = clusterHome(env);

async function prepare() {
  const reason = await whyNoCluster({ home });
  if (reason) return { cannotRun: reason };
  const began = performance.now();
  try {
    await bringEnvoy(console.log);
    await buildKit({ home, env, report: console.log });
  } catch (error) {
    // A Problem, and what this machine does not have, are sentences for people; anything else is a defect.
    if (error instanceof NotHere || error.todo !== undefined) return { cannotRun: error.message };
    throw error;
  }
  console.log(
    `All that the cluster is started from was there after ${((performance.now() - began) / 1000).toFixed(0)} s`,
  );
  return {};
}

writeFileSync(file, JSON.stringify(await prepare()));
