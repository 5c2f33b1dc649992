import { access, readFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import path from 'node:path';
import { holderCommand, type Rights } from './holder';
import { runCommand, searchPath } from './process';

/** Whether network namespaces can be had, and how; else why not and what to do. */
export type Namespaces =
  { readonly rights: Rights } | { readonly rights: null; readonly reason: string; readonly todo: string };

/** Programs of the system that build the lab: util-linux, iproute2 and bash. */
const systemPrograms = ['setpriv', 'unshare', 'nsenter', 'ip', 'bash'] as const;
const packageOf: Readonly<Record<(typeof systemPrograms)[number], string>> = {
  setpriv: 'util-linux',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  ip: 'iproute2',
  bash: 'bash',
};

/** Path of a program of the system; null when it is in none of the folders. */
export async function findProgram(name: string): Promise<string | null> {
  for (const folder of searchPath().split(':')) {
    const file = path.join(folder, name);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return null;
}

async function sysctl(name: string): Promise<string | null> {
  return readFile(`/proc/sys/${name}`, 'utf8').then(
    (value) => value.trim(),
    () => null,
  );
}

/** Why an ordinary user gets no user namespace, by what distributions restrict. */
async function restriction(words: string): Promise<{ reason: string; todo: string }> {
  if ((await sysctl('kernel/apparmor_restrict_unprivileged_userns')) === '1') {
    return {
      reason: 'AppArmor on this machine does not let ordinary users have user namespaces',
      todo: 'Run as root, or allow them: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0.',
    };
  }
  if ((await sysctl('kernel/unprivileged_userns_clone')) === '0') {
    return {
      reason: 'This kernel does not let ordinary users have user namespaces',
      todo: 'Run as root, or allow them: sudo sysctl kernel.unprivileged_userns_clone=1.',
    };
  }
  if ((await sysctl('user/max_user_namespaces')) === '0') {
    return {
      reason: 'This machine allows no user namespace',
      todo: 'Run as root, or allow them: sudo sysctl user.max_user_namespaces=10000.',
    };
  }
  return {
    reason: `Network namespaces are refused here (${words === '' ? 'no reason given' : words})`,
    todo: 'Run as root; in a container, start it privileged.',
  };
}

/** It takes some ms; a machine under load takes longer, and a time-out must not pass for a refusal. */
const trialTimeoutMs = 15_000;

/** Tries whether namespaces can be had here: as root where this process is that, else in a user namespace. */
export async function findNamespaces(signal: AbortSignal): Promise<Namespaces> {
  if (process.platform !== 'linux') {
    return {
      rights: null,
      reason: 'Network namespaces exist on Linux alone',
      todo: 'Use a Linux machine, a container there, or WSL.',
    };
  }
  const missing: string[] = [];
  for (const program of systemPrograms) {
    if ((await findProgram(program)) === null) missing.push(`${program} (package ${packageOf[program]})`);
  }
  if (missing.length > 0) {
    return {
      rights: null,
      reason: `What builds the lab is missing: ${missing.join(', ')}`,
      todo: 'Install the packages.',
    };
  }
  let words = '';
  const candidates: readonly Rights[] =
    process.getuid?.() === 0 ? ['root', 'user-namespace'] : ['user-namespace'];
  for (const rights of candidates) {
    const tried = await runCommand(holderCommand(rights, 'mount -t tmpfs cilium-bench /run'), {
      timeoutMs: trialTimeoutMs,
      signal,
    });
    if (tried.exitCode === 0) return { rights };
    if (tried.timedOut) {
      return {
        rights: null,
        reason: `A network namespace was not there after ${trialTimeoutMs / 1000} s`,
        todo: 'Try again when this machine is less busy.',
      };
    }
    words = tried.stderr.trim().split('\n').at(-1) ?? '';
  }
  return { rights: null, ...(await restriction(words)) };
}
