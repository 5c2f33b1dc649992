import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import type { Plan } from '../../src/core/plan/plan';
import type { Run } from '../../src/core/result/run';
import { conduct, type ConductOptions } from '../../src/core/run/conduct';
import type { RunEvent } from '../../src/core/run/events';
import type { Journal, JournaledChange } from '../../src/core/run/journal';
import type { Target } from '../../src/core/target';
import type { KubeClient } from '../../src/kube/client/openClient';
import { namespaceName, objectName } from '../../src/kube/bench/names';
import { listAt, textAt } from '../../src/kube/client/json';
import { systemClock } from '../../src/store/systemClock';
import { memorySink, type MemorySink } from '../unit/run/fakes';
import { clientBy } from './benchPlan';
import { answerOf } from './answerOf';
import { runningCluster } from './testCluster.mjs';

export const never = new AbortController().signal;

/** The cluster that the tier started; none where one that stands already is named in the environment. */
const started =
  process.env['CILIUM_BENCH_TEST_KUBECONFIG'] === undefined ? runningCluster(inject('cluster')) : null;
/** Of a test cluster of two nodes, and of somebody who may do everything there. */
export const kubeconfig =
  started?.users.admin.kubeconfig ?? process.env['CILIUM_BENCH_TEST_KUBECONFIG'] ?? '';

/** A program that breaks a part of a cluster that stands already: `PROGRAM WHAT on|off`. */
const faultProgram = process.env['CILIUM_BENCH_TEST_FAULT'];
export const canBreak = started !== null || faultProgram !== undefined;

/** Breaks a part of the cluster, or mends it. */
export async function fault(what: string, state: 'on' | 'off'): Promise<void> {
  if (started !== null) await started.fault(what, state);
  else await promisify(execFile)(faultProgram ?? '', [what, state]);
}

export function testClient(): Promise<KubeClient> {
  return clientBy(kubeconfig);
}

let runs = 0;
/** An id that no other run of the tests has. */
export function newRunId(): string {
  runs += 1;
  return `test-${process.pid}-${runs}`;
}

/** A journal in memory, with what was begun and not put back. */
export function memoryJournal(): Journal & {
  readonly open: ReadonlyMap<number, JournaledChange>;
  readonly uids: ReadonlyMap<number, string>;
} {
  const open = new Map<number, JournaledChange>();
  const uids = new Map<number, string>();
  let next = 0;
  return {
    open,
    uids,
    begin(change) {
      next += 1;
      open.set(next, change);
      return Promise.resolve(next);
    },
    made(change, uid) {
      uids.set(change, uid);
      return Promise.resolve();
    },
    undone(change) {
      open.delete(change);
      return Promise.resolve();
    },
  };
}

export interface Conducted {
  readonly run: Run;
  readonly sink: MemorySink;
}

/** Conducts a plan to its end. */
export async function conducted(
  plan: Plan,
  target: Target,
  options: Partial<ConductOptions> & { readonly onEvent?: (event: RunEvent) => void } = {},
): Promise<Conducted> {
  const { onEvent, ...over } = options;
  const sink = memorySink();
  const events = conduct(plan, target, {
    id: newRunId(),
    sink,
    clock: systemClock,
    signal: never,
    ...over,
  });
  for (;;) {
    const next = await events.next();
    if (next.done === true) return { run: next.value, sink };
    onEvent?.(next.value);
  }
}

/** The pods of a sample's load: a Job's, found by the name that the run gave it. */
async function loadPods(client: KubeClient, runId: string, sampleId: string): Promise<readonly unknown[]> {
  const list = await client.call({
    path: `/api/v1/namespaces/${namespaceName(runId)}/pods`,
    query: { labelSelector: `job-name=${objectName(runId, sampleId)}` },
  });
  return listAt(list, 'items');
}

/** Resolves once the load of a sample runs. The test's own time limit ends it. */
export async function loadRuns(client: KubeClient, runId: string, sampleId: string): Promise<void> {
  const runs = (pod: unknown): boolean =>
    textAt(listAt(pod, 'status', 'containerStatuses')[0], 'state', 'running', 'startedAt') !== null;
  await answerOf(async () => {
    const pods = await loadPods(client, runId, sampleId);
    return pods.length > 0 && pods.every(runs) ? true : undefined;
  });
}

/** Does something while the load of a plan's step runs; `done` rejects where it could not be done. */
export function duringLoad(
  client: KubeClient,
  runId: string,
  stepIndex: number,
  act: () => Promise<unknown>,
): { readonly onEvent: (event: RunEvent) => void; readonly done: () => Promise<unknown> } {
  let acting: Promise<unknown> = Promise.reject(new Error('The load was never reached.'));
  acting.catch(() => undefined);
  return {
    onEvent(event) {
      if (event.kind !== 'step' || event.step.kind !== 'sample' || event.index !== stepIndex) return;
      acting = loadRuns(client, runId, event.step.sample.id).then(act);
      acting.catch(() => undefined);
    },
    done: () => acting,
  };
}

/** Namespaces whose name says that a run made them. */
export async function benchNamespaces(client: KubeClient): Promise<readonly string[]> {
  const list = (await client.call({
    path: '/api/v1/namespaces',
    query: { labelSelector: 'app.kubernetes.io/managed-by=cilium-bench' },
  })) as { items: { metadata: { name: string } }[] };
  return list.items.map(({ metadata }) => metadata.name);
}
