import type { Finding } from '../../core/policy/finding';
import { messageOf, Problem } from '../../core/problem';
import { statusOf } from '../client/apiProblem';
import { textAt, valueAt } from '../client/json';
import type { KubeClient } from '../client/openClient';
import { followItems } from './watchedItems';

export type PolicyKind = 'CiliumNetworkPolicy' | 'CiliumClusterwideNetworkPolicy' | 'NetworkPolicy';

/** A policy that stands in the cluster, and what is said of it. The object itself is not kept. */
export interface StandingPolicy {
  readonly kind: PolicyKind;
  /** Null where it is of no namespace. */
  readonly namespace: string | null;
  readonly name: string;
  /** The first finding of each code; null where the policy was not analysed, being one of too many or too long. */
  readonly findings: readonly Finding[] | null;
}

export interface StandingPolicies {
  /** By namespace and name, those of no namespace first. */
  readonly policies: readonly StandingPolicy[];
  /** Kinds that could not be listed, with the reason. */
  readonly unread: readonly { readonly kind: PolicyKind; readonly because: string }[];
}

export interface FollowPoliciesOptions {
  readonly signal: AbortSignal;
  /** The findings of a manifest. */
  readonly analyse: (text: string) => readonly Finding[];
  /** Called once all kinds were listed, and whenever something has changed. */
  readonly onPolicies: (standing: StandingPolicies) => void;
}

const paths: Readonly<Record<PolicyKind, string>> = {
  CiliumNetworkPolicy: '/apis/cilium.io/v2/ciliumnetworkpolicies',
  CiliumClusterwideNetworkPolicy: '/apis/cilium.io/v2/ciliumclusterwidenetworkpolicies',
  NetworkPolicy: '/apis/networking.k8s.io/v1/networkpolicies',
};
const kinds = Object.keys(paths) as PolicyKind[];

/** An analysis takes about a millisecond, and holds up everything else in the extension's process meanwhile. */
const mostAnalysed = 300;
const longestAnalysed = 100_000;
/** Policies are small, but not all: a page is parsed in one go. */
const pageSize = 100;

/** What the analysis reads of an object, as a manifest. Items of a list carry neither kind nor version. */
function manifestOf(kind: PolicyKind, object: unknown): string {
  const name = textAt(object, 'metadata', 'name');
  const namespace = textAt(object, 'metadata', 'namespace');
  return JSON.stringify({
    apiVersion: 'cilium.io/v2',
    kind,
    metadata: { name, ...(namespace === null ? {} : { namespace }) },
    spec: valueAt(object, 'spec'),
    specs: valueAt(object, 'specs'),
  });
}

function firstOfEach(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.toReversed().map((finding) => [finding.code, finding])).values()].reverse();
}

/** Reads a policy of the kind; the first of them are analysed, and each of those again when it changes. */
function reader(kind: PolicyKind, analyse: FollowPoliciesOptions['analyse']) {
  const analysed = new Set<string>();
  const findingsOf = (object: unknown, key: string): readonly Finding[] | null => {
    if (kind === 'NetworkPolicy') return [];
    const manifest = manifestOf(kind, object);
    if (!manifest.includes('"rules":')) return [];
    if (manifest.length > longestAnalysed || (analysed.size >= mostAnalysed && !analysed.has(key)))
      return null;
    analysed.add(key);
    return firstOfEach(analyse(manifest));
  };
  return (object: unknown): StandingPolicy | null => {
    const name = textAt(object, 'metadata', 'name');
    const namespace = textAt(object, 'metadata', 'namespace');
    if (name === null) return null;
    return { kind, namespace, name, findings: findingsOf(object, `${namespace ?? ''}/${name}`) };
  };
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function ordered(policies: readonly StandingPolicy[]): readonly StandingPolicy[] {
  return [...policies].sort(
    (one, other) => compare(one.namespace ?? '', other.namespace ?? '') || compare(one.name, other.name),
  );
}

/**
 * Follows the policies of a cluster until the signal is aborted. Reads only. A kind that is not served has none; one that may
 * not be listed is named with the reason.
 */
export async function followPolicies(client: KubeClient, options: FollowPoliciesOptions): Promise<void> {
  const { signal, analyse, onPolicies } = options;
  const known = new Map<PolicyKind, readonly StandingPolicy[]>();
  const unread = new Map<PolicyKind, string>();
  const tell = (): void => {
    if (signal.aborted || kinds.some((kind) => !known.has(kind))) return;
    onPolicies({
      policies: ordered([...known.values()].flat()),
      unread: [...unread].map(([kind, because]) => ({ kind, because })),
    });
  };
  const follow = async (kind: PolicyKind): Promise<void> => {
    try {
      await followItems(
        client,
        { path: paths[kind], pageSize, pick: reader(kind, analyse) },
        {
          signal,
          onItems: (items) => {
            known.set(kind, items);
            unread.delete(kind);
            tell();
          },
          // What was listed before still holds; the facts beside it say that the server does not answer.
          onInterrupted: (problem) => {
            if (known.has(kind)) return;
            known.set(kind, []);
            unread.set(kind, problem.what);
            tell();
          },
        },
      );
    } catch (error) {
      if (signal.aborted) return;
      if (statusOf(error) !== 404) unread.set(kind, error instanceof Problem ? error.what : messageOf(error));
      known.set(kind, []);
      tell();
    }
  };
  await Promise.all(kinds.map(follow));
}
