import { statusOf } from '../../../src/kube/client/apiProblem';
import { textAt } from '../../../src/kube/client/json';
import { countOf } from '../../../src/kube/client/listPages';
import type { KubeClient } from '../../../src/kube/client/openClient';

const beta = '/apis/networking.k8s.io/v1beta1/ipaddresses';
const stable = '/apis/networking.k8s.io/v1/ipaddresses';

/** Whether each Service has an object that holds its address: Kubernetes 1.33 and later (MultiCIDRServiceAllocator). */
async function keepsObjects(client: KubeClient): Promise<boolean> {
  for (const path of [stable, beta]) {
    try {
      return (await countOf(client, { path })) > 0;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  }
  return false;
}

/** What an API server gives addresses to Services with, as its figures name it. To be asked while there are Services. */
export async function readAllocator(client: KubeClient): Promise<string> {
  const version = await client.call({ path: '/version' });
  const part = (name: string): string | null => textAt(version, name);
  const own = `${part('major') ?? '?'}.${part('minor') ?? '?'}`;
  const emulated = `${part('emulationMajor') ?? part('major') ?? '?'}.${part('emulationMinor') ?? part('minor') ?? '?'}`;
  const kind = (await keepsObjects(client)) ? 'IPAddress objects' : 'bitmap';
  return `API server ${own}${emulated === own ? '' : ` as ${emulated}`}: ${kind}`;
}
