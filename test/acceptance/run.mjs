// `npm run acceptance -- --context NAME [OPTION...]`: every scenario that a cluster can run, in its shortest form, with a look at
// validity, undo and leftovers. Options of `cilium-bench run` go along; `--record NAME` keeps the outcome for README's table.
// Ends with 0 when nothing failed. It makes pods and Services on that cluster and takes them away again.
import { root, runBundled } from '../runBundled.mjs';

await runBundled('test/acceptance/main.ts', 'acceptance', ({ acceptance }) =>
  acceptance(process.argv.slice(2), root),
);
