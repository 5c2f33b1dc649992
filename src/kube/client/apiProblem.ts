import { isRecord, readJson } from '../../core/tool/json';
import { Problem } from '../../core/problem';
import { actionOf, phraseOf } from './apiRequest';
import type { ApiRequest, RequestedAction } from './apiRequest';
import { textAt, valueAt } from './json';
import { asClause } from './redact';
import type { Peer } from './transportProblem';

/** What the API server answered where it did not do what was asked: the cause of the {@link Problem}. */
class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    /** The `reason` of the answer's Status, as `AlreadyExists` or `Expired`; empty where it has none. */
    readonly reason: string,
  ) {
    super(`HTTP ${status}${reason === '' ? '' : ` ${reason}`}`);
  }
}

/** The HTTP status that an error comes from, or null where the API server did not answer. */
export function statusOf(error: unknown): number | null {
  const cause = error instanceof Problem ? error.cause : error;
  return cause instanceof ApiError ? cause.status : null;
}

/** The reason that the API server gave with the status (`AlreadyExists`, `Conflict`), or null. */
export function reasonOf(error: unknown): string | null {
  const cause = error instanceof Problem ? error.cause : error;
  return cause instanceof ApiError && cause.reason !== '' ? cause.reason : null;
}

interface RefusedRequest extends Omit<Peer, 'proxied'> {
  readonly request: ApiRequest;
  readonly status: number;
  readonly body: string;
}

/** Source: kubernetes.io, "Authorization": the message of a Forbidden status. */
const forbiddenPattern =
  /User "(?<user>[^"]*)" cannot (?<verb>\S+) resource "(?<resource>[^"]*)"(?: in API group "(?<group>[^"]*)")?(?:.*in the namespace "(?<namespace>[^"]*)")?/;

function forbidden(action: RequestedAction, message: string, user: string): [string, string] {
  const named = forbiddenPattern.exec(message)?.groups;
  if (named === undefined && message !== '' && !/forbidden: User/.test(message)) {
    // Not a missing right: a quota, Pod Security or another admission check.
    return [
      `The API server refused to ${phraseOf(action)} (403): ${message}.`,
      'Change what the message names, or ask who runs the cluster.',
    ];
  }
  const denied: RequestedAction = {
    ...action,
    verb: named?.['verb'] ?? action.verb,
    resource: named?.['resource'] ?? action.resource,
    group: named?.['group'] ?? action.group,
    namespace: named === undefined ? action.namespace : (named['namespace'] ?? null),
  };
  const who = named?.['user'] ?? user;
  return [
    `The API server refused to ${phraseOf(denied)} (403, user ${who}).`,
    `Ask for the right to ${phraseOf({ ...denied, name: null })}, or choose another context.`,
  ];
}

function unauthorized(user: string, end: Date | null): [string, string] {
  return end !== null && end.getTime() < Date.now()
    ? [
        `The client certificate of user "${user}" expired on ${end.toISOString().slice(0, 10)} (401).`,
        'Get a new kubeconfig for the cluster.',
      ]
    : [
        `The API server does not accept the credentials of user "${user}" (401).`,
        'Log in to the cluster again, then retry.',
      ];
}

function words(refused: RefusedRequest, message: string, reason: string): [string, string] {
  const { request, status, server, user } = refused;
  const action = actionOf(request);
  const phrase = phraseOf(action);
  const said = message === '' ? '' : `: ${message}`;
  switch (status) {
    case 401:
      return unauthorized(user, refused.certificateEnd);
    case 403:
      return forbidden(action, message, user);
    case 404:
      return reason === 'NotFound'
        ? [`The API server cannot ${phrase} (404)${said}.`, 'Check that it is still there.']
        : [
            `The API server does not serve ${request.path} (404).`,
            'The cluster lacks this API; install what provides it, or choose another context.',
          ];
    case 409:
      return reason === 'AlreadyExists'
        ? [
            `The API server cannot ${phrase} (409)${said}.`,
            'Delete what is left there, or choose another name.',
          ]
        : [`The API server cannot ${phrase}: it was changed meanwhile (409)${said}.`, 'Try again.'];
    case 410:
      return [
        `The API server no longer has the state that was asked for to ${phrase} (410).`,
        'Try again; the cluster changes faster than it can be listed.',
      ];
    case 422:
      return [
        `The API server does not accept what was sent to ${phrase} (422)${said}.`,
        'Change what the message names.',
      ];
    case 429:
      return [`The API server at ${server} has too much to do to ${phrase} (429).`, 'Try again later.'];
    default:
      if (request.upgrade && status < 400) {
        return [
          `What answers at ${server} does not change the protocol to ${phrase} (${status}).`,
          'Check that no proxy before the API server refuses WebSocket.',
        ];
      }
      return [
        `The API server at ${server} could not ${phrase} (${status})${said}.`,
        status >= 500 ? 'Try again, or look at the log of the API server.' : 'Check the request.',
      ];
  }
}

/** The problem that an answer other than 2xx stands for, with the status as its cause (see {@link statusOf}). */
export function refusal(refused: RefusedRequest): Problem {
  const status = readJson(refused.body);
  const isStatus = isRecord(status) && valueAt(status, 'kind') === 'Status';
  const message = isStatus ? asClause(textAt(status, 'message') ?? '') : '';
  const reason = isStatus ? (textAt(status, 'reason') ?? '') : '';
  const [what, todo] = words(refused, message, reason);
  return new Problem('target', what, todo, { cause: new ApiError(refused.status, reason) });
}
