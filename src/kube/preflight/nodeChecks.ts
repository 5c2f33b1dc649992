import { Problem } from '../../core/problem';
import type { Check } from '../../core/target';
import type { CandidateNode } from '../bench/benchNodes';
import { choosePlacement } from '../bench/placement';
import type { RunSettings } from '../runSettings';

/** Whether there are two nodes for client and server, and which. */
export function nodeChecks(nodes: readonly CandidateNode[], settings: RunSettings): readonly Check[] {
  try {
    const { client, server } = choosePlacement(nodes, settings);
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
