import { messageOf, Problem } from '../core/problem';
import type { Run } from '../core/result/run';
import { openMetricsReport } from '../core/words/openMetricsReport';
import { withoutSecrets, type PushCredential } from './credential';
import type { PushDestination } from './destination';

export interface PushOptions {
  readonly destination: PushDestination;
  readonly credential: PushCredential | undefined;
  /** Ends the push; it ends by itself after {@link longestPushMs}. */
  readonly signal: AbortSignal;
}

const longestPushMs = 30_000;
/** Of an answer that is only shown in part. */
const mostAnswerBytes = 4096;

/** The begin of an answer as text. A server that never ends it holds nobody up. */
async function beginOf(answer: Response): Promise<string> {
  if (answer.body === null) return '';
  const reader = answer.body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < mostAnswerBytes) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
    if (done || value === undefined) break;
    chunks.push(value);
    bytes += value.length;
  }
  await reader.cancel();
  return Buffer.concat(chunks).subarray(0, mostAnswerBytes).toString('utf8');
}

/** By the codes of Node. Undefined where the message says it best. */
const connectionWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNRESET: 'the connection was lost',
  UND_ERR_SOCKET: 'the connection was lost',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody that this machine trusts',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody that this machine trusts',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody that this machine trusts',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

function connectionProblem(error: unknown, { destination, credential, signal }: PushOptions): Problem {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const isLate = cause instanceof Error && cause.name === 'TimeoutError';
  const why = isLate
    ? `it gave no answer within ${longestPushMs / 1000} s`
    : signal.aborted
      ? 'it was cancelled'
      : (connectionWords[code] ?? withoutSecrets(messageOf(cause), credential));
  return new Problem(
    'target',
    `The figures were not pushed to ${destination.url}: ${why}. The run is kept.`,
    'Check the address and the network, then push again.',
    // The error of the library holds the request, and with it the credential: it is not handed on.
  );
}

function answerProblem(status: number, text: string, { destination, credential }: PushOptions): Problem {
  const shown = withoutSecrets(text, credential);
  const said = `The Pushgateway at ${destination.url} answered ${status}${shown === '' ? '' : ` (${shown})`}`;
  const problem = (todo: string): Problem =>
    new Problem('target', `The figures were not pushed: ${said}. The run is kept.`, todo);
  if (status === 401 || status === 403) {
    return problem(
      credential === undefined
        ? 'It asks for a credential: set one (docs/export.md).'
        : 'Check the credential and what it allows.',
    );
  }
  if (status >= 300 && status < 400)
    return problem('It sends elsewhere, which is not followed. Set the address that it sends to.');
  if (status === 404 || status === 405)
    return problem('Check the address: it is the one under which the Pushgateway shows its page.');
  return problem('Look at the log of the Pushgateway, then push again.');
}

/**
 * Puts a run's figures (its OpenMetrics text) into the Pushgateway in place of the group's old ones. Sends one request, follows no
 * redirect, and changes nothing of the run. Throws a {@link Problem} that holds nothing of the credential.
 */
export async function pushRun(run: Run, options: PushOptions): Promise<void> {
  const { destination, credential, signal } = options;
  if (credential !== undefined && !destination.isPrivate) {
    throw new Problem(
      'usage',
      `The credential would go to ${destination.url} unencrypted. Nothing was sent.`,
      'Use https, or an address on this machine such as that of a port-forward.',
    );
  }
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(destination.url, {
      method: 'PUT',
      // The Pushgateway reads text in the older format alone, for which this one passes: its last line is a comment there.
      headers: {
        'content-type': 'text/plain; version=0.0.4; charset=utf-8',
        'user-agent': 'cilium-bench',
        ...(credential === undefined ? {} : { authorization: credential.header }),
      },
      body: openMetricsReport(run),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(longestPushMs)]),
    });
    text = await beginOf(answer);
  } catch (error) {
    throw connectionProblem(error, options);
  }
  if (!answer.ok) throw answerProblem(answer.status, text, options);
}
