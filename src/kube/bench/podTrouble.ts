/** What went wrong with a pod, in a clause each: no capital, no full stop. */
import { asClause } from '../client/redact';
import type { ContainerStatus, PodState } from './podState';

/** Kubelet's words for an image that it does not get (`pkg/kubelet/images/types.go`, Kubernetes 1.34). */
const imageReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);
/** Kubelet's words for a container that cannot be made or started (`pkg/kubelet/kuberuntime/kuberuntime_container.go`). */
const creationReasons = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PreCreateHookError',
]);

function said(message: string): string {
  const clause = asClause(message);
  return clause === '' ? '' : `: ${clause}`;
}

function containerTrouble({ image, state }: ContainerStatus): string | null {
  if (state.is === 'waiting') {
    if (imageReasons.has(state.reason))
      return `the image ${image} cannot be had${said(state.message || state.reason)}`;
    if (creationReasons.has(state.reason))
      return `its container cannot be started${said(state.message || state.reason)}`;
  }
  if (state.is === 'terminated' && state.reason === 'OOMKilled')
    return 'it was ended by the kernel because it used more than its memory limit (OOMKilled)';
  return null;
}

/**
 * Why a pod will not give what it was made for; null while it may. A pod whose container ended by itself has no trouble here:
 * its exit code and its output say more.
 */
export function podTrouble(pod: PodState): string | null {
  for (const container of pod.containers) {
    const trouble = containerTrouble(container);
    if (trouble !== null) return trouble;
  }
  if (pod.phase === 'Failed') {
    if (pod.reason === 'Evicted') return `it was evicted from ${pod.node ?? 'its node'}${said(pod.message)}`;
    if (pod.reason === 'DeadlineExceeded') return 'it ran longer than its deadline';
    if (pod.disruption !== null) return `it was moved off ${pod.node ?? 'its node'}${said(pod.disruption)}`;
    if (pod.reason !== '') return `it failed with ${pod.reason}${said(pod.message)}`;
  }
  if (pod.reason === 'NodeLost') return `its node ${pod.node ?? ''} is lost`;
  if (pod.deleting) {
    return pod.disruption === null
      ? 'it was deleted'
      : `it was deleted from ${pod.node ?? 'its node'}${said(pod.disruption)}`;
  }
  return null;
}

/** Of a node that the cluster hears no more of. */
export const fellSilent = 'fell silent';

/** Of a pod that may still give what it was made for, once its node is heard of again; null where that is not its state. */
export function nodeTrouble({ node, nodeSilent }: PodState): string | null {
  return nodeSilent ? `its node ${node ?? ''} ${fellSilent}` : null;
}

/** What an Event says about an object. */
export interface ObjectEvent {
  readonly reason: string;
  readonly message: string;
  readonly warning: boolean;
  /** When it was seen last, as the API has it. */
  readonly at: string;
}

/** Why nothing has come of an object so far, by its newest event; null where that names no obstacle. */
export function eventTrouble(events: readonly ObjectEvent[]): string | null {
  const newest = [...events].sort((a, b) => (Date.parse(a.at) || 0) - (Date.parse(b.at) || 0)).at(-1);
  if (newest?.warning !== true) return null;
  const refusal = newest.reason === 'FailedCreate' ? newest : undefined;
  if (refusal !== undefined) {
    if (/exceeded quota/.test(refusal.message))
      return `a quota of the namespace does not allow it${said(refusal.message)}`;
    if (/violates PodSecurity/.test(refusal.message))
      return `Pod Security of the namespace does not allow it${said(refusal.message)}`;
    return `its pod cannot be made${said(refusal.message)}`;
  }
  return imageTrouble(events) ?? `${newest.reason}${said(newest.message)}`;
}

/** The kubelet tells of an image in several events, and in the last of them neither which nor why. */
function imageTrouble(events: readonly ObjectEvent[]): string | null {
  for (const { message } of events) {
    const [, image, why] = /^Failed to pull image "([^"]+)": (.+)/s.exec(message) ?? [];
    if (image !== undefined) return `the image ${image} cannot be had${said(why ?? '')}`;
  }
  return null;
}
