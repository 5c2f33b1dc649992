import { runLabel } from '../../../core/plan/benchLabels';
import { Problem } from '../../../core/problem';
import { reasonOf, statusOf } from '../../client/apiProblem';
import type { ApiRequest } from '../../client/apiRequest';
import { textAt } from '../../client/json';
import type { KubeClient } from '../../client/openClient';

/** What the calls of one run share. */
export interface OwnCalls {
  readonly client: KubeClient;
  readonly runId: string;
  /** Told of each call that the API server turned away. */
  readonly onTurnedAway?: () => void;
  readonly signal?: AbortSignal;
}

/** Of the objects deleted, which are all sent back, their metadata alone. */
const metadataList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** What of these a request takes. */
function shared({ onTurnedAway, signal }: OwnCalls): Pick<ApiRequest, 'onTurnedAway' | 'signal'> {
  return {
    ...(onTurnedAway === undefined ? {} : { onTurnedAway }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** A thousand deletions may take the API server up to its own limit of a minute (kube-apiserver, `--request-timeout`). */
const deletionMs = 90_000;

/**
 * Creates an object, and resolves with it. One that is there already is taken as made where it is this run's: an answer may
 * have been lost, or the run been interrupted.
 * @throws Problem as {@link KubeClient.call}; where an object of that name is somebody else's.
 */
export async function createOwn(calls: OwnCalls, path: string, name: string, body: object): Promise<unknown> {
  const { client, runId } = calls;
  try {
    return await client.call({
      method: 'POST',
      path,
      // The objects are made by this code and not by people: no second pass that looks for unknown fields.
      query: { fieldValidation: 'Ignore' },
      body,
      repeatable: true,
      ...shared(calls),
    });
  } catch (error) {
    if (statusOf(error) !== 409 || reasonOf(error) !== 'AlreadyExists') throw error;
  }
  const there = await client.call({ path: `${path}/${encodeURIComponent(name)}`, ...shared(calls) });
  if (textAt(there, 'metadata', 'labels', runLabel) === runId) return there;
  const what = textAt(there, 'kind') ?? 'object';
  throw new Problem(
    'target',
    `The ${what} "${name}" in namespace ${textAt(there, 'metadata', 'namespace') ?? ''} is not of this run.`,
    'Choose another namespace, or undo what an earlier run left there with cilium-bench undo.',
  );
}

/** Deletes what the selector matches of a collection. Where the API server gives up in the middle, it is asked again. */
export async function deleteOwn(calls: OwnCalls, path: string, labelSelector: string): Promise<void> {
  await calls.client.call({
    method: 'DELETE',
    path,
    query: { labelSelector },
    accept: metadataList,
    timeoutMs: deletionMs,
    repeatable: true,
    ...shared(calls),
  });
}
