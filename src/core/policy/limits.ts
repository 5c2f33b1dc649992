/**
 * What is read of one text at most. No manifest that people keep comes near; binary files, generated ones and those made to
 * hurt do, and an analysis may hold up an editor.
 */
export const limits = {
  /** UTF-16 code units. */
  characters: 5_000_000,
  documents: 10_000,
  /** Nesting of one document. */
  levels: 1_000,
  /** Nodes that are looked at in one document for objects that stand inside other objects. */
  nodes: 50_000,
  /** Blocks of text in one document that are read as manifests. */
  textBlocks: 200,
  /** Places that the analysis says it does not know. */
  notes: 100,
  /** Places that one finding relates to. */
  related: 10,
} as const;

const grouped = (count: number): string => count.toLocaleString('en-GB');

/** Text files hold no zero character; git and grep tell them apart the same way. */
const looksBinary = (text: string): boolean => text.slice(0, 8000).includes('\0');

/** Why a text is not read at all; undefined for one that is. */
export function refusalOf(text: string): string | undefined {
  if (text.length > limits.characters)
    return `it has ${(text.length / 1e6).toFixed(1)} million characters, more than the ${limits.characters / 1e6} million that are read`;
  return looksBinary(text) ? 'it is binary' : undefined;
}

export const tooManyDocuments = (line: number): string =>
  `the documents from line ${line} on: it has more than the ${grouped(limits.documents)} that are read`;
export const tooDeep = (line: number): string =>
  `the document at line ${line} nests deeper than the ${grouped(limits.levels)} levels that are read`;

const deepIndent = ' '.repeat(2 * limits.levels);
const deepDashes = '- '.repeat(limits.levels);

function countOf(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}

function flowDepth(text: string): number {
  let depth = 0;
  let most = 0;
  for (const [character] of text.matchAll(/[[\]{}]/g)) {
    depth = character === '[' || character === '{' ? depth + 1 : Math.max(depth - 1, 0);
    most = Math.max(most, depth);
  }
  return most;
}

/** Whether a document nests deeper than is read; quotes and comments are not told apart. */
export function isTooDeep(text: string): boolean {
  if (text.length < limits.levels) return false;
  if (text.includes(deepIndent) || text.includes(deepDashes)) return true;
  return countOf(text, '[') + countOf(text, '{') > limits.levels && flowDepth(text) > limits.levels;
}
