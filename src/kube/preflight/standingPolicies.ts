import { selectorMatches } from '../../core/cluster/labelSelector';
import { roleLabel, type BenchRole } from '../../core/plan/benchLabels';
import type { Check } from '../../core/target';
import { isRecord } from '../../core/tool/json';
import { joined } from '../../core/words/phrases';
import { statusOf } from '../client/apiProblem';
import { listAt, textAt, valueAt } from '../client/json';
import { listPages } from '../client/listPages';
import type { KubeClient } from '../client/openClient';

/** A kind of policy that can already hold the bench's pods, and how it selects pods. */
interface PolicyKind {
  readonly kind: string;
  readonly path: (namespace: string) => string;
  /** Only in the namespace of the bench, where that is an existing one. */
  readonly namespaced: boolean;
  /** The selectors of an object; a null stands for one that is not understood and may match. */
  readonly selectors: (object: unknown) => readonly unknown[];
}

const specs = (object: unknown): readonly unknown[] => [
  ...(isRecord(valueAt(object, 'spec')) ? [valueAt(object, 'spec')] : []),
  ...listAt(object, 'specs'),
];

const kinds: readonly PolicyKind[] = [
  {
    kind: 'NetworkPolicy',
    path: (namespace) => `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`,
    namespaced: true,
    selectors: (object) => [valueAt(object, 'spec', 'podSelector') ?? {}],
  },
  {
    kind: 'CiliumNetworkPolicy',
    path: (namespace) => `/apis/cilium.io/v2/namespaces/${namespace}/ciliumnetworkpolicies`,
    namespaced: true,
    selectors: (object) => specs(object).map((spec) => valueAt(spec, 'endpointSelector')),
  },
  {
    kind: 'CiliumClusterwideNetworkPolicy',
    path: () => '/apis/cilium.io/v2/ciliumclusterwidenetworkpolicies',
    namespaced: false,
    selectors: (object) => specs(object).map((spec) => valueAt(spec, 'endpointSelector')),
  },
  {
    kind: 'AdminNetworkPolicy',
    path: () => '/apis/policy.networking.k8s.io/v1alpha1/adminnetworkpolicies',
    namespaced: false,
    selectors: () => [null],
  },
  {
    kind: 'BaselineAdminNetworkPolicy',
    path: () => '/apis/policy.networking.k8s.io/v1alpha1/baselineadminnetworkpolicies',
    namespaced: false,
    selectors: () => [null],
  },
  {
    kind: 'Calico GlobalNetworkPolicy',
    path: () => '/apis/crd.projectcalico.org/v1/globalnetworkpolicies',
    namespaced: false,
    selectors: () => [null],
  },
];

const roles: readonly BenchRole[] = ['server', 'client'];

async function selecting(
  client: KubeClient,
  { kind, path, selectors }: PolicyKind,
  namespace: string,
  signal: AbortSignal,
): Promise<{
  readonly sure: readonly string[];
  readonly perhaps: readonly string[];
  readonly unread?: string;
}> {
  try {
    const { items } = await listPages(client, {
      path: path(encodeURIComponent(namespace)),
      signal,
      pick: (object) => {
        const own = selectors(object);
        const name = `${kind} ${textAt(object, 'metadata', 'name') ?? ''}`;
        const isSure = roles.some((role) =>
          own.some((selector) => selectorMatches(selector, { [roleLabel]: role }, namespace)),
        );
        if (isSure) return { name, isSure };
        return own.includes(null) ? { name, isSure: false } : undefined;
      },
    });
    return {
      sure: items.filter(({ isSure }) => isSure).map(({ name }) => name),
      perhaps: items.filter(({ isSure }) => !isSure).map(({ name }) => name),
    };
  } catch (error) {
    // The kind is not served here.
    if (statusOf(error) === 404) return { sure: [], perhaps: [] };
    if (statusOf(error) === 403) return { sure: [], perhaps: [], unread: kind };
    throw error;
  }
}

/**
 * Policies that hold the pods of the bench before it puts any in force: what is measured as "no policy" would not be.
 * `namespace` is null where the run makes one, in which nothing stands yet.
 */
export async function standingPolicyChecks(
  client: KubeClient,
  namespace: string | null,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const asked = kinds.filter(({ namespaced }) => namespace !== null || !namespaced);
  const found = await Promise.all(asked.map((kind) => selecting(client, kind, namespace ?? '', signal)));
  const sure = found.flatMap((one) => one.sure);
  const perhaps = found.flatMap((one) => one.perhaps);
  const unread = found.flatMap(({ unread: kind }) => kind ?? []);
  const few = (names: readonly string[]): string =>
    names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : joined(names);
  const checks: Check[] = [];
  if (sure.length > 0) {
    checks.push({
      id: 'policies',
      level: 'warning',
      text: `${few(sure)} already ${sure.length === 1 ? 'selects' : 'select'} the bench’s pods: “no policy” is measured under ${sure.length === 1 ? 'it' : 'them'}.`,
      todo: 'Take it into account, or have the policy leave out pods with the label cilium-bench.io/role.',
    });
  }
  if (perhaps.length > 0) {
    checks.push({
      id: 'policies-perhaps',
      level: 'warning',
      text: `${few(perhaps)} may select the bench’s pods.`,
      todo: 'See whether their subjects hold the namespace of the run.',
    });
  }
  if (unread.length > 0) {
    checks.push({
      id: 'policies-unread',
      level: 'warning',
      text: `Whether a ${joined(unread)} selects the bench’s pods cannot be seen: user ${client.user} may not list them.`,
      todo: 'Ask for the right to list them, or ask who keeps them.',
    });
  }
  return checks.length > 0
    ? checks
    : [{ id: 'policies', level: 'ok', text: 'No policy selects the bench’s pods.' }];
}
