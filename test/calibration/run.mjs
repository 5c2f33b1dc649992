// `npm run simulate`: 2,000 runs a cell on recorded noise, written to docs/statistics.md. Ends with 1 where a promise is not kept.
import { runBundled } from '../runBundled.mjs';

await runBundled('test/calibration/main.ts', 'simulate', ({ main }) => main());
