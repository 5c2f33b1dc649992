import { ablePlan } from '../../core/plan/ablePlan';
import { consentNames } from '../../core/plan/consents';
import { findProfile } from '../../core/plan/profiles';
import { besideManifests, rightsFor } from '../../core/plan/rights';
import { Problem } from '../../core/problem';
import { findScenario, scenarios } from '../../core/scenario/registry';
import { rbacText, type RbacNames } from '../../core/words/rbac';
import { exitCodes } from '../exitCode';
import { kubeOptions, settingsFrom } from '../kubeOptions';
import type { Command } from './command';

const subjectKinds = { user: 'User', group: 'Group', serviceaccount: 'ServiceAccount' } as const;

function subjectFrom(text: string | undefined): RbacNames['subject'] {
  if (text === undefined) return null;
  const colon = text.indexOf(':');
  const kind = Object.entries(subjectKinds).find(([word]) => word === text.slice(0, colon))?.[1];
  const name = text.slice(colon + 1);
  if (!kind || name === '' || (kind === 'ServiceAccount' && !/^[a-z0-9-]+:[a-z0-9.-]+$/.test(name))) {
    throw new Problem(
      'usage',
      `--subject cannot be "${text}".`,
      'Write user:NAME, group:NAME or serviceaccount:NAMESPACE:NAME.',
    );
  }
  return { kind, name };
}

export const rbacCommand: Command = {
  name: 'rbac',
  usage: '<scenario>...',
  summary:
    'Prints the least rights that runs of these scenarios need on a cluster, as manifests. Contacts nothing.',
  options: {
    allow: kubeOptions.allow,
    namespace: kubeOptions.namespace,
    subject: {
      value: 'WHO',
      help: 'binds the roles to user:NAME, group:NAME or serviceaccount:NAMESPACE:NAME',
    },
    'policy-kind': {
      value: 'KIND',
      choices: ['CiliumNetworkPolicy', 'NetworkPolicy'],
      help: 'what the cluster enforces; CiliumNetworkPolicy unless said otherwise',
    },
    'cilium-namespace': { value: 'NAME', help: 'where the agents run; kube-system unless said otherwise' },
  },
  run(args, context) {
    const ids = args.positionals;
    if (ids.length === 0)
      throw new Problem(
        'usage',
        'rbac needs a scenario.',
        `Name some of ${scenarios.map(({ id }) => id).join(', ')}.`,
      );
    const settings = settingsFrom(args);
    const policyKind = args.text('policy-kind') === 'NetworkPolicy' ? 'NetworkPolicy' : 'CiliumNetworkPolicy';
    // Whatever was not allowed is left out by the rights themselves.
    const rights = ids.flatMap((id) => {
      const scenario = findScenario(id);
      const plan = ablePlan(scenario, findProfile('quick'), 'kube', policyKind);
      const { allow, namespace } = settings;
      return rightsFor({ plan, allow, ownNamespace: namespace === null, policyKind });
    });
    context.terminal.out.write(
      rbacText([...rights, ...besideManifests], {
        subject: subjectFrom(args.text('subject')),
        benchNamespace: settings.namespace,
        ciliumNamespace: args.text('cilium-namespace') ?? 'kube-system',
      }),
    );
    return Promise.resolve(exitCodes.done);
  },
  notes: [`What can be allowed: ${consentNames.join(', ')}.`],
};
