import { connect } from 'node:net';
import type { Address } from '../core/target';
import { statusOf } from './httpRequest';
import type { Holder } from './holder';
import { bash } from './process';
import type { Space } from './topology';

/** What came back from one request: a status, or how it failed. */
export type Answer =
  { readonly status: number } | { readonly failed: 'no answer' | 'refused' | 'closed without a response' };

export interface Question {
  readonly to: Address;
  /** The bytes of the request. */
  readonly request: string;
}

/** Sends requests one after the other and tells the first line of each response. */
const askScript = `
while [ $# -gt 0 ]; do
  { exec 3<>"/dev/tcp/$1/$2"; } 2>/dev/null || { echo refused; shift 3; continue; }
  printf %s "$3" >&3
  IFS= read -r line <&3 || line=closed
  printf '%s\\n' "$line"
  exec 3<&-
  shift 3
done`;

function answerOf(line: string | undefined): Answer {
  if (line === undefined || line === '') return { failed: 'no answer' };
  if (line === 'refused') return { failed: 'refused' };
  const status = statusOf(line);
  return status === null ? { failed: 'closed without a response' } : { status };
}

/**
 * Asks from within a namespace, all questions one after the other; what is not answered within the time is `no answer`.
 * bash speaks TCP by itself and starts in a few milliseconds, which no HTTP client does.
 */
export async function askFrom(
  holder: Holder,
  space: Space,
  questions: readonly Question[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  const args = questions.flatMap(({ to, request }) => [to.host, String(to.port), request]);
  const { stdout } = await holder.run(space, [...bash, '-c', askScript, 'ask', ...args], {
    timeoutMs,
    signal,
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return questions.map((_, index) => answerOf(lines[index]));
}

/** Asks from this process, by address or by the path of a Unix socket. */
export function askHere(
  to: Address | { readonly path: string },
  request: string,
  timeoutMs: number,
): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect('path' in to ? { path: to.path } : { host: to.host, port: to.port });
    let text = '';
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => {
      end({ failed: 'no answer' });
    }, timeoutMs);
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const line = text.split('\r\n', 1)[0];
      if (text.includes('\r\n')) end(answerOf(line));
    });
    socket.on('error', () => {
      end({ failed: text === '' ? 'refused' : 'closed without a response' });
    });
    socket.on('close', () => {
      end({ failed: 'closed without a response' });
    });
  });
}
