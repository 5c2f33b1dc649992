/** The little that a bench needs to know of its pods, read from any shape. */
import { partLabel } from './podSpec';
import { listAt, textAt, valueAt } from '../client/json';
import { numberAt } from '../../core/tool/json';

export type ContainerState =
  | { readonly is: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly is: 'running'; readonly startedAt: string | null }
  | {
      readonly is: 'terminated';
      readonly exitCode: number | null;
      readonly reason: string;
      readonly message: string;
      readonly startedAt: string | null;
      readonly finishedAt: string | null;
    };

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly ready: boolean;
  readonly restarts: number;
  readonly state: ContainerState;
}

export interface PodState {
  readonly name: string;
  readonly uid: string;
  readonly part: string;
  /** uid of the Job that made it; null where none did. */
  readonly owner: string | null;
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  readonly address: string | null;
  readonly node: string | null;
  /** The scheduler's words where it found no node. */
  readonly unschedulable: string | null;
  /** Why it is being moved off its node: eviction, preemption, a node that is lost. */
  readonly disruption: string | null;
  readonly deleting: boolean;
  /**
   * The cluster hears no more of its node. Kubelets call a pod ready whose containers all are; only the cluster itself takes that
   * away from all pods of a node that fell silent (Kubernetes 1.34 `pkg/controller/util/node/controller_utils.go`,
   * MarkPodsNotReady).
   */
  readonly nodeSilent: boolean;
  readonly containers: readonly ContainerStatus[];
}

function stateOf(status: unknown): ContainerState {
  const terminated = valueAt(status, 'state', 'terminated');
  if (terminated !== undefined) {
    return {
      is: 'terminated',
      exitCode: numberAt(terminated, 'exitCode'),
      reason: textAt(terminated, 'reason') ?? '',
      message: textAt(terminated, 'message') ?? '',
      startedAt: textAt(terminated, 'startedAt'),
      finishedAt: textAt(terminated, 'finishedAt'),
    };
  }
  const running = valueAt(status, 'state', 'running');
  if (running !== undefined) return { is: 'running', startedAt: textAt(running, 'startedAt') };
  return {
    is: 'waiting',
    reason: textAt(status, 'state', 'waiting', 'reason') ?? '',
    message: textAt(status, 'state', 'waiting', 'message') ?? '',
  };
}

function containerOf(status: unknown): ContainerStatus {
  return {
    name: textAt(status, 'name') ?? '',
    image: textAt(status, 'image') ?? '',
    imageId: textAt(status, 'imageID') ?? '',
    ready: valueAt(status, 'ready') === true,
    restarts: numberAt(status, 'restartCount') ?? 0,
    state: stateOf(status),
  };
}

function conditionOf(pod: unknown, type: string): unknown {
  return listAt(pod, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type);
}

export function podState(pod: unknown): PodState | undefined {
  const name = textAt(pod, 'metadata', 'name');
  const uid = textAt(pod, 'metadata', 'uid');
  if (name === null || uid === null) return undefined;
  const scheduled = conditionOf(pod, 'PodScheduled');
  const disrupted = conditionOf(pod, 'DisruptionTarget');
  const containers = listAt(pod, 'status', 'containerStatuses').map(containerOf);
  return {
    name,
    uid,
    part: textAt(pod, 'metadata', 'labels', partLabel) ?? '',
    owner: textAt(listAt(pod, 'metadata', 'ownerReferences')[0], 'uid'),
    phase: textAt(pod, 'status', 'phase') ?? 'Pending',
    reason: textAt(pod, 'status', 'reason') ?? '',
    message: textAt(pod, 'status', 'message') ?? '',
    address: textAt(pod, 'status', 'podIP'),
    node: textAt(pod, 'spec', 'nodeName'),
    unschedulable:
      textAt(scheduled, 'status') === 'False' && textAt(scheduled, 'reason') === 'Unschedulable'
        ? (textAt(scheduled, 'message') ?? 'no node is free')
        : null,
    disruption:
      textAt(disrupted, 'status') === 'True'
        ? (textAt(disrupted, 'message') ?? textAt(disrupted, 'reason') ?? 'it is being moved')
        : null,
    deleting: textAt(pod, 'metadata', 'deletionTimestamp') !== null,
    nodeSilent:
      containers.length > 0 &&
      containers.every(({ ready }) => ready) &&
      textAt(conditionOf(pod, 'Ready'), 'status') === 'False',
    containers,
  };
}

/** Every container runs, or has run. */
export function hasStarted({ containers }: PodState): boolean {
  return containers.length > 0 && containers.every(({ state }) => state.is !== 'waiting');
}

export function isRunning({ phase, address, containers, deleting }: PodState): boolean {
  return (
    phase === 'Running' &&
    address !== null &&
    !deleting &&
    containers.length > 0 &&
    containers.every(({ state }) => state.is === 'running')
  );
}

export function restartsOf({ containers }: PodState): number {
  return containers.reduce((sum, { restarts }) => sum + restarts, 0);
}
