// The first analysis in a process of its own: `node cold.mjs POLICY_BUNDLE MANIFEST`. Prints milliseconds as JSON:
// of its thread, and by the clock.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const [bundle = '', manifest = ''] = process.argv.slice(2);
const text = readFileSync(manifest, 'utf8');
const hash = (what) => createHash('sha256').update(what).digest('hex');

/** Milliseconds that this thread has run, where the kernel says so: what others do on the machine is not in it. */
function threadMs() {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

threadMs();
const start = threadMs();
const { analyse } = createRequire(import.meta.url)(path.resolve(bundle));
const loaded = threadMs();
const clock = performance.now();
const { findings } = analyse(text, { hash });
const clockMs = performance.now() - clock;
const analysed = threadMs();
process.stdout.write(
  JSON.stringify({
    loadMs: loaded - start,
    analysisMs: analysed - loaded,
    clockMs,
    findings: findings.length,
  }),
);
