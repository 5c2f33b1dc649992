// The first analysis in a process of its own: `node cold.mjs POLICY_BUNDLE MANIFEST`. Prints milliseconds as JSON.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const [bundle = '', manifest = ''] = process.argv.slice(2);
const text = readFileSync(manifest, 'utf8');
const hash = (what) => createHash('sha256').update(what).digest('hex');
const start = performance.now();
const { analyse } = createRequire(import.meta.url)(path.resolve(bundle));
const loaded = performance.now();
const { findings } = analyse(text, { hash });
const analysed = performance.now();
process.stdout.write(
  JSON.stringify({ loadMs: loaded - start, analysisMs: analysed - loaded, findings: findings.length }),
);
