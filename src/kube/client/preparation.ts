import type { KubeConfig } from '@kubernetes/client-node';
import { Problem } from '../../core/problem';
import { createAgents } from './agents';
import type { Agents } from './agents';
import { contextConfig } from './contextConfig';
import type { ContextConfig } from './contextConfig';
import { createCredentials, endOfCertificate } from './credentials';
import type { CredentialSource } from './credentials';
import { ContextKubeConfig } from './libraryConfig';
import { addressWithoutSecrets } from './redact';
import { orAborted } from './slots';
import { transportProblem } from './transportProblem';
import type { Peer } from './transportProblem';

/** What every call needs before it is sent. */
export interface Prepared {
  /** Secret. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly agents: Agents;
  readonly peer: Peer;
}

export interface Preparation {
  /** Without credentials. */
  readonly server: string;
  /**
   * Credentials and connections, prepared once for all who ask at the same time.
   * @throws Problem where a file cannot be read, a plugin fails, or the context now points elsewhere.
   */
  get(signal: AbortSignal | undefined): Promise<Prepared>;
  /** Has everything read and asked for anew by the next call, unless that was done since `refused` was got. */
  renew(refused: Prepared): void;
  /** Any error of a connection as a Problem. */
  problem(error: unknown): Problem;
  library(): KubeConfig;
  close(): void;
}

interface Loaded {
  readonly config: ContextConfig;
  readonly credentials: CredentialSource;
  readonly library: ContextKubeConfig;
}

/** A plugin whose answers have always expired is not to be started for every single call. */
const shortestFreshMs = 1_000;

/** Prepares calls to the context, and keeps up with its kubeconfig while it is used. */
export function createPreparation(
  first: ContextConfig,
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly pluginTimeoutMs: number;
    /** How long files that hold credentials are taken as read. */
    readonly freshMs: number;
  },
): Preparation {
  const { name, cluster } = first;
  const server = addressWithoutSecrets(cluster.server);
  const proxied = cluster.proxyUrl !== null;
  const keeper = createAgents(proxied);
  const closing = new AbortController();

  const load = (config: ContextConfig): Loaded => {
    const credentials = createCredentials(config, { ...options, signal: closing.signal });
    return { config, credentials, library: new ContextKubeConfig(config, credentials, keeper) };
  };
  let loaded = load(first);
  let prepared: (Prepared & { readonly until: number }) | null = null;
  let preparing: Promise<Prepared> | null = null;

  const reload = async (): Promise<void> => {
    let config: ContextConfig;
    try {
      config = await contextConfig(name, options.env);
    } catch {
      return; // An editor or a login is writing the file: what was read before still holds.
    }
    if (JSON.stringify(config) === JSON.stringify(loaded.config)) return;
    if (config.cluster.server !== cluster.server || config.cluster.proxyUrl !== cluster.proxyUrl) {
      throw new Problem(
        'target',
        `Context "${name}" now points to another address (${addressWithoutSecrets(config.cluster.server)}) than when this began (${server}).`,
        'Start again to use the new address.',
      );
    }
    loaded = load(config);
  };

  const peerOf = (certificate: Buffer | null): Peer => ({
    server,
    user: loaded.config.user.name,
    proxied,
    certificateEnd: endOfCertificate(certificate),
  });
  const problem = (error: unknown): Problem =>
    error instanceof Problem ? error : transportProblem(error, prepared?.peer ?? peerOf(null));

  const prepare = async (): Promise<Prepared> => {
    if (prepared !== null) await reload();
    const { library, credentials } = loaded;
    try {
      const { headers, agents, certificate } = await library.prepare();
      const now = Date.now();
      const end = Math.min(now + options.freshMs, credentials.expiresAt() ?? Infinity);
      const until = Math.max(now + Math.min(shortestFreshMs, options.freshMs), end);
      prepared = { headers, agents, peer: peerOf(certificate), until };
      return prepared;
    } catch (error) {
      throw problem(error);
    }
  };

  return {
    server,
    async get(signal) {
      signal?.throwIfAborted();
      if (prepared !== null && prepared.until > Date.now()) return prepared;
      preparing ??= prepare().finally(() => {
        preparing = null;
      });
      return orAborted(preparing, signal);
    },
    renew(refused) {
      if (prepared !== refused) return;
      loaded.credentials.forget();
      prepared = { ...prepared, until: 0 };
    },
    problem,
    library: () => loaded.library,
    close() {
      closing.abort(new Error(`The client of context "${name}" was closed.`));
      keeper.close();
    },
  };
}
