// Runs inside VS Code: times both activations and writes them to the file that BENCH_ACTIVATION names.
import { writeFileSync } from 'node:fs';
import vscode from 'vscode';

async function time(id) {
  const extension = vscode.extensions.getExtension(id);
  if (!extension) throw new Error(`${id} is not there`);
  if (extension.isActive) throw new Error(`${id} was active before it was asked for`);
  const start = performance.now();
  await extension.activate();
  return performance.now() - start;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until the extension host had nothing else to do for a second; 30 s at most. */
async function rest() {
  const end = performance.now() + 30_000;
  let calmSince = performance.now();
  while (performance.now() < end && performance.now() - calmSince < 1000) {
    const before = performance.now();
    await pause(10);
    if (performance.now() - before > 20) calmSince = performance.now();
  }
}

export async function run() {
  await pause(3000);
  await rest();
  // What the first activation pays for all, loading the machinery, is left out: two empty ones, the second counts.
  await time('cilium-bench-test.empty-first');
  await rest();
  const empty = await time('cilium-bench-test.empty-second');
  await rest();
  const ours = await time('cilium-bench.cilium-bench');
  writeFileSync(process.env.BENCH_ACTIVATION, JSON.stringify({ ours, empty }));
}
