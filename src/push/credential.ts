import { Problem } from '../core/problem';

/** A credential as it is sent, and what must not be seen of it. */
export interface PushCredential {
  /** The value of the header `Authorization`. */
  readonly header: string;
  /** Every form of it that an answer could repeat. */
  readonly secrets: readonly string[];
}

/**
 * Reads a credential: `user:password` is HTTP basic authentication, anything without a colon a bearer token (RFC 6750 has no colon
 * in one). Undefined for an empty one. Throws a usage {@link Problem}, which does not hold it, for what can be neither.
 */
export function readCredential(text: string | undefined): PushCredential | undefined {
  const credential = text?.trim() ?? '';
  if (credential === '') return undefined;
  const colon = credential.indexOf(':');
  if (colon < 0 && !/^[\x21-\x7e]+$/.test(credential)) {
    throw new Problem(
      'usage',
      'The credential for the Pushgateway is neither user:password nor a token: it has characters that no token has.',
      'Set it again.',
    );
  }
  if (colon < 0) return { header: `Bearer ${credential}`, secrets: [credential] };
  const encoded = Buffer.from(credential, 'utf8').toString('base64');
  const password = credential.slice(colon + 1);
  return {
    header: `Basic ${encoded}`,
    secrets: [credential, encoded, ...(password === '' ? [] : [password])],
  };
}

const longestText = 200;

/** A text of others in one short line, with nothing of the credential in it. */
export function withoutSecrets(text: string, credential: PushCredential | undefined): string {
  let shown = text;
  for (const secret of credential?.secrets ?? []) shown = shown.replaceAll(secret, '[hidden]');
  const line = shown
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(/\.+$/, '');
  return line.length > longestText ? `${line.slice(0, longestText)}…` : line;
}
