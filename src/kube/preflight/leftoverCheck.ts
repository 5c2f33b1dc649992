import type { Check } from '../../core/target';
import { joined } from '../../core/words/phrases';
import { statusOf } from '../client/apiProblem';
import { textAt } from '../client/json';
import { listPages } from '../client/listPages';
import type { KubeClient } from '../client/openClient';

/** Namespaces that earlier runs, perhaps other people's, left or still use: what runs there shares the nodes. */
export async function leftoverCheck(client: KubeClient, signal: AbortSignal): Promise<readonly Check[]> {
  try {
    const { items } = await listPages(client, {
      path: '/api/v1/namespaces',
      labelSelector: 'app.kubernetes.io/managed-by=cilium-bench',
      pick: (object) => textAt(object, 'metadata', 'name') ?? undefined,
      signal,
    });
    if (items.length === 0) return [];
    return [
      {
        id: 'other-runs',
        level: 'warning',
        text: `${joined(items.slice(0, 4))} ${items.length === 1 ? 'is' : 'are'} there of ${items.length === 1 ? 'another run' : 'other runs'}, interrupted or still going.`,
        todo: 'Wait for it, or put it back: cilium-bench undo.',
      },
    ];
  } catch (error) {
    // Without the right to list namespaces there is nothing to say.
    if (statusOf(error) === 403) return [];
    throw error;
  }
}
