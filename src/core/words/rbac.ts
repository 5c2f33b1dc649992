import type { NeededRight } from '../plan/rights';

/** RBAC objects as YAML: a ClusterRole, and Roles where a namespace is known. */
export interface RbacNames {
  /** User or group that gets the rights, e.g. `User jane`; the bindings are left out where it is null. */
  readonly subject: { readonly kind: 'User' | 'Group' | 'ServiceAccount'; readonly name: string } | null;
  /** The existing namespace of the run; null where the run makes one, whose name nobody knows before. */
  readonly benchNamespace: string | null;
  readonly ciliumNamespace: string;
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const quoted = (words: readonly string[]): string =>
  `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;

/** One rule for each resource, its verbs together, in the order in which they are first needed. */
function rulesOf(
  rights: readonly NeededRight[],
): readonly (Rule & { readonly reasons: readonly string[] })[] {
  const byResource = new Map<string, NeededRight[]>();
  for (const right of rights) {
    const key = `${right.group}/${right.resource}`;
    byResource.set(key, [...(byResource.get(key) ?? []), right]);
  }
  return [...byResource.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    return [
      {
        apiGroups: [first.group],
        resources: [first.resource],
        verbs: [...new Set(same.flatMap(({ verbs }) => verbs))],
        reasons: [
          ...new Set(
            same.map(({ reason, optional }) => `to ${reason}${optional ? ' (a run can do without)' : ''}`),
          ),
        ],
      },
    ];
  });
}

function roleText(
  kind: 'ClusterRole' | 'Role',
  name: string,
  namespace: string | null,
  rights: readonly NeededRight[],
): string {
  if (rights.length === 0) return '';
  const rules = rulesOf(rights).flatMap(({ apiGroups, resources, verbs, reasons }) => [
    `  # ${reasons.join('; ')}`,
    `  - apiGroups: ${quoted(apiGroups)}`,
    `    resources: ${quoted(resources)}`,
    `    verbs: ${quoted(verbs)}`,
  ]);
  const where = namespace === null ? [] : [`  namespace: ${namespace}`];
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${kind}`,
    'metadata:',
    `  name: ${name}`,
    ...where,
    'rules:',
    ...rules,
    '',
  ].join('\n');
}

function bindingText(
  kind: 'ClusterRole' | 'Role',
  name: string,
  namespace: string | null,
  subject: NonNullable<RbacNames['subject']>,
): string {
  const [, account = subject.name] = /^[^:]+:(.+)$/.exec(subject.name) ?? [];
  const [accountNamespace = ''] = subject.name.split(':');
  const lines =
    subject.kind === 'ServiceAccount'
      ? [`  - kind: ServiceAccount`, `    name: ${account}`, `    namespace: ${accountNamespace}`]
      : [
          `  - kind: ${subject.kind}`,
          `    name: ${JSON.stringify(subject.name)}`,
          '    apiGroup: rbac.authorization.k8s.io',
        ];
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${kind === 'ClusterRole' ? 'ClusterRoleBinding' : 'RoleBinding'}`,
    'metadata:',
    `  name: ${name}`,
    ...(namespace === null ? [] : [`  namespace: ${namespace}`]),
    'roleRef:',
    '  apiGroup: rbac.authorization.k8s.io',
    `  kind: ${kind}`,
    `  name: ${name}`,
    'subjects:',
    ...lines,
    '',
  ].join('\n');
}

/** The least rights as manifests, for whoever grants them. In a namespace of the run's own they must hold in every namespace. */
export function rbacText(rights: readonly NeededRight[], names: RbacNames): string {
  const { benchNamespace, ciliumNamespace, subject } = names;
  const inCluster = rights.filter(
    ({ where }) => where === 'cluster' || (where === 'bench' && benchNamespace === null),
  );
  const parts = [
    { kind: 'ClusterRole' as const, name: 'cilium-bench', namespace: null, rights: inCluster },
    {
      kind: 'Role' as const,
      name: 'cilium-bench',
      namespace: benchNamespace ?? '',
      rights: benchNamespace === null ? [] : rights.filter(({ where }) => where === 'bench'),
    },
    {
      kind: 'Role' as const,
      name: 'cilium-bench-agents',
      namespace: ciliumNamespace,
      rights: rights.filter(({ where }) => where === 'cilium'),
    },
  ].filter((part) => part.rights.length > 0);
  return parts
    .flatMap(({ kind, name, namespace, rights: own }) => [
      roleText(kind, name, namespace, own),
      ...(subject ? [bindingText(kind, name, namespace, subject)] : []),
    ])
    .join('---\n');
}
