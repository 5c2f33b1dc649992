/** Text of bounded length, with what had no room in it named at its end. */

/** A part of a text that can be cut between two lines: shown as `head`, then its lines, then `tail`. */
export interface Piece {
  /** What its lines are, as it follows a count: `rows of the table`. Words of ours: their length is not bounded here. */
  readonly what: string;
  readonly head: string;
  readonly lines: readonly string[];
  readonly tail: string;
}

const gap = '\n\n';

/** For the sentence at the end; each piece may add its words to it. */
function reserve(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { what }) => sum + what.length + 40, 160);
}

/** How many lines from the first on fit in so many characters. */
function linesThatFit(lines: readonly string[], room: number): number {
  let used = 0;
  const tooMuch = lines.findIndex((line) => {
    used += line.length + 1;
    return used > room;
  });
  return tooMuch === -1 ? lines.length : tooMuch;
}

/** The pieces below each other, in at most this many UTF-16 units. Earlier pieces take their room first. */
export function fitted(pieces: readonly Piece[], most: number): string {
  let room = most - reserve(pieces);
  const shown: string[] = [];
  const left: string[] = [];
  for (const { what, head, lines, tail } of pieces) {
    const frame = head.length + tail.length + gap.length + 2;
    const count = linesThatFit(lines, room - frame);
    if (count < lines.length) left.push(`${lines.length - count} of ${lines.length} ${what}`);
    if (count === 0) continue;
    const text = [head, ...lines.slice(0, count), tail]
      .filter((line) => line !== '')
      .join('\n')
      .trimEnd();
    shown.push(text);
    room -= text.length + gap.length;
  }
  const end =
    left.length === 0
      ? []
      : [`Left out, since a comment holds no more: ${left.join('; ')}. The HTML report has all.`];
  return `${[...shown, ...end].join(gap)}\n`;
}
