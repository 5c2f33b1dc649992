// `npm run calibrate -- [--effects N] [--clean-runs N]`: without either, the command line's own calibrate, with what follows. With
// them, the proof on the live lab, written to docs/calibration.md.
import { spawnSync } from 'node:child_process';
import { root, runBundled } from '../runBundled.mjs';

const words = process.argv.slice(2);
if (words.some((word) => word === '--effects' || word === '--clean-runs')) {
  await runBundled('test/calibration/live.ts', 'calibrate', ({ main }) => main(words));
} else {
  const { buildAll, ensurePackages } = await import('../ensureBuilt.mjs');
  process.chdir(root);
  await ensurePackages(console.error);
  await buildAll();
  const { status } = spawnSync(process.execPath, ['dist/cli.js', 'calibrate', ...words], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 130;
}
