/** Longer texts of others are cut: a message is one sentence. */
const longestText = 300;

/** An answer gone wrong may be a whole page. */
const longestRead = 10_000;

const secrets: readonly RegExp[] = [
  /\beyJ[\w-]+\.[\w.-]+/g, // a JSON web token
  /\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi,
  /\b((?:access_?|refresh_?|id_?)?token|password|passwd|secret|client[-_]?secret|api[-_]?key)(["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi,
  /-----BEGIN [^-]*KEY-----[\s\S]*/g,
  // Base64 too long for a word. Names in Kubernetes are as long, and all lower case.
  /(?<![\w/.-])(?=[\w+/-]*[A-Z])(?=[\w+/-]*\d)[\w+/-]{40,}={0,2}/g,
];

/** Text of another program in one line, cut short, with everything that looks like a credential replaced. */
export function redacted(text: string): string {
  let shown = text.slice(0, longestRead);
  for (const pattern of secrets) shown = shown.replace(pattern, '[hidden]');
  const line = shown.replace(/\s+/g, ' ').trim();
  return line.length > longestText ? `${line.slice(0, longestText)}…` : line;
}

/** An address without the user and password that it may hold. */
export function addressWithoutSecrets(address: string): string {
  try {
    const url = new URL(address);
    return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
  } catch {
    return redacted(address.replace(/\/\/[^/@]*@/, '//'));
  }
}

/** A text of others as the end of a sentence: without its own full stop, so that the sentence can carry one. */
export function asClause(text: string): string {
  return redacted(text).replace(/[.\s]+$/, '');
}
