import type http from 'node:http';

/** Beyond any object of Kubernetes (etcd takes 1.5 MB); keeps a server gone wrong from filling the memory. */
const longestLine = 20_000_000;

/**
 * The lines of an answer as they come, without their ends. A last line that was not ended is not given: it is cut.
 * @param onData called for every piece that arrives.
 * @throws what Node says where the connection is lost.
 */
export async function* linesOf(answer: http.IncomingMessage, onData: () => void): AsyncGenerator<string> {
  let pieces: string[] = [];
  let length = 0;
  answer.setEncoding('utf8');
  for await (const piece of answer as AsyncIterable<string>) {
    onData();
    const lines = piece.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      pieces.push(line);
      yield pieces.length === 1 ? line : pieces.join('');
      pieces = [];
      length = 0;
    }
    if (last === '') continue;
    pieces.push(last);
    length += last.length;
    if (length > longestLine) throw new Error('a line of the answer does not end');
  }
}
