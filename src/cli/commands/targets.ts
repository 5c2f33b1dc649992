import { fingerprintOf } from '../../core/cluster/fingerprint';
import { clusterText } from '../../core/words/clusterText';
import type { KubeContexts } from '../../kube/kubeContexts';
import { askCluster, type AskedCluster } from '../askCluster';
import { exitCodes } from '../exitCode';
import { surveyLab, toolsOption, type LabFacts } from '../lab';
import type { Command } from './command';

function labJson({ capabilities, tools, missing }: LabFacts): object {
  return {
    kind: 'lab',
    name: 'local lab',
    canRun: capabilities.can.size > 0,
    can: [...capabilities.can],
    cannot: [...capabilities.cannot].map(([capability, reason]) => ({ capability, reason })),
    tools: [...tools.values()].map(({ name, version, source, path }) => ({ name, version, source, path })),
    missing,
  };
}

function labText({ capabilities, tools, missing }: LabFacts): string[] {
  const found = [...tools.values()].map(({ name, version, source }) => `${name} ${version} (${source})`);
  return [
    'local lab',
    `  can      ${[...capabilities.can].join(', ') || 'nothing yet'}`,
    ...[...capabilities.cannot].map(([capability, reason]) => `  cannot   ${capability}: ${reason}`),
    `  tools    ${found.join(', ') || 'none'}`,
    ...missing.map(({ name, how }) => `  missing  ${name}: ${how}`),
  ];
}

function contextsText({ contexts, missing, problems }: KubeContexts): string[] {
  const lines = contexts.map(({ name, current, cluster, server }) => {
    const where = server === null ? cluster : `${cluster}, ${server}`;
    return `${name}${current ? ' (current)' : ''}\n  ${where}`;
  });
  const none =
    contexts.length === 0
      ? [`no kube contexts${missing.length > 0 ? ` (${missing.join(', ')} is not there)` : ''}`]
      : [];
  return [...lines, ...none, ...problems.map(({ file, reason }) => `not read: ${file} ${reason}`)];
}

function clusterJson({ facts, readAt, ...about }: AskedCluster): object {
  return {
    kind: 'kube',
    ...about,
    canRun: true,
    readAt,
    fingerprint: fingerprintOf(facts),
    facts,
  };
}

export const targetsCommand: Command = {
  name: 'targets',
  usage: '',
  summary:
    'Lists the local lab with what it can measure here, and every kube context. Contacts none but that of --context.',
  options: {
    ...toolsOption,
    context: {
      value: 'NAME',
      help: 'asks the cluster of this context instead: its facts, and the objects that say so; reads only',
    },
    json: { help: 'as one JSON document' },
  },
  async run(args, context) {
    const { out } = context.terminal;
    const asked = args.text('context');
    if (asked !== undefined) {
      const cluster = await askCluster(asked, context);
      out.write(
        args.flag('json')
          ? `${JSON.stringify({ schemaVersion: 1, targets: [clusterJson(cluster)], problems: [] }, null, 2)}\n`
          : clusterText(cluster, cluster.facts),
      );
      return exitCodes.done;
    }
    const { readContexts } = await import('../../kube/main');
    const [lab, kube] = await Promise.all([surveyLab(args, context), readContexts(context.env)]);
    if (args.flag('json')) {
      const targets = [
        labJson(lab),
        ...kube.contexts.map((entry) => ({ kind: 'kube', ...entry, canRun: null })),
      ];
      out.write(`${JSON.stringify({ schemaVersion: 1, targets, problems: kube.problems }, null, 2)}\n`);
    } else out.write(`${[...labText(lab), '', ...contextsText(kube)].join('\n')}\n`);
    return exitCodes.done;
  },
};
