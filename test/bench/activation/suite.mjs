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

export async function run() {
  // The window comes to rest first.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  // What the first activation pays for all, loading the machinery, is left out: two empty ones, the second counts.
  await time('cilium-bench-test.empty-first');
  const empty = await time('cilium-bench-test.empty-second');
  const ours = await time('cilium-bench.cilium-bench');
  writeFileSync(process.env.BENCH_ACTIVATION, JSON.stringify({ ours, empty }));
}
