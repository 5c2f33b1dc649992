import os from 'node:os';
import { chromium } from 'playwright-core';
import { provideProgram } from './debian.mjs';

/**
 * No name is resolved, so that nothing can reach the network; and nothing of Chromium's own tries to, since the tests
 * assert that no request leaves this machine.
 */
const quiet = [
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
];

/** The Chromium on PATH, else Debian's. Throws CannotRunHere where there is neither. */
export function provideChromium() {
  return provideProgram(['chromium', 'google-chrome', 'chromium-browser'], ['chromium']);
}

/**
 * Starts Chromium without a window, with what it leaves behind in `temporary`. Its sandbox does not start as root, so it
 * is off there and only there.
 */
export async function launchChromium(temporary = os.tmpdir()) {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({
    executablePath: await provideChromium(),
    headless: true,
    args: [...quiet, ...asRoot],
    env: { ...process.env, TMPDIR: temporary },
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
