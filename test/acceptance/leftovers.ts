import { statusOf } from '../../src/kube/client/apiProblem';
import { textAt } from '../../src/kube/client/json';
import { listPages } from '../../src/kube/client/listPages';
import type { KubeClient } from '../../src/kube/client/openClient';

const ours = 'app.kubernetes.io/managed-by=cilium-bench';

/** Collections in which a run makes something that is not in its own namespace, and that namespace itself. */
function collections(namespace: string | null): readonly string[] {
  return [
    '/api/v1/namespaces',
    '/apis/cilium.io/v2/ciliumnodeconfigs',
    ...(namespace === null
      ? []
      : ['pods', 'services'].map((resource) => `/api/v1/namespaces/${namespace}/${resource}`)),
  ];
}

/** Names of what runs have left on a cluster; what cannot be listed or is not served is passed over. */
export async function leftovers(client: KubeClient, namespace: string | null): Promise<readonly string[]> {
  const found = await Promise.all(
    collections(namespace).map(async (path) => {
      try {
        const { items } = await listPages(client, {
          path,
          labelSelector: ours,
          pick: (object) => textAt(object, 'metadata', 'name') ?? undefined,
        });
        return items.map((name) => `${path.split('/').at(-1) ?? ''} ${name}`);
      } catch (error) {
        if ([403, 404].includes(statusOf(error) ?? 0)) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}
