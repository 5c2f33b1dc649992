import path from 'node:path';
import { isRecord } from '../../core/tool/json';
import { Problem } from '../../core/problem';
import { readKubeconfigFile } from '../kubeconfigFile';
import { kubeconfigFiles } from '../kubeconfigFiles';
import { listAt, textAt, valueAt } from './json';

/** A file or its content in base64; where a kubeconfig gives both, the content holds, as with kubectl. */
export type Material = { readonly data: string } | { readonly file: string };

export interface ClusterEntry {
  readonly server: string;
  readonly authority: Material | null;
  readonly skipVerify: boolean;
  readonly tlsServerName: string | null;
  readonly proxyUrl: string | null;
}

/** A program that gives credentials. Source: kubernetes.io, "client-go credential plugins". */
export interface ExecEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly apiVersion: string;
  readonly installHint: string | null;
  readonly needsTerminal: boolean;
  readonly provideClusterInfo: boolean;
}

export interface UserEntry {
  readonly name: string;
  readonly certificate: Material | null;
  readonly key: Material | null;
  readonly token: string | null;
  readonly tokenFile: string | null;
  readonly username: string | null;
  readonly password: string | null;
  readonly exec: ExecEntry | null;
  /** The older `auth-provider` (oidc, gcp, azure), left to the library. */
  readonly authProvider: Readonly<Record<string, unknown>> | null;
  /** Headers that ask the API server to act as somebody else. */
  readonly impersonation: Readonly<Record<string, string | string[]>>;
}

/** Everything a kubeconfig says about how to reach one context. Holds credentials. */
export interface ContextConfig {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: ClusterEntry;
  readonly user: UserEntry;
}

interface Found {
  readonly file: string;
  readonly entry: unknown;
}

function material(found: Found, key: string, field: string): Material | null {
  const data = textAt(found.entry, key, `${field}-data`);
  if (data !== null) return { data };
  const file = textAt(found.entry, key, field);
  return file === null ? null : { file: path.resolve(path.dirname(found.file), file) };
}

function execEntry(found: Found): ExecEntry | null {
  const exec = valueAt(found.entry, 'user', 'exec');
  const command = textAt(exec, 'command');
  if (command === null) return null;
  const isPath = /[\\/]/.test(command);
  return {
    // As kubectl: a path is relative to the kubeconfig, a bare name is looked up on PATH.
    command: isPath ? path.resolve(path.dirname(found.file), command) : command,
    args: listAt(exec, 'args').map(String),
    env: Object.fromEntries(
      listAt(exec, 'env').map((entry) => [textAt(entry, 'name') ?? '', textAt(entry, 'value') ?? '']),
    ),
    apiVersion: textAt(exec, 'apiVersion') ?? 'client.authentication.k8s.io/v1',
    installHint: textAt(exec, 'installHint'),
    needsTerminal: textAt(exec, 'interactiveMode') === 'Always',
    provideClusterInfo: valueAt(exec, 'provideClusterInfo') === true,
  };
}

function impersonation(user: unknown): Record<string, string | string[]> {
  const as = textAt(user, 'as');
  const uid = textAt(user, 'as-uid');
  const groups = listAt(user, 'as-groups').map(String);
  const extra = valueAt(user, 'as-user-extra');
  return {
    ...(as === null ? {} : { 'Impersonate-User': as }),
    ...(uid === null ? {} : { 'Impersonate-Uid': uid }),
    ...(groups.length === 0 ? {} : { 'Impersonate-Group': groups }),
    ...(isRecord(extra)
      ? Object.fromEntries(
          Object.keys(extra).map((key) => [
            `Impersonate-Extra-${encodeURIComponent(key)}`,
            listAt(extra, key).map(String),
          ]),
        )
      : {}),
  };
}

function userEntry(name: string, found: Found): UserEntry {
  const user = valueAt(found.entry, 'user');
  const tokenFile = textAt(user, 'tokenFile') ?? textAt(user, 'token-file');
  const authProvider = valueAt(user, 'auth-provider');
  return {
    name,
    certificate: material(found, 'user', 'client-certificate'),
    key: material(found, 'user', 'client-key'),
    token: textAt(user, 'token'),
    tokenFile: tokenFile === null ? null : path.resolve(path.dirname(found.file), tokenFile),
    username: textAt(user, 'username'),
    password: textAt(user, 'password'),
    exec: execEntry(found),
    authProvider: isRecord(authProvider) ? authProvider : null,
    impersonation: impersonation(user),
  };
}

function clusterEntry(found: Found, server: string): ClusterEntry {
  return {
    server: server.replace(/\/+$/, ''),
    authority: material(found, 'cluster', 'certificate-authority'),
    skipVerify: valueAt(found.entry, 'cluster', 'insecure-skip-tls-verify') === true,
    tlsServerName: textAt(found.entry, 'cluster', 'tls-server-name'),
    proxyUrl: textAt(found.entry, 'cluster', 'proxy-url'),
  };
}

function serverOf(context: string, cluster: string, found: Found | undefined): string {
  const server = found === undefined ? null : textAt(found.entry, 'cluster', 'server');
  if (found === undefined || server === null) {
    throw new Problem(
      'usage',
      `Context "${context}" names the cluster "${cluster}", and no kubeconfig says where that is.`,
      'Add the cluster to the kubeconfig, or choose another context.',
    );
  }
  if (!/^https?:\/\//.test(server) || !URL.canParse(server)) {
    throw new Problem(
      'usage',
      `The server of cluster "${cluster}" in ${found.file} is not an address.`,
      'Write it as https://HOST:PORT.',
    );
  }
  return server;
}

/**
 * Finds a context in the user's kubeconfig files: of entries with the same name the first file's holds, relative paths are
 * relative to the file that has them.
 * @throws Problem (usage) where no file has the context, or its cluster or user is not to be found.
 */
export async function contextConfig(name: string, env: NodeJS.ProcessEnv): Promise<ContextConfig> {
  const files = kubeconfigFiles(env);
  const contents = await Promise.all(files.map(readKubeconfigFile));
  const read = contents.filter((content) => 'document' in content);
  const find = (list: string, wanted: string): Found | undefined =>
    read
      .flatMap(({ file, document }) => listAt(document, list).map((entry) => ({ file, entry })))
      .find(({ entry }) => textAt(entry, 'name') === wanted);

  const context = find('contexts', name);
  if (context === undefined) {
    const broken = contents.find((content) => 'reason' in content);
    throw new Problem(
      'usage',
      `No kubeconfig has the context "${name}" (${files.join(', ')}).`,
      broken === undefined
        ? 'Choose another context, or set KUBECONFIG to the file that has it.'
        : `Repair ${broken.file}: it ${broken.reason}.`,
    );
  }
  const clusterName = textAt(context.entry, 'context', 'cluster') ?? '';
  const userName = textAt(context.entry, 'context', 'user');
  const cluster = find('clusters', clusterName);
  const server = serverOf(name, clusterName, cluster);
  const user = userName === null ? { file: context.file, entry: {} } : find('users', userName);
  if (user === undefined) {
    throw new Problem(
      'usage',
      `Context "${name}" names the user "${userName ?? ''}", and no kubeconfig has it.`,
      'Add the user to the kubeconfig, or choose another context.',
    );
  }
  return {
    name,
    namespace: textAt(context.entry, 'context', 'namespace') ?? 'default',
    cluster: clusterEntry(cluster ?? context, server),
    user: userEntry(userName ?? '', user),
  };
}
