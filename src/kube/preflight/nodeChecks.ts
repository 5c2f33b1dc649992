import { Problem } from '../../core/problem';
import type { Check } from '../../core/target';
import type { ClusterNodes } from '../bench/benchNodes';
import { choosePlacement } from '../bench/placement';
import type { RunSettings } from '../runSettings';

/** Whether there are two nodes for client and server, and which. */
export function nodeChecks(nodes: ClusterNodes, settings: RunSettings): readonly Check[] {
  try {
    const { client, server } = choosePlacement(nodes, settings);
    if (nodes === null) {
      return [
        {
          id: 'nodes',
          level: 'warning',
          text: `The client runs on node ${client.name}, the server on ${server.name}, as named. Nodes may not be listed, so it could not be checked whether they are ready, in one zone, free of taints and of an architecture that the images are built for.`,
          todo: 'Ask who runs the cluster, or ask for the right to list nodes.',
        },
      ];
    }
    const zones = client.zone === server.zone ? [] : [client, server].map(({ zone }) => zone ?? 'no zone');
    const text = `The client runs on node ${client.name}, the server on ${server.name}`;
    return zones.length === 0
      ? [{ id: 'nodes', level: 'ok', text: `${text}.` }]
      : [
          {
            id: 'nodes',
            level: 'warning',
            text: `${text}: different zones (${zones.join(', ')}), so the figures are those of the way between zones.`,
            todo: 'Name two nodes of one zone to measure within it.',
          },
        ];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return [{ id: 'nodes', level: 'blocks', text: error.what, todo: error.todo }];
  }
}
