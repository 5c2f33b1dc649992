import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { messageOf, Problem } from '../../core/problem';
import type { ContextConfig, Material } from './contextConfig';
import { runExecPlugin } from './execPlugin';
import type { PluginCredential } from './execPlugin';

/** What proves who is asking, ready for use. Secret, all of it. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** PEM. */
  readonly certificate: Buffer | null;
  readonly key: Buffer | null;
}

export interface CredentialSource {
  /** Reads files anew; starts the plugin only where its last answer has expired, once for all who ask meanwhile. */
  get(): Promise<Credentials>;
  /** When the plugin's credential ends, in milliseconds since 1970; null where it does not or none is known. */
  expiresAt(): number | null;
  /** Drops the plugin's answer, after the API server refused it. */
  forget(): void;
}

/** A credential that is about to end is not started with: the request still has to get there. */
const spareMs = 5_000;

async function read(material: Material | null, what: string, context: string): Promise<Buffer | null> {
  if (material === null) return null;
  if ('data' in material) return Buffer.from(material.data, 'base64');
  try {
    return await readFile(material.file);
  } catch (error) {
    throw new Problem(
      'target',
      `The ${what} of context "${context}" cannot be read: ${messageOf(error)}.`,
      'Check the path in the kubeconfig, or log in to the cluster again.',
    );
  }
}

/** When a certificate in PEM ends; null where it is none. */
export function endOfCertificate(certificate: Buffer | null): Date | null {
  if (certificate === null) return null;
  try {
    return new Date(new X509Certificate(certificate).validTo);
  } catch {
    return null; // What the TLS layer says about it is clearer than what could be said here.
  }
}

/** The same for the same material: tells when connections must be made anew. */
export function fingerprintOf(parts: readonly (string | Buffer | null)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part ?? '').update('\0');
  return hash.digest('base64');
}

function authorization(
  config: ContextConfig,
  plugin: PluginCredential | null,
  fileToken: string | null,
): string | null {
  const { user } = config;
  const token = fileToken ?? user.token ?? plugin?.token ?? null;
  if (token !== null) return `Bearer ${token}`;
  if (user.username === null) return null;
  return `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`;
}

export function createCredentials(
  config: ContextConfig,
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly pluginTimeoutMs: number;
    readonly signal: AbortSignal;
  },
): CredentialSource {
  const { cluster, user } = config;
  // As kubectl: over plain HTTP nothing secret is sent.
  const isSecure = cluster.server.startsWith('https:');
  let answer: PluginCredential | null = null;
  let asking: Promise<PluginCredential> | null = null;

  const ask = async (authority: Buffer | null): Promise<PluginCredential | null> => {
    if (user.exec === null) return null;
    if (answer !== null && (answer.expiresAt === null || answer.expiresAt - spareMs > Date.now()))
      return answer;
    asking ??= runExecPlugin({
      exec: user.exec,
      user: user.name,
      cluster,
      authorityData: authority?.toString('base64') ?? null,
      env: options.env,
      timeoutMs: options.pluginTimeoutMs,
      signal: options.signal,
    }).finally(() => {
      asking = null;
    });
    answer = await asking;
    return answer;
  };

  return {
    async get() {
      if (!isSecure) return { headers: {}, certificate: null, key: null };
      const [authority, certificate, key, tokenBytes] = await Promise.all([
        read(cluster.authority, 'certificate authority', config.name),
        read(user.certificate, 'client certificate', config.name),
        read(user.key, 'client key', config.name),
        read(user.tokenFile === null ? null : { file: user.tokenFile }, 'token file', config.name),
      ]);
      const plugin = await ask(authority);
      const authorized = authorization(config, plugin, tokenBytes?.toString('utf8').trim() ?? null);
      return {
        headers: {
          ...(authorized === null ? {} : { Authorization: authorized }),
          ...user.impersonation,
        },
        certificate: plugin?.certificate == null ? certificate : Buffer.from(plugin.certificate),
        key: plugin?.key == null ? key : Buffer.from(plugin.key),
      };
    },
    expiresAt: () => answer?.expiresAt ?? null,
    forget: () => {
      answer = null;
    },
  };
}
