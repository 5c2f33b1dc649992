// Starts a real VS Code (code-server) on loopback with state that is thrown away afterwards.
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { endKindly, runQuietly, spawnOwned } from './processes.mjs';
import { provideHost } from './setup.mjs';

/** No tips, no experiments, no telemetry, nothing that moves: what is left is what a test looks at. */
const calmSettings = {
  'chat.disableAIFeatures': true,
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'files.simpleDialog.enable': true,
  'telemetry.telemetryLevel': 'off',
  // A file that is opened next must not close the one before.
  'workbench.editor.enablePreview': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};
/** Every folder is opened as one that nobody vouched for. */
const restricted = {
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};
/** Variables of a VS Code or code-server that we may be running in: they would steer the one we start. */
const foreign =
  /^(VSCODE_IPC_HOOK_CLI|VSCODE_PROXY_URI|NODE_OPTIONS|ELECTRON_RUN_AS_NODE|PASSWORD|HASHED_PASSWORD|PORT|CODE_SERVER_.*)$/;
const readyWithinMs = 60_000;

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function environment(added) {
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  // An empty gallery: nothing is looked up in a marketplace.
  return { ...Object.fromEntries(own), EXTENSIONS_GALLERY: '{}', ...added };
}

/** Not /healthz: that answers even when the part that is VS Code cannot load. */
async function servesWorkbench(url) {
  try {
    const response = await fetch(`${url}/?ew=true`);
    return response.status === 200 && (await response.text()).includes('vscode-workbench-web-configuration');
  } catch {
    return false;
  }
}

/**
 * Starts one. `vsix` are installed first; `workspace` is copied, so that a test never writes to the fixture;
 * `drivenByTests` makes the workbench take a development path and a test path from its address, and hides toasts and
 * dialogs: in-host suites need it, tests that look at the screen must not have it; without `isTrusted` folders open in Restricted
 * Mode, unasked.
 */
export async function startHost({
  vsix = [],
  settings = {},
  drivenByTests = false,
  isTrusted = true,
  env = {},
  workspace,
} = {}) {
  const programs = await provideHost();
  // A short name: unix sockets live below it, and their path may have 107 characters.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vh-'));
  // Also when the tests are broken off; by then the server was ended (processes.mjs).
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const userData = path.join(folder, 'u');
  const extensions = path.join(folder, 'x');
  const config = path.join(folder, 'c.yaml');
  const log = path.join(folder, 'server.log');
  mkdirSync(path.join(userData, 'User'), { recursive: true });
  mkdirSync(extensions);
  writeFileSync(config, 'auth: none\n');
  /** Writes the user's settings, which pages that are open take over too. */
  const set = (values) =>
    writeFileSync(
      path.join(userData, 'User', 'settings.json'),
      JSON.stringify({ ...calmSettings, ...(isTrusted ? {} : restricted), ...settings, ...values }, null, 2),
    );
  set({});
  const copied = workspace && path.join(folder, path.basename(workspace));
  if (copied) cpSync(workspace, copied, { recursive: true });

  const childEnv = environment(env);
  const base = [
    programs.entry,
    '--config',
    config,
    '--user-data-dir',
    userData,
    '--extensions-dir',
    extensions,
  ];
  for (const file of vsix) {
    await runQuietly(programs.node, [...base, '--install-extension', file, '--force'], { env: childEnv });
  }
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const output = openSync(log, 'a');
  const server = spawnOwned(
    programs.node,
    [
      ...base,
      ...['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none'],
      ...['--disable-telemetry', '--disable-update-check'],
      ...(isTrusted ? ['--disable-workspace-trust'] : []),
      ...['--disable-getting-started-override', '--idle-timeout-seconds', '600'],
      ...(drivenByTests ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ],
    { env: childEnv, stdio: ['ignore', output, output] },
  );
  closeSync(output);
  const readLog = () => readFileSync(log, 'utf8').slice(-3000);
  const stop = async () => {
    await endKindly(server);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };

  const deadline = Date.now() + readyWithinMs;
  while (!(await servesWorkbench(url))) {
    if (server.exitCode === null && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    const what =
      server.exitCode === null ? `is not ready in ${readyWithinMs / 1000} s` : `ended (${server.exitCode})`;
    const said = readLog();
    await stop();
    throw new Error(`VS Code's server ${what}.\n${said}`);
  }
  return { url, workspace: copied, pid: server.pid, set, readLog, stop };
}

/** The address under which the workbench knows a file of this machine. */
export const remoteUri = (file) => `vscode-remote://remote${pathToFileURL(path.resolve(file)).pathname}`;
