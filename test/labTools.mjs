// Brings the load tools to the user's cache folder, where the lab tests look for them: `node test/labTools.mjs --counts
// FILE`. Writes `{}`, or `{cannotRun}` with the reason. Uses the product's own provider, from dist/.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const lab = createRequire(import.meta.url)('../dist/lab.js');
const file = process.argv[process.argv.indexOf('--counts') + 1];
const { env } = process;
const signal = new AbortController().signal;
const cacheFolder = lab.defaultCacheFolder(env);

try {
  // netperf is only ever taken from PATH: its licence does not let us bring it.
  const found = await lab.findTools({ cacheFolder, env, signal });
  const { canBring } = lab.missingTools(found, lab.toolNames);
  if (canBring.length > 0) {
    console.log(`Bringing to ${cacheFolder}: ${lab.describeProvision(canBring)}`);
    const wanted = canBring.map(({ name }) => name);
    await lab.provideTools({ wanted, cacheFolder, env, signal, report: (text) => console.log(text) });
  }
  writeFileSync(file, '{}');
} catch (error) {
  // A Problem is a sentence for people; anything else is a defect, and the runner counts it as one.
  if (error.todo === undefined) throw error;
  writeFileSync(file, JSON.stringify({ cannotRun: error.message }));
}
