// Brings the load tools that the lab tests need: `node test/labTools.mjs --counts FILE`. Writes `{folders}`, or
// `{cannotRun}` with the reason. Uses the product's own provider, from dist/.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const lab = createRequire(import.meta.url)('../dist/lab.js');
const file = process.argv[process.argv.indexOf('--counts') + 1];
const { env } = process;
const signal = new AbortController().signal;
const cacheFolder = lab.defaultCacheFolder(env);
const found = () => lab.findTools({ cacheFolder, env, signal });

try {
  // netperf is only ever taken from PATH: its licence does not let us bring it.
  const { canBring } = lab.missingTools(await found(), lab.toolNames);
  if (canBring.length > 0) {
    console.log(`Bringing to ${cacheFolder}: ${lab.describeProvision(canBring)}`);
    const wanted = canBring.map(({ name }) => name);
    await lab.provideTools({ wanted, cacheFolder, env, signal, report: (text) => console.log(text) });
  }
  const tools = [...(await found()).values()];
  writeFileSync(
    file,
    JSON.stringify({ folders: [...new Set(tools.map((tool) => path.dirname(tool.path)))] }),
  );
} catch (error) {
  // A Problem is a sentence for people; anything else is a defect, and the runner counts it as one.
  if (error.todo === undefined) throw error;
  writeFileSync(file, JSON.stringify({ cannotRun: error.message }));
}
