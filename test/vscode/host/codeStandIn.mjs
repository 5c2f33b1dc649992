#!/usr/bin/env node
// Stands in for the desktop `code` binary: its path goes to @vscode/test-electron as vscodeExecutablePath. Runs the
// suite inside code-server and a Chromium without a window, and ends with the suite's own exit code.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import { launchChromium } from './chromium.mjs';
import { remoteUri, startHost } from './host.mjs';

/** What the workbench says about itself at every start, and of folders whose file system a test brings later. VSCODE_STANDIN_VERBOSE=1 shows it too. */
const chatter =
  /^\[(reconnection|Service Worker|AgentHost|AccountPolicy)|^(Creating a socket|Resolv(ing|ed) connection|Updating additional|Ignoring fetching|Creation of workbench|Canceled: Canceled)|authentication provider 'github'|(ENOPRO|^CodeExpectedError\n[^]*\.withProvider)/;
// VSCODE_STANDIN_VSIX lists packages to install beside what is developed: the workbench takes one development path.
const timeoutMs = Number(process.env.VSCODE_STANDIN_TIMEOUT_MS ?? 300_000);

function parseArguments(argv) {
  const parsed = { developed: [], opened: [], tests: undefined, userData: undefined };
  const rest = [...argv];
  while (rest.length > 0) {
    const argument = rest.shift();
    const [, name, joined] = /^--([\w-]+)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name === undefined) parsed.opened.push(argument);
    else if (name === 'extensionDevelopmentPath') parsed.developed.push(joined ?? rest.shift());
    else if (name === 'extensionTestsPath') parsed.tests = joined ?? rest.shift();
    else if (name === 'user-data-dir') parsed.userData = joined ?? rest.shift();
  }
  return parsed;
}

function userSettings(userData) {
  if (!userData) return {};
  try {
    return JSON.parse(readFileSync(path.join(userData, 'User', 'settings.json'), 'utf8'));
  } catch {
    return {}; // There need be none.
  }
}

function address(url, { developed, opened, tests }) {
  const payload = [
    ...developed.map((folder) => ['extensionDevelopmentPath', remoteUri(folder)]),
    ...(tests ? [['extensionTestsPath', remoteUri(tests)]] : []),
    ['skipWelcome', 'true'],
  ];
  const query = new URLSearchParams({ payload: JSON.stringify(payload) });
  const [first] = opened;
  if (first === undefined) query.set('ew', 'true');
  else query.set(first.endsWith('.code-workspace') ? 'workspace' : 'folder', path.resolve(first));
  return `${url}/?${query}`;
}

function print(type, values) {
  const text = format(...values);
  if (!process.env.VSCODE_STANDIN_VERBOSE && chatter.test(text)) return;
  (type === 'error' ? process.stderr : process.stdout).write(`${text}\n`);
}

async function suiteExitCode(page, start) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the suite did not end in ${timeoutMs / 1000} s`)), timeoutMs);
  });
  const crashed = new Promise((_, reject) =>
    page.once('crash', () => reject(new Error('the workbench crashed'))),
  );
  const done = new Promise((resolve) => {
    void page.exposeFunction('codeAutomationExit', resolve);
  });
  await page.exposeFunction('codeAutomationLog', print);
  try {
    await start();
    return Number(await Promise.race([done, late, crashed]));
  } finally {
    clearTimeout(timer);
  }
}

const parsed = parseArguments(process.argv.slice(2));
let code = 1;
let host;
let browser;
try {
  host = await startHost({
    drivenByTests: true,
    // An argument would not do: @vscode/test-electron turns trust off in its own.
    isTrusted: !process.env.VSCODE_STANDIN_RESTRICTED,
    settings: userSettings(parsed.userData),
    vsix: (process.env.VSCODE_STANDIN_VSIX ?? '').split(path.delimiter).filter((file) => file !== ''),
  });
  browser = await launchChromium();
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  code = await suiteExitCode(page, () => page.goto(address(host.url, parsed)));
} catch (error) {
  console.error(error.message);
  if (host) console.error(host.readLog());
} finally {
  await browser?.close().catch(() => {});
  await host?.stop();
}
process.exit(code);
