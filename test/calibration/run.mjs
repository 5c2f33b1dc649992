// `npm run simulate [-- design|verdicts]`: 2,000 runs a cell on recorded noise, written to docs/stopping.md and docs/statistics.md. Ends with 1 where a promise is not kept.
import { runBundled } from '../runBundled.mjs';

await runBundled('test/calibration/main.ts', 'simulate', ({ main }) => main(process.argv[2]));
