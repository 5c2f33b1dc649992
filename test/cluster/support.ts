import { inject, onTestFinished } from 'vitest';
import { Problem } from '../../src/core/problem';
import { openClient } from '../../src/kube/client/openClient';
import type { ClientOptions, KubeClient } from '../../src/kube/client/openClient';
import { runningCluster } from './testCluster.mjs';
import type { RunningCluster } from './testCluster.mjs';

/** The cluster that this run of the tests started. */
export const cluster = runningCluster(inject('cluster'));

/** Our client as one of the cluster's users, closed when the test ends. */
export async function clientOf(
  user: keyof RunningCluster['users'],
  overrides: Partial<ClientOptions> = {},
): Promise<KubeClient> {
  const { context, kubeconfig } = cluster.users[user];
  const client = await openClient(context, { KUBECONFIG: kubeconfig, PATH: process.env['PATH'] }, overrides);
  onTestFinished(() => {
    client.close();
  });
  return client;
}

/** What a call that must fail says to people. */
export async function problemOf(failing: Promise<unknown>): Promise<Problem> {
  const error: unknown = await failing.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason,
  );
  if (error instanceof Problem) return error;
  throw error;
}
