import { access } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../core/problem';
import { labFile, type Holder } from './holder';
import { runCommand } from './process';
import { iptablesPolicy, nftablesPolicy, type PolicyRules, type Redirect } from './policyRules';
import { emptyIptables, emptyNftables, iptablesServices, nftablesServices } from './serviceRules';
import type { LabService } from './serviceList';
import type { FoundTool, FoundTools } from './tools/foundTools';
import type { Space } from './topology';

type LoaderKind = 'iptables-legacy' | 'iptables-nft' | 'nft';

/** A program that loads a text of rules in one transaction: see {@link loaderCommand}. */
export interface RuleLoader {
  readonly kind: LoaderKind;
  readonly version: string;
  /** The program, and what makes it a loader. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What of packet filtering works in the lab's namespaces on this machine. */
export interface Filtering {
  readonly nft: RuleLoader | null;
  /** The one for Services: legacy where it works, since it loads 30,000 in seconds where the other takes minutes. */
  readonly iptables: RuleLoader | null;
  /** How connections can be brought to Envoy, and by which loader. */
  readonly policy: { readonly loader: RuleLoader; readonly redirect: Redirect | null } | null;
  /** What the loaders that do not work said. */
  readonly complaints: readonly string[];
}

const loadTimeoutMs = 300_000;

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** What `iptables-restore` is without a kind in its name: it says so from 1.8 on; before, there was one kind alone. */
async function defaultKind(program: string, env: Readonly<Record<string, string>>): Promise<LoaderKind> {
  const words = await runCommand([program, '--version'], { env, timeoutMs: 2000 }).catch(() => null);
  return words !== null && words.stdout.includes('nf_tables') ? 'iptables-nft' : 'iptables-legacy';
}

async function iptablesLoaders(tool: FoundTool): Promise<RuleLoader[]> {
  const folder = path.dirname(tool.path);
  // One lock for the lab, not the machine's: nothing outside touches its rules.
  const env = { ...tool.env, XTABLES_LOCKFILE: '/run/xtables.lock' };
  const plain = path.join(folder, 'iptables-restore');
  const candidates: readonly { kind: LoaderKind; argv: readonly string[] }[] = [
    { kind: 'iptables-legacy', argv: [path.join(folder, 'iptables-legacy-restore')] },
    { kind: 'iptables-legacy', argv: [path.join(folder, 'xtables-legacy-multi'), 'iptables-restore'] },
    { kind: 'iptables-nft', argv: [path.join(folder, 'iptables-nft-restore')] },
    { kind: 'iptables-nft', argv: [path.join(folder, 'xtables-nft-multi'), 'iptables-restore'] },
    { kind: await defaultKind(plain, env), argv: [plain] },
  ];
  const found: RuleLoader[] = [];
  for (const { kind, argv } of candidates) {
    if (found.some((other) => other.kind === kind)) continue;
    if (await exists(argv[0] ?? '')) found.push({ kind, argv, env, version: tool.version });
  }
  return found;
}

function nftLoader(tool: FoundTool): RuleLoader {
  return { kind: 'nft', argv: [tool.path], env: tool.env ?? {}, version: tool.version };
}

/** The command line that loads the rules of a file; those of its standard input without one. */
export function loaderCommand({ kind, argv }: RuleLoader, file?: string): readonly string[] {
  if (kind === 'nft') return [...argv, '-f', file ?? '-'];
  return file === undefined ? argv : [...argv, file];
}

/** Rules as they are, or the name of a file of the lab that holds them. */
type Rules = { readonly text: string } | { readonly file: string };

/** Loads rules. The error, where there is one, is the loader's own words. */
async function load(
  holder: Holder,
  space: Space,
  loader: RuleLoader,
  rules: Rules,
  options: { signal?: AbortSignal; arguments?: readonly string[] } = {},
): Promise<{ seconds: number; error: string | null }> {
  const command = loaderCommand(loader, 'file' in rules ? labFile(rules.file) : undefined);
  const { seconds, exitCode, stderr, timedOut } = await holder.run(
    space,
    [...command, ...(options.arguments ?? [])],
    {
      ...('text' in rules ? { input: rules.text } : {}),
      env: loader.env,
      timeoutMs: loadTimeoutMs,
      ...(options.signal ? { signal: options.signal } : {}),
    },
  );
  if (exitCode === 0) return { seconds, error: null };
  const words = stderr.trim().split('\n').slice(0, 3).join(' ').slice(0, 500);
  return { seconds, error: timedOut ? 'it took longer than 300 s' : words };
}

function policyText(loader: RuleLoader, level: PolicyRules, port: number | null, redirect: Redirect): string {
  return loader.kind === 'nft'
    ? nftablesPolicy(level, port, redirect)
    : iptablesPolicy(level, port, redirect);
}

/** Tries in a namespace of the lab what the loaders can do there. */
export async function tryFiltering(
  holder: Holder,
  tools: FoundTools,
  signal: AbortSignal,
): Promise<Filtering> {
  const complaints: string[] = [];
  const works = async (loader: RuleLoader, space: Space, text: string): Promise<boolean> => {
    const { error } = await load(holder, space, loader, { text }, { signal });
    if (error !== null) complaints.push(`${loader.kind}: ${error}`);
    return error === null;
  };
  const one = [
    {
      name: 'lab/try',
      address: '10.80.96.1',
      port: 80,
      endpoints: [{ host: '10.80.2.10', port: 80 }],
      isDummy: false,
    },
  ];
  const [iptablesText = ''] = iptablesServices(one);
  const [nftText = ''] = nftablesServices(one);

  const nftTool = tools.get('nft');
  const iptablesTool = tools.get('iptables');
  const nft = nftTool ? nftLoader(nftTool) : null;
  const nftWorks = nft !== null && (await works(nft, 'node-a', nftText));
  const iptables: RuleLoader[] = [];
  for (const loader of iptablesTool ? await iptablesLoaders(iptablesTool) : []) {
    if (await works(loader, 'node-a', iptablesText)) iptables.push(loader);
  }

  // nft replaces a whole policy in one transaction; iptables does so table by table.
  const loaders = [...(nftWorks ? [nft] : []), ...iptables];
  let policy: Filtering['policy'] = null;
  for (const loader of loaders) {
    for (const redirect of ['tproxy', 'redirect'] as const) {
      if (policy !== null && policy.redirect !== null) break;
      if (await works(loader, 'node-b', policyText(loader, 'l7', 80, redirect)))
        policy = { loader, redirect };
    }
    policy ??= (await works(loader, 'node-b', policyText(loader, 'l3l4', 80, 'tproxy')))
      ? { loader, redirect: null }
      : null;
  }
  return { nft: nftWorks ? nft : null, iptables: iptables[0] ?? null, policy, complaints };
}

/** Puts a policy in force in place of the one before. Throws a {@link Problem} when the rules are refused. */
export async function loadPolicy(
  holder: Holder,
  policy: NonNullable<Filtering['policy']>,
  level: PolicyRules,
  port: number | null,
  signal: AbortSignal,
): Promise<number> {
  const text = policyText(policy.loader, level, port, policy.redirect ?? 'tproxy');
  const { seconds, error } = await load(holder, 'node-b', policy.loader, { text }, { signal });
  if (error !== null) {
    throw new Problem(
      'target',
      `The ${level} rules were refused by ${policy.loader.kind}: ${error}.`,
      'Run the preflight to see what this kernel offers.',
    );
  }
  return seconds;
}

/**
 * How many Services a transaction may hold, largest first. An ordinary user's netlink message ends at the socket's buffer
 * (`net.core.wmem_max`); root's does not. iptables on nftables slows down with the size of a call besides.
 */
const transactionSizes = {
  'iptables-legacy': [Number.POSITIVE_INFINITY],
  'iptables-nft': [500, 250, 60, 15, 4],
  nft: [Number.POSITIVE_INFINITY, 10_000, 2000, 500, 100, 20],
} as const satisfies Record<LoaderKind, readonly number[]>;

/** The size of transaction that is tried first. */
export function largestTransaction(loader: RuleLoader): number {
  return transactionSizes[loader.kind][0];
}

const tooLong = /message too long|no buffer space|EMSGSIZE|ENOBUFS/i;

/** Takes all Service rules of a loader away. */
export async function unloadServices(holder: Holder, loader: RuleLoader, signal: AbortSignal): Promise<void> {
  const text = loader.kind === 'nft' ? emptyNftables : emptyIptables;
  const { error } = await load(holder, 'node-a', loader, { text }, { signal });
  if (error !== null) {
    throw new Problem('target', `${loader.kind} did not remove its rules: ${error}.`, 'Start the run again.');
  }
}

/** The rules of a list of Services as texts to load, one a transaction. */
export function serviceTexts(
  loader: RuleLoader,
  services: readonly LabService[],
  perTransaction: number,
): readonly string[] {
  return loader.kind === 'nft'
    ? nftablesServices(services, perTransaction)
    : iptablesServices(services, perTransaction);
}

export interface LoadedServices {
  /** Wall time of the loader's processes. */
  readonly seconds: number;
  /** Services in one transaction; infinite when all went in at once. */
  readonly perTransaction: number;
}

/**
 * Puts Services in force in place of those before. `files` gives the names of the lab's files that hold their rules, one a
 * transaction: through a pipe a loader waits for this process, and the wait would count as programming time. Tries ever smaller transactions where the kernel refuses large ones,
 * from `atMost` downwards. Throws a {@link Problem} when the rules are refused all the same.
 */
export async function loadServices(
  holder: Holder,
  loader: RuleLoader,
  files: (perTransaction: number) => Promise<readonly string[]>,
  atMost: number,
  signal: AbortSignal,
): Promise<LoadedServices> {
  const sizes = transactionSizes[loader.kind].filter((size) => size <= atMost);
  let refusal = '';
  for (const perTransaction of sizes) {
    let seconds = 0;
    let error: string | null = null;
    for (const [index, file] of (await files(perTransaction)).entries()) {
      const more = index > 0 && loader.kind !== 'nft' ? ['--noflush'] : [];
      const loaded = await load(holder, 'node-a', loader, { file }, { signal, arguments: more });
      seconds += loaded.seconds;
      error = loaded.error;
      if (error !== null) break;
    }
    if (error === null) return { seconds, perTransaction };
    refusal = error;
    if (!tooLong.test(error)) break;
  }
  throw new Problem(
    'target',
    `The Service rules were refused by ${loader.kind}: ${refusal}.`,
    tooLong.test(refusal)
      ? 'Run as root, or raise net.core.wmem_max.'
      : 'Measure fewer Services, or look at the message.',
  );
}
