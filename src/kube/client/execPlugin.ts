import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readJson } from '../../core/tool/json';
import { messageOf, Problem } from '../../core/problem';
import type { ClusterEntry, ExecEntry } from './contextConfig';
import { textAt } from './json';
import { asClause } from './redact';

/** What a credential plugin answers. Secret, all of it. */
export interface PluginCredential {
  readonly token: string | null;
  /** PEM. */
  readonly certificate: string | null;
  /** PEM. */
  readonly key: string | null;
  /** Milliseconds since 1970; null where the plugin gives no end, and the credential then holds until it is refused. */
  readonly expiresAt: number | null;
}

export interface PluginCall {
  readonly exec: ExecEntry;
  /** Name of the kubeconfig's user, for messages. */
  readonly user: string;
  readonly cluster: ClusterEntry;
  /** Of the cluster's authority in base64, for plugins that ask for it. */
  readonly authorityData: string | null;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const largestAnswerCharacters = 1_000_000;
const killAfterMs = 1_000;

/** Source: kubernetes.io, client authentication API, `ExecCredential`. */
function execInfo({ exec, cluster, authorityData }: PluginCall): string {
  const about = {
    server: cluster.server,
    ...(cluster.tlsServerName === null ? {} : { 'tls-server-name': cluster.tlsServerName }),
    ...(cluster.skipVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(authorityData === null ? {} : { 'certificate-authority-data': authorityData }),
    ...(cluster.proxyUrl === null ? {} : { 'proxy-url': cluster.proxyUrl }),
  };
  return JSON.stringify({
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster: about } : {}) },
  });
}

/** Ends the plugin and what it started: a wrapper script leaves its own child behind otherwise. */
function end(child: ChildProcess): void {
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid === undefined) return;
      if (process.platform === 'win32') child.kill(signal);
      else process.kill(-child.pid, signal);
    } catch {
      // It has ended by itself meanwhile.
    }
  };
  send('SIGTERM');
  setTimeout(() => {
    send('SIGKILL');
  }, killAfterMs).unref();
}

function credentialIn(output: string, call: PluginCall): PluginCredential {
  const answer = readJson(output);
  const token = textAt(answer, 'status', 'token');
  const certificate = textAt(answer, 'status', 'clientCertificateData');
  const key = textAt(answer, 'status', 'clientKeyData');
  if (token === null && (certificate === null || key === null)) {
    throw new Problem(
      'target',
      `The credential plugin "${call.exec.command}" of user "${call.user}" gave no credential.`,
      'Run it by hand to see what it answers.',
    );
  }
  const end = Date.parse(textAt(answer, 'status', 'expirationTimestamp') ?? '');
  return { token, certificate, key, expiresAt: Number.isNaN(end) ? null : end };
}

function startProblem(error: Error, call: PluginCall): Problem {
  const missing = 'code' in error && error.code === 'ENOENT';
  const { command, installHint } = call.exec;
  return new Problem(
    'target',
    missing
      ? `The credential plugin "${command}" of user "${call.user}" is not found (PATH is ${call.env['PATH'] ?? 'empty'}).`
      : `The credential plugin "${command}" of user "${call.user}" cannot be started: ${messageOf(error)}.`,
    installHint === null
      ? 'Install it, or start VS Code from a shell whose PATH has it.'
      : `${asClause(installHint)}.`,
  );
}

/**
 * Runs a credential plugin once. It has no terminal to ask at.
 * @throws Problem (target) where it is missing, hangs, fails or gives no credential; never with what it wrote to standard
 * output, which may hold the credential.
 */
export async function runExecPlugin(call: PluginCall): Promise<PluginCredential> {
  const { exec, user, env, timeoutMs, signal } = call;
  if (exec.needsTerminal) {
    throw new Problem(
      'target',
      `The credential plugin "${exec.command}" of user "${user}" asks at a terminal, and there is none here.`,
      'Log in with it by hand first, or set its interactiveMode to IfAvailable.',
    );
  }
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(exec.command, exec.args, {
      env: { ...env, ...exec.env, KUBERNETES_EXEC_INFO: execInfo(call) },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    let output = '';
    let errors = '';
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const giveUp = (reason: unknown): void => {
      end(child);
      settle(() => {
        // eslint-plugin's rule wants an Error: an abort's reason is one unless the caller chose otherwise.
        reject(reason instanceof Error ? reason : new Error(String(reason)));
      });
    };
    const onAbort = (): void => {
      giveUp(signal.reason);
    };
    const timer = setTimeout(() => {
      giveUp(
        new Problem(
          'target',
          `The credential plugin "${exec.command}" of user "${user}" gave no answer within ${timeoutMs / 1000} s.`,
          'Run it by hand: it may wait for a login.',
        ),
      );
    }, timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < largestAnswerCharacters) output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-2_000);
    });
    child.on('error', (error) => {
      settle(() => {
        reject(startProblem(error, call));
      });
    });
    child.on('close', (code, killedBy) => {
      settle(() => {
        if (code === 0) {
          try {
            resolve(credentialIn(output, call));
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
          return;
        }
        const how = code === null ? `was ended by ${killedBy ?? 'a signal'}` : `failed (exit code ${code})`;
        const said = errors.trim() === '' ? '' : `: ${asClause(errors)}`;
        reject(
          new Problem(
            'target',
            `The credential plugin "${exec.command}" of user "${user}" ${how}${said}.`,
            'Run it by hand, and log in where it asks for that.',
          ),
        );
      });
    });
  });
}
