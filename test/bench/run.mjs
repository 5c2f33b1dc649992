// `npm run bench [-- NAME...]`: the speed figures, a line each, as a ratio beside a peer or a limit of the same run.
// Ends with 0 when none is over.
import { runBundled } from '../runBundled.mjs';

await runBundled('test/bench/main.ts', 'bench', ({ bench }) => bench(process.argv.slice(2)));
