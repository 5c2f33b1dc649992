import { messageOf, Problem } from '../../core/problem';
import { asClause } from './redact';

/** Both ends of a connection, for messages. */
export interface Peer {
  /** Without credentials. */
  readonly server: string;
  /** Name of the kubeconfig's user. */
  readonly user: string;
  readonly proxied: boolean;
  /** When the client's certificate ends, where it has one. */
  readonly certificateEnd: Date | null;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

type Words = readonly [what: (peer: Peer) => string, todo: string];

const checkAuthority = 'Check certificate-authority-data of the cluster in the kubeconfig.';
const untrusted: Words = [
  ({ server }) =>
    `The certificate of the API server at ${server} is not signed by the authority it should be.`,
  checkAuthority,
];

/** By the codes of Node and OpenSSL. */
const known: Readonly<Record<string, Words>> = {
  ECONNREFUSED: [
    ({ server }) => `Nothing listens at ${server}.`,
    'Start the cluster, or check the address in the kubeconfig.',
  ],
  ENOTFOUND: [
    ({ server }) => `The name of the API server at ${server} is not known.`,
    'Check the address in the kubeconfig and the VPN.',
  ],
  EAI_AGAIN: [
    ({ server }) => `The name of the API server at ${server} cannot be looked up now.`,
    'Check the network and the VPN.',
  ],
  ETIMEDOUT: [
    ({ server }) => `The API server at ${server} does not answer.`,
    'Check the network and the VPN.',
  ],
  EHOSTUNREACH: [({ server }) => `There is no way to ${server}.`, 'Check the network and the VPN.'],
  ENETUNREACH: [({ server }) => `There is no way to ${server}.`, 'Check the network and the VPN.'],
  CERT_HAS_EXPIRED: [
    ({ server }) => `The certificate of the API server at ${server} has expired.`,
    'Renew it on the cluster, and check the clock of this machine.',
  ],
  CERT_NOT_YET_VALID: [
    ({ server }) => `The certificate of the API server at ${server} is not valid yet.`,
    'Check the clock of this machine.',
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    ({ server }) => `The certificate of the API server at ${server} is for another name.`,
    'Check the address in the kubeconfig, or set tls-server-name.',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  ERR_SSL_WRONG_VERSION_NUMBER: [
    ({ server }) => `What listens at ${server} does not speak TLS.`,
    'Check the address in the kubeconfig.',
  ],
  EPROTO: [
    ({ server }) => `What listens at ${server} does not speak TLS.`,
    'Check the address in the kubeconfig.',
  ],
};

/** Codes of a connection that was there and went. */
const lostCodes = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'HPE_INVALID_EOF_STATE',
]);

/** May pass by itself, so that a read is worth another try. */
const passing = new Set([
  ...lostCodes,
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

function isRefusedCertificate(code: string): boolean {
  return code.startsWith('ERR_SSL_') && (code.includes('ALERT') || code.includes('CERTIFICATE_REQUIRED'));
}

function isBadMaterial(code: string, message: string): boolean {
  return code.startsWith('ERR_OSSL_') || /key values mismatch|no start line|bad base64/i.test(message);
}

/** The problem that a failed connection stands for. */
export function transportProblem(error: unknown, peer: Peer): Problem {
  const code = codeOf(error);
  const message = messageOf(error);
  const problem = (what: string, todo: string): Problem =>
    new Problem('target', what, todo, { cause: error });
  const isLost = lostCodes.has(code) || message === 'aborted';
  const words = known[code];
  // What cannot be connected to is the proxy then, not the API server.
  if (words !== undefined && !(peer.proxied && passing.has(code))) return problem(words[0](peer), words[1]);
  const end = peer.certificateEnd;
  const hasExpired = end !== null && end.getTime() < Date.now();
  // Some servers only hang up on a certificate that they refuse.
  if (isRefusedCertificate(code) || (isLost && hasExpired)) {
    return problem(
      hasExpired
        ? `The client certificate of user "${peer.user}" expired on ${end.toISOString().slice(0, 10)}.`
        : `The API server at ${peer.server} does not accept the client certificate of user "${peer.user}".`,
      'Get a new kubeconfig for the cluster.',
    );
  }
  if (isBadMaterial(code, message)) {
    return problem(
      `The certificates that the kubeconfig has for user "${peer.user}" cannot be used: certificate and key do not fit, or are no PEM.`,
      'Get a new kubeconfig for the cluster.',
    );
  }
  if (code.startsWith('HPE_')) {
    return problem(`What ${peer.server} answered is not HTTP.`, 'Check the address in the kubeconfig.');
  }
  if (isLost) {
    return problem(
      `The connection to the API server at ${peer.server} was lost in the middle.`,
      'Check the network, then try again.',
    );
  }
  if (code === '' && !peer.proxied) {
    return problem(
      `The API server at ${peer.server} gave no usable answer: ${asClause(message)}.`,
      'Try again, or look at the log of the API server.',
    );
  }
  return problem(
    `The API server at ${peer.server} cannot be reached${peer.proxied ? ' through the proxy' : ''}: ${asClause(message)}.`,
    peer.proxied
      ? 'Check proxy-url of the cluster in the kubeconfig.'
      : 'Check the network and the kubeconfig.',
  );
}

/** Whether the same call may go through when it is tried again. */
export function isPassing(problem: Problem): boolean {
  const { cause } = problem;
  return passing.has(codeOf(cause)) || (cause instanceof Error && cause.message === 'aborted');
}
