import { fileURLToPath } from 'node:url';
import { it } from 'vitest';
import { findGo, leastGo } from './go.mjs';

const folder = fileURLToPath(new URL('kubernetes/kube', import.meta.url));

// What the policy engine computes, without a kernel; it fails with Go's own words.
it('the rules of the policy engine are those expected', async () => {
  const { go } = await findGo(leastGo([folder]), process.env);
  await go(['test', './policy'], { cwd: folder });
});
