// Import and export in a real VS Code: through its own dialogs, from and to real files.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../state.mjs';
import { recorded, recordedId } from './moreRuns.mjs';
import { plain, written } from './panelPage.mjs';
import {
  drawnPanel,
  openPanel,
  menuByMouse,
  openContainer,
  pressUntil,
  quickPick,
  runCommand,
  treeRow,
  until,
  webview,
} from './workbench.mjs';

const captured = (name) => path.join(root, 'test/unit', name);
const summary = captured('result/import/captured/article/benchmark-summary.json');
const fortio = captured('tool/captured/fortio-saturated.json');

/** A result of each other program whose figures a file of one run tells. */
const otherPrograms = [
  {
    file: captured('result/import/captured/article/throughput/pod2pod_single_r1.json'),
    title: 'TCP throughput',
    // Source: iperf 3, `iperf_api.c`: `sum_received` is what arrived.
    figure: (text) => `${(JSON.parse(text).end.sum_received.bits_per_second / 1e9).toFixed(1)}\u2009Gbit/s`,
    program: 'iperf3',
  },
  {
    file: captured('result/import/captured/article/service-scale/rr_at_1000svc_r1.txt'),
    title: 'TCP and HTTP latency',
    // The last column of its last line is the rate of round trips.
    figure: (text) => `${written(Number(text.trim().split(',').at(-1)))}/s`,
    program: 'netperf',
  },
];

/** Answers VS Code's own file dialog with a path, else with the one that it proposes. */
async function answerDialog(page, title, file) {
  const dialog = page.locator('.quick-input-widget:visible', {
    has: page.locator('.quick-input-title', { hasText: title }),
  });
  const input = dialog.locator('.quick-input-box input');
  await input.waitFor();
  await until('a proposed path', async () => (await input.inputValue()).startsWith('/'), 10_000);
  await pressUntil(
    'the dialog to be answered',
    async () => {
      if ((await dialog.count()) === 0) return;
      // It may write its own path over one that is typed at once, and looks into the folder before it takes a name.
      if (file !== undefined && (await input.inputValue()) !== file) await input.fill(file);
      else await dialog.locator('.quick-input-action .monaco-button').first().click({ timeout: 2_000 });
    },
    async () => (await dialog.count()) === 0,
  );
}

/** Imports a file or a folder by the Command Palette. */
async function importFrom(page, source, kind = 'File or archive...') {
  await runCommand(page, 'Cilium Bench: Import Results...');
  await quickPick(page, kind);
  await answerDialog(page, 'Results of other tools', source);
}

const toast = (page, text) => page.locator('.notifications-toasts .notification-toast', { hasText: text });

/** What each exported file must be. */
const formats = [
  ['html', (text) => assert.match(text, /^<!doctype html>[\s\S]*checkout-l7\.yaml/i)],
  ['md', (text) => assert.match(text, /80\s?%/)],
  ['csv', (text) => assert.ok(text.split('\n').length > recorded.samples.length)],
  ['json', (text) => assert.deepEqual(JSON.parse(text), recorded)],
  ['prom', (text) => assert.match(text, /\n# EOF\n$/)],
  [
    'ndjson',
    (text) =>
      text
        .trim()
        .split('\n')
        .forEach((line) => JSON.parse(line)),
  ],
];

/** The panel of one title shows all these. */
async function shows(page, title, parts) {
  await page.locator('.tab', { hasText: title }).waitFor();
  await drawnPanel(page);
  await until(
    `${parts.join(', ')} in ${title}`,
    async () => {
      const text = plain(await webview(page).locator('main').innerText());
      return parts.every((part) => text.includes(part));
    },
    20_000,
  );
}

export const exchangeScenarios = [
  {
    title: 'import: results of other tools become runs with their numbers, and a refused file says why',
    timeoutMs: 180_000,
    async run({ page, shot, state }) {
      await openContainer(page);
      await treeRow(page, /L7 through Envoy/).waitFor();
      await importFrom(page, fortio);
      const { ActualQPS } = JSON.parse(readFileSync(fortio, 'utf8'));
      await shows(page, 'HTTP requests a second', [
        `${written(ActualQPS)}/s`,
        'not measured by Cilium Bench',
      ]);
      await shot('imported-fortio');
      for (const { file, title, figure, program } of otherPrograms) {
        await importFrom(page, file);
        await shows(page, title, [
          figure(readFileSync(file, 'utf8')),
          `(${program}), not measured by Cilium Bench`,
        ]);
      }
      const before = readdirSync(state.runs).length;
      await importFrom(page, summary);
      await until('its runs', () => readdirSync(state.runs).length > before + 2, 20_000);
      const { rps } = JSON.parse(readFileSync(summary, 'utf8'));
      await page.keyboard.press('Escape');
      const row = treeRow(page, /^rps · test/);
      await pressUntil(
        'the imported run to open',
        () => row.click(),
        async () =>
          plain(await webview(page).locator('main').innerText()).includes(
            `${written(rps.svc_c64.avg_qps)}/s`,
          ),
      );
      await drawnPanel(page);
      await shot('imported');
      const cut = path.join(state.folder, 'cut-short.json');
      writeFileSync(cut, readFileSync(fortio, 'utf8').slice(0, 900));
      await importFrom(page, cut);
      await toast(page, /Nothing in .*cut-short\.json can be imported\..*line/).waitFor();
      await shot('import-refused');
    },
  },
  {
    title: 'export: each format is saved as what it is, and an archive opens again',
    timeoutMs: 240_000,
    async run({ page, shot, state, folder }) {
      await openContainer(page);
      await openPanel(page, /L7 through Envoy/);
      for (const [extension, check] of formats) {
        await webview(page).getByRole('button', { name: 'Export...' }).click();
        await quickPick(page, `.${extension}`);
        await answerDialog(page, 'Export Policy overhead');
        await toast(page, `${recordedId}.${extension}`).waitFor();
        check(readFileSync(path.join(folder, `${recordedId}.${extension}`), 'utf8'));
        if (extension === 'html') await shot('exported');
      }
      const archive = path.join(folder, `${recordedId}.zip`);
      await menuByMouse(page, /L7 through Envoy/, 'Export Run Folder...');
      await answerDialog(page, 'Export Run Folder', archive);
      await until('the archive', () => existsSync(archive), 20_000);
      await menuByMouse(page, /L7 through Envoy/, 'Delete Run');
      await treeRow(page, /L7 through Envoy/).waitFor({ state: 'detached' });
      await importFrom(page, archive);
      await treeRow(page, /L7 through Envoy/).waitFor();
      const kept = readFileSync(path.join(state.runs, recordedId, 'run.json'), 'utf8');
      assert.deepEqual(JSON.parse(kept), recorded);
      assert.ok(recorded.samples.every(({ raw }) => existsSync(path.join(state.runs, recordedId, raw))));
    },
  },
];
