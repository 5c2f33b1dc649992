// What VS Code loads as the suite: runs `suite/index.ts` and writes down what mocha counted, so that the runner need
// not read it off the screen. Bundled with it by inHost.mjs.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { run as runSuite } from './suite/index';

const countsFile = process.env.CILIUM_BENCH_TEST_COUNTS;

/** Resolves when all passed and rejects otherwise. The counts are written once mocha has ended, either way. */
export async function run() {
  const runMocha = Mocha.prototype.run;
  Mocha.prototype.run = function runAndCount(whenDone) {
    const runner = runMocha.call(this, (failures) => {
      const { passes, pending } = runner.stats;
      writeFileSync(countsFile, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
      whenDone?.(failures);
    });
    return runner;
  };
  await runSuite(process.env.CILIUM_BENCH_TEST_SUITE);
}
