/** What of the datapath restarted between two looks at its pods. Pure. */
import { podState } from '../bench/podState';
import { listAt, textAt } from '../client/json';
import { componentPod } from './componentPods';
import { componentKinds } from './componentTable';

interface DatapathContainer {
  readonly name: string;
  /** Another one after each restart; null where it was never made. */
  readonly id: string | null;
  readonly restarts: number;
  /** By its node's clock, which tells whole seconds; null where it does not run. */
  readonly startedAt: Date | null;
}

/** A pod of the datapath on a bench node, or a process that a node tells of. */
export interface DatapathPod {
  readonly component: string;
  readonly node: string;
  /** Null for what is no pod. */
  readonly name: string | null;
  readonly uid: string;
  readonly containers: readonly DatapathContainer[];
}

/** It serves names and no traffic: a load goes to addresses. */
const noDatapath = new Set(['NodeLocal DNSCache']);
const kinds = componentKinds.filter(({ scope, name }) => scope === 'node' && !noDatapath.has(name));

function dateOf(text: string | null): Date | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : new Date(time);
}

/**
 * A pod of the datapath; undefined for any other. An Envoy that runs within the agent's container is seen by the agent's restarts
 * alone.
 */
export function datapathPod(pod: unknown): DatapathPod | undefined {
  const known = componentPod(kinds, pod);
  const state = podState(pod);
  if (known === undefined || state === undefined) return undefined;
  const statuses = listAt(pod, 'status', 'containerStatuses');
  return {
    component: known.component,
    node: known.node,
    name: state.name,
    uid: state.uid,
    containers: state.containers.map(({ name, restarts, state: now }, index) => ({
      name,
      restarts,
      id: textAt(statuses[index], 'containerID'),
      startedAt: now.is === 'running' ? dateOf(now.startedAt) : null,
    })),
  };
}

/** Set by the project's own test policy engine on its nodes: when its Envoy, which is no pod, was started. */
const testEnvoyAnnotation = 'test-policy-engine-envoy';

/** The Envoy of the test policy engine on a node; undefined where none runs, and everywhere but on the test cluster. */
export function testEnvoyOn(node: unknown): DatapathPod | undefined {
  const name = textAt(node, 'metadata', 'name');
  const started = textAt(node, 'metadata', 'annotations', testEnvoyAnnotation);
  if (name === null || started === null) return undefined;
  const envoy = { name: 'envoy', id: started, restarts: 0, startedAt: dateOf(started) };
  return {
    component: 'Envoy of the test policy engine',
    node: name,
    name: null,
    uid: testEnvoyAnnotation,
    containers: [envoy],
  };
}

/** Whether what began then may have begun since; what does not run (yet) may have stopped at any time. */
function isSince(startedAt: Date | null, since: Date | null): boolean {
  return startedAt === null || since === null || startedAt >= since;
}

function restartedContainers(before: DatapathPod, after: DatapathPod, since: Date | null): string[] {
  return after.containers
    .filter((now) => {
      const then = before.containers.find(({ name }) => name === now.name);
      const isAnother = then === undefined || then.id !== now.id || then.restarts !== now.restarts;
      return isAnother && isSince(now.startedAt, since);
    })
    .map(({ name }) => name);
}

function ofPods(pods: readonly DatapathPod[]): string {
  const names = pods.flatMap(({ name }) => name ?? []);
  return names.length === 0 ? '' : ` (${names.length === 1 ? 'pod' : 'pods'} ${names.join(', ')})`;
}

function restartsOfOne(
  where: string,
  before: readonly DatapathPod[],
  after: readonly DatapathPod[],
  since: Date | null,
): string[] {
  const wasThere = new Map(before.map((pod) => [pod.uid, pod]));
  const restarted = after.flatMap((pod) => {
    const then = wasThere.get(pod.uid);
    const names = then === undefined ? [] : restartedContainers(then, pod, since);
    const what = pod.name === null ? '' : ` (container ${names.join(', ')} of pod ${pod.name})`;
    return names.length === 0 ? [] : [`${where} restarted${what}`];
  });
  const isNew = (pod: DatapathPod): boolean =>
    !wasThere.has(pod.uid) &&
    (pod.containers.length === 0 || pod.containers.some(({ startedAt }) => isSince(startedAt, since)));
  const made = after.filter(isNew);
  if (made.length > 0)
    restarted.push(`${where} was ${before.length === 0 ? 'started' : 'replaced'}${ofPods(made)}`);
  if (after.length === 0) restarted.push(`${where} is gone${ofPods(before)}`);
  return restarted;
}

/**
 * What restarted, a clause each, such as `Cilium Envoy on node-a restarted (container cilium-envoy of pod cilium-envoy-x)`.
 * @param since what began before it, by the nodes' clocks, does not count; null counts all.
 */
export function restartsBetween(
  before: readonly DatapathPod[],
  after: readonly DatapathPod[],
  since: Date | null,
): readonly string[] {
  const whereOf = ({ component, node }: DatapathPod): string => `${component} on ${node}`;
  const places = [...new Set([...before, ...after].map(whereOf))];
  return places.flatMap((where) => {
    const own = (pods: readonly DatapathPod[]) => pods.filter((pod) => whereOf(pod) === where);
    return restartsOfOne(where, own(before), own(after), since);
  });
}
