import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { makePlan } from '../../../src/core/plan/makePlan';
import { findProfile } from '../../../src/core/plan/profiles';
import { rightsFor, type RightsInput } from '../../../src/core/plan/rights';
import { findScenario } from '../../../src/core/scenario/registry';
import { rbacText } from '../../../src/core/words/rbac';
import { everything, policyChoice } from '../run/fakes';

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly {
    readonly apiGroups: string[];
    readonly resources: string[];
    readonly verbs: string[];
  }[];
  readonly subjects?: readonly unknown[];
}

function rights(id: string, over: Partial<RightsInput> = {}) {
  const scenario = findScenario(id);
  const plan = makePlan(scenario, {
    profile: findProfile('quick'),
    parameters: {},
    policy: scenario.takesPolicy ? policyChoice : null,
    on: 'kube',
    target: { ...everything, policyKind: over.policyKind ?? 'CiliumNetworkPolicy' },
    seed: 0,
  });
  return rightsFor({
    plan,
    allow: new Set(),
    ownNamespace: true,
    policyKind: 'CiliumNetworkPolicy',
    ...over,
  });
}

function roles(...args: Parameters<typeof rbacText>): Role[] {
  return parseAllDocuments(rbacText(...args)).map((document) => document.toJS() as Role);
}

const names = { subject: null, benchNamespace: null, ciliumNamespace: 'kube-system' };
const resourcesOf = (role: Role | undefined) => role?.rules?.flatMap(({ resources }) => resources) ?? [];

describe('the least rights as manifests', () => {
  it('are one ClusterRole where the run makes a namespace of its own', () => {
    const [role, ...others] = roles(rights('rps'), names);
    expect(others).toEqual([]);
    expect(role).toMatchObject({ kind: 'ClusterRole', metadata: { name: 'cilium-bench' } });
    expect(resourcesOf(role)).toContain('namespaces');
    expect(resourcesOf(role)).not.toContain('pods/exec');
    expect(resourcesOf(role)).not.toContain('endpointslices');
    const namespaces = role?.rules?.filter(({ resources }) => resources.includes('namespaces'));
    expect(namespaces).toEqual([
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'create', 'delete'] },
    ]);
  });

  it('keep to an existing namespace, and bind to who is named', () => {
    const own = rights('policy-overhead', { ownNamespace: false });
    const documents = roles(own, {
      ...names,
      benchNamespace: 'bench',
      subject: { kind: 'ServiceAccount', name: 'ci:runner' },
    });
    expect(documents.map(({ kind }) => kind)).toEqual([
      'ClusterRole',
      'ClusterRoleBinding',
      'Role',
      'RoleBinding',
      'Role',
      'RoleBinding',
    ]);
    // Nothing of the whole cluster but what a run can do without.
    expect(resourcesOf(documents[0])).toEqual(['nodes']);
    expect(own.filter(({ where, optional }) => where === 'cluster' && optional !== true)).toEqual([]);
    expect(documents[2]?.metadata.namespace).toBe('bench');
    expect(documents[2]?.rules?.[0]).toEqual({ apiGroups: [''], resources: ['namespaces'], verbs: ['get'] });
    expect(resourcesOf(documents[2])).toContain('ciliumnetworkpolicies');
    expect(documents[4]?.metadata.namespace).toBe('kube-system');
    expect(documents[4]?.rules).toEqual([{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }]);
    expect(documents[3]?.subjects).toEqual([{ kind: 'ServiceAccount', name: 'runner', namespace: 'ci' }]);
  });

  it('ask for endpoints only where Services are made, and for NetworkPolicy where that is enforced', () => {
    expect(rights('service-scale').map(({ resource }) => resource)).toContain('endpointslices');
    const resources = rights('policy-overhead', { policyKind: 'NetworkPolicy' }).map(
      ({ resource }) => resource,
    );
    expect(resources).toContain('networkpolicies');
    expect(resources).not.toContain('ciliumnetworkpolicies');
  });

  it('hold commands in the agents where they were agreed to, for Services as what a run can do without', () => {
    const inAgents = (id: string, over: Partial<RightsInput>) =>
      rights(id, over)
        .filter(({ where }) => where === 'cilium')
        .map(({ resource, optional }) => [resource, optional ?? false]);
    const allow = new Set(['agent-exec'] as const);
    const resources = ['daemonsets', 'pods', 'pods/exec'];
    expect(inAgents('bpf-memory', { allow })).toEqual(resources.map((resource) => [resource, false]));
    expect(inAgents('service-scale', { allow })).toEqual(resources.map((resource) => [resource, true]));
    expect(inAgents('service-scale', {})).toEqual([]);
    expect(inAgents('rps', { allow })).toEqual([]);
    expect(inAgents('rps', { ownNamespace: false })).toEqual([['pods', true]]);
  });
});
