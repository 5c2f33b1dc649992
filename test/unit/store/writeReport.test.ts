import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PanelModel } from '../../../src/core/result/panelModel';
import { exportFormats } from '../../../src/core/words/exportFormats';
import { createRunStore, type RunStore } from '../../../src/store/runStore';
import { exportText, writeReport } from '../../../src/store/writeReport';

const fixtures = fileURLToPath(new URL('../../vscode/fixtures/runs', import.meta.url));
let folder: string;
let store: RunStore;
let id: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-write-'));
  await cp(fixtures, path.join(folder, 'runs'), { recursive: true });
  await mkdir(path.join(folder, 'dist'));
  for (const name of ['report.js', 'report.css']) await writeFile(path.join(folder, 'dist', name), '');
  store = createRunStore(path.join(folder, 'runs'));
  id = (await readdir(fixtures)).find((name) => name.includes('policy-overhead')) ?? '';
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const dist = (): string => path.join(folder, 'dist');

function modelIn(html: string): PanelModel {
  const [, json = ''] = /<script type="application\/json" id="model">(.*)<\/script>/.exec(html) ?? [];
  return JSON.parse(json) as PanelModel;
}

describe('the HTML report of a stored run', () => {
  it('has the distribution of its raw output beside the percentiles, whole', async () => {
    const html = await readFile(await writeReport(store, await store.read(id), dist()), 'utf8');
    const { charts } = modelIn(html);
    const at = charts.findIndex((chart) => chart.id === 'distribution');
    expect(charts[at - 1]?.id).toBe('latency');
    expect(charts[at]?.series.map(({ points }) => points.length > 20)).toEqual([true, true, true]);
    expect(charts[at]).not.toHaveProperty('pending');
    expect(html).toContain('<li>All latencies at ');
  });

  it('is written without it where the raw output is gone', async () => {
    await rm(path.join(store.folderOf(id), 'samples'), { recursive: true });
    const html = await readFile(await writeReport(store, await store.read(id), dist()), 'utf8');
    expect(modelIn(html).charts.map((chart) => chart.id)).not.toContain('distribution');
  });

  it('shows what is kept with the run as it is now, as the Markdown does; run.json as JSON has none of it', async () => {
    const run = await store.read(id);
    expect(modelIn(await readFile(await writeReport(store, run, dist()), 'utf8'))).not.toHaveProperty('kept');
    await store.annotate(id, (now) => ({ ...now, name: 'Before the upgrade', tags: ['nightly'] }));
    const html = await readFile(await writeReport(store, run, dist()), 'utf8');
    expect(modelIn(html).kept).toMatchObject({ name: 'Before the upgrade', tags: ['nightly'] });
    const text = async (format: string): Promise<string> => {
      const found = exportFormats.find((one) => one.id === format);
      if (!found) throw new Error(format);
      return exportText(store, run, found, dist());
    };
    expect(await text('md')).toContain('**Before the upgrade · ');
    expect(await text('json')).not.toContain('Before the upgrade');
  });
});
