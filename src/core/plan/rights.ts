/** The rights that a plan needs on a cluster, as RBAC names them: what preflight asks for and `rbac` prints. */
import type { Consent } from './consents';
import type { Plan } from './plan';

export interface NeededRight {
  /** Empty for the core group. */
  readonly group: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  readonly verbs: readonly string[];
  /** `cluster`: of no namespace; `bench`: in the namespace of the run; `cilium`: in Cilium's own. */
  readonly where: 'cluster' | 'bench' | 'cilium';
  /** Completes "needed to …". */
  readonly reason: string;
  /** A run goes on without it, with less. */
  readonly optional?: true;
}

export interface RightsInput {
  readonly plan: Pick<Plan, 'variants' | 'policyObjects'>;
  readonly allow: ReadonlySet<Consent>;
  /** The run makes a namespace of its own. */
  readonly ownNamespace: boolean;
  readonly policyKind: 'CiliumNetworkPolicy' | 'NetworkPolicy';
}

/** Where both nodes are named; where they are not, the check of the nodes says so. */
const nodes: NeededRight = {
  group: '',
  resource: 'nodes',
  verbs: ['get', 'list'],
  where: 'cluster',
  reason: 'choose and check the nodes of client and server',
  optional: true,
};

/** In an existing namespace that one tells the cluster where kube-system may not be read. */
function identity(isOwn: boolean): NeededRight {
  return {
    group: '',
    resource: 'namespaces',
    verbs: ['get'],
    where: isOwn ? 'cluster' : 'bench',
    reason: 'tell this cluster from another one of the same name',
  };
}

const base: readonly NeededRight[] = [
  {
    group: '',
    resource: 'pods',
    verbs: ['create', 'get', 'list', 'watch', 'delete', 'deletecollection'],
    where: 'bench',
    reason: 'run the servers and watch the loads',
  },
  { group: '', resource: 'pods/log', verbs: ['get'], where: 'bench', reason: 'read what a load measured' },
  {
    group: '',
    resource: 'services',
    verbs: ['create', 'get', 'list', 'delete', 'deletecollection'],
    where: 'bench',
    reason: 'put a Service before the server',
  },
  {
    group: 'batch',
    resource: 'jobs',
    verbs: ['create', 'get', 'list', 'watch', 'delete', 'deletecollection'],
    where: 'bench',
    reason: 'run loads',
  },
  {
    group: '',
    resource: 'events',
    verbs: ['list'],
    where: 'bench',
    reason: 'say why a pod does not start',
    optional: true,
  },
];

const ownNamespace: readonly NeededRight[] = [
  {
    group: '',
    resource: 'namespaces',
    verbs: ['create', 'delete'],
    where: 'cluster',
    reason: 'make the namespace of the run and take it away',
  },
];

const services: readonly NeededRight[] = [
  {
    group: 'discovery.k8s.io',
    resource: 'endpointslices',
    verbs: ['create', 'get', 'list', 'delete', 'deletecollection'],
    where: 'bench',
    reason: 'give thousands of Services their endpoints',
  },
];

const policies: Readonly<Record<RightsInput['policyKind'], NeededRight>> = {
  CiliumNetworkPolicy: {
    group: 'cilium.io',
    resource: 'ciliumnetworkpolicies',
    verbs: ['create', 'get', 'list', 'delete'],
    where: 'bench',
    reason: 'put the policy in force',
  },
  NetworkPolicy: {
    group: 'networking.k8s.io',
    resource: 'networkpolicies',
    verbs: ['create', 'get', 'list', 'delete'],
    where: 'bench',
    reason: 'put the policy in force',
  },
};

const hubble: readonly NeededRight[] = [
  {
    group: 'cilium.io',
    resource: 'ciliumnodeconfigs',
    verbs: ['create', 'get', 'list', 'delete'],
    where: 'cilium',
    reason: 'turn Hubble off on the bench nodes',
  },
  {
    group: '',
    resource: 'pods',
    verbs: ['get', 'list', 'watch', 'delete'],
    where: 'cilium',
    reason: 'restart the agents of the bench nodes',
  },
];

/** A run with a namespace of its own may list pods anyway, everywhere. */
const restarts: NeededRight = {
  group: '',
  resource: 'pods',
  verbs: ['list'],
  where: 'cilium',
  reason: 'see whether the datapath restarts during a sample',
  optional: true,
};

const agentExec: readonly NeededRight[] = [
  {
    group: 'apps',
    resource: 'daemonsets',
    verbs: ['get'],
    where: 'cilium',
    reason: 'find the agents',
  },
  { group: '', resource: 'pods', verbs: ['get', 'list'], where: 'cilium', reason: 'find the agents' },
  {
    group: '',
    resource: 'pods/exec',
    verbs: ['create', 'get'],
    where: 'cilium',
    reason: 'read the agents’ BPF maps and status',
  },
];

const componentUse: readonly NeededRight[] = [
  {
    group: '',
    resource: 'nodes/proxy',
    verbs: ['get'],
    where: 'cluster',
    reason: 'read what the datapath uses from the kubelets',
    optional: true,
  },
  {
    group: 'metrics.k8s.io',
    resource: 'pods',
    verbs: ['get', 'list'],
    where: 'cluster',
    reason: 'read what the datapath uses where the kubelets may not be asked',
    optional: true,
  },
  {
    group: '',
    resource: 'pods',
    verbs: ['list'],
    where: 'cluster',
    reason: 'find the pods of the datapath',
  },
];

/** What is asked for beside manifests while a cluster is open, and by no run: preflight does not ask for it. */
export const besideManifests: readonly NeededRight[] = [
  {
    group: '',
    resource: 'pods',
    verbs: ['list'],
    where: 'cluster',
    reason: 'count the pods that a finding in a manifest touches',
    optional: true,
  },
];

/** Of which kinds policies are made: of those that the plan has, else of the one that is enforced. */
function policyRights({ plan, policyKind }: RightsInput): readonly NeededRight[] {
  const { l3l4 = [], l7 = [] } = plan.policyObjects ?? {};
  const kinds = new Set([...l3l4, ...l7].map(({ kind }) => kind));
  if (kinds.size === 0) return [policies[policyKind]];
  return (['CiliumNetworkPolicy', 'NetworkPolicy'] as const)
    .filter((kind) => kinds.has(kind))
    .map((kind) => policies[kind]);
}

/** BPF maps are what is measured, or what thousands of Services are calibrated with, which a run can do without. */
function agentExecFor({ variants }: RightsInput['plan']): readonly NeededRight[] {
  if (variants.some(({ loads }) => loads.some(({ kind }) => kind === 'bpf-maps'))) return agentExec;
  if (!variants.some(({ setting }) => setting.services)) return [];
  return agentExec.map((right) => ({ ...right, optional: true }));
}

/** What this plan needs, the rights that every run needs first. Of a plan without policy the policies are left out, and so on. */
export function rightsFor(input: RightsInput): readonly NeededRight[] {
  const { plan, allow } = input;
  const settings = plan.variants.map(({ setting }) => setting);
  const loads = plan.variants.flatMap((variant) => variant.loads);
  return [
    nodes,
    identity(input.ownNamespace),
    ...base,
    ...(input.ownNamespace ? ownNamespace : [restarts]),
    ...(settings.some((setting) => setting.services) ? services : []),
    ...(settings.some(({ policy }) => policy === 'l3l4' || policy === 'l7') ? policyRights(input) : []),
    ...(settings.some((setting) => setting.hubble === 'off') && allow.has('agent-restart') ? hubble : []),
    ...(allow.has('agent-exec') ? agentExecFor(plan) : []),
    ...(loads.some(({ metrics }) => metrics.includes('componentCpuCores')) ? componentUse : []),
  ];
}
