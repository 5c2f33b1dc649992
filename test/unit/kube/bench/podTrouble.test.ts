import { describe, expect, it } from 'vitest';
import { podState } from '../../../../src/kube/bench/podState';
import {
  eventTrouble,
  nodeTrouble,
  podTrouble,
  type ObjectEvent,
} from '../../../../src/kube/bench/podTrouble';

interface RawStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly state?: Record<string, unknown>;
  readonly ready?: boolean;
  readonly conditions?: readonly unknown[];
  readonly deletionTimestamp?: string;
}

/** A pod as the API gives it, in the states that Kubernetes 1.34 reports (seen on a cluster, or pkg/kubelet's words). */
function pod({ state, ready = false, deletionTimestamp, ...status }: RawStatus) {
  const read = podState({
    metadata: {
      name: 'load-1-abc',
      uid: 'u',
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    spec: { nodeName: 'node-a' },
    status: {
      ...status,
      containerStatuses:
        state === undefined
          ? []
          : [{ name: 'load', image: 'registry.local/fortio:dev', restartCount: 0, ready, state }],
    },
  });
  if (read === undefined) throw new Error('it could not be read');
  return read;
}

describe('what went wrong with a pod, in one clause', () => {
  it.each<[string, RawStatus, string | null]>([
    [
      'an image that cannot be pulled',
      {
        phase: 'Pending',
        state: {
          waiting: {
            reason: 'ImagePullBackOff',
            message: 'Back-off pulling image "registry.local/fortio:dev"',
          },
        },
      },
      'the image registry.local/fortio:dev cannot be had: Back-off pulling image "registry.local/fortio:dev"',
    ],
    [
      'a missing Secret',
      {
        phase: 'Pending',
        state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "regcred" not found' } },
      },
      'its container cannot be started: secret "regcred" not found',
    ],
    [
      'too little memory',
      { phase: 'Failed', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
      'it was ended by the kernel because it used more than its memory limit (OOMKilled)',
    ],
    [
      'an eviction',
      { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory. ' },
      'it was evicted from node-a: The node was low on resource: memory',
    ],
    [
      'a node that went away',
      {
        phase: 'Failed',
        conditions: [
          {
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'DeletionByPodGC',
            message: 'PodGC: node no longer exists',
          },
        ],
      },
      'it was moved off node-a: PodGC: node no longer exists',
    ],
    [
      'a taint on its node',
      {
        phase: 'Running',
        deletionTimestamp: '2026-11-25T16:00:00Z',
        state: { running: {} },
        conditions: [
          {
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'DeletionByTaintManager',
            message: 'Taint manager: deleting due to NoExecute taint',
          },
        ],
      },
      'it was deleted from node-a: Taint manager: deleting due to NoExecute taint',
    ],
    ['a deadline', { phase: 'Failed', reason: 'DeadlineExceeded' }, 'it ran longer than its deadline'],
    ['somebody', { phase: 'Running', deletionTimestamp: '2026-11-25T16:00:00Z' }, 'it was deleted'],
    ['nothing yet', { phase: 'Pending', state: { waiting: { reason: 'ContainerCreating' } } }, null],
    ['nothing while it runs', { phase: 'Running', state: { running: {} } }, null],
    [
      'nothing where a tool failed: its output says why',
      { phase: 'Failed', state: { terminated: { exitCode: 1, reason: 'Error' } } },
      null,
    ],
  ])('%s', (_, status, clause) => {
    expect(podTrouble(pod(status))).toBe(clause);
  });

  it.each<[string, boolean, string, string | null]>([
    ['that fell silent is named', true, 'False', 'its node node-a fell silent'],
    ['that is heard of is no trouble', true, 'True', null],
    ['whose container is not ready yet is no trouble', false, 'False', null],
  ])('a node %s', (_, ready, status, clause) => {
    const conditions = [{ type: 'Ready', status }];
    const silent = pod({ phase: 'Running', ready, state: { running: {} }, conditions });
    expect(nodeTrouble(silent)).toBe(clause);
    // It may come back: the load goes on meanwhile.
    expect(podTrouble(silent)).toBeNull();
  });

  it('what no node takes is in the scheduler’s words', () => {
    const conditions = [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/2 nodes are available' },
    ];
    expect(pod({ phase: 'Pending', conditions }).unschedulable).toBe('0/2 nodes are available');
  });

  it.each([
    undefined,
    null,
    1,
    'pod',
    [],
    {},
    { metadata: {} },
    { metadata: { name: 1, uid: 2 }, status: [] },
  ])('no shape is too bad to read: %j', (object) => {
    expect(podState(object)).toBeUndefined();
  });
});

describe('why nothing came of an object, by its newest event', () => {
  const event = (
    reason: string,
    message: string,
    at = '2026-11-25T16:00:00Z',
    warning = true,
  ): ObjectEvent => ({
    reason,
    message,
    at,
    warning,
  });

  it.each([
    [
      'a quota',
      'Error creating: pods "load-x" is forbidden: exceeded quota: small, requested: requests.cpu=1',
      /^a quota of the namespace does not allow it: .*exceeded quota: small/,
    ],
    [
      'Pod Security',
      'Error creating: pods "load-x" is forbidden: violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true)',
      /^Pod Security of the namespace does not allow it: .*hostNetwork=true/,
    ],
    [
      'a webhook',
      'Error creating: admission webhook "x" denied the request',
      /^its pod cannot be made: .*webhook/,
    ],
  ])('%s', (_, message, clause) => {
    expect(eventTrouble([event('FailedCreate', message)])).toMatch(clause);
  });

  it('a warning that something newer has overtaken is no trouble', () => {
    const sandbox = event('FailedCreatePodSandBox', 'no network', '2026-11-25T16:00:00Z');
    expect(eventTrouble([sandbox])).toBe('FailedCreatePodSandBox: no network');
    const pulling = event('Pulling', 'Pulling image', '2026-11-25T16:00:05Z', false);
    expect(eventTrouble([pulling, sandbox])).toBeNull();
    expect(eventTrouble([])).toBeNull();
  });

  it('an image is named with the reason, which the newest of its events has not', () => {
    const why =
      'Failed to pull image "docker.io/fortio/fortio:1.75.2": failed to do request: dial tcp: lookup registry-1.docker.io: i/o timeout';
    const events = [
      event('Failed', 'Error: ImagePullBackOff', '2026-11-25T16:00:09Z'),
      event('Failed', why, '2026-11-25T16:00:08Z'),
      event('Pulling', 'Pulling image "docker.io/fortio/fortio:1.75.2"', '2026-11-25T16:00:00Z', false),
    ];
    expect(eventTrouble(events)).toBe(
      'the image docker.io/fortio/fortio:1.75.2 cannot be had: failed to do request: dial tcp: lookup registry-1.docker.io: i/o timeout',
    );
  });
});
