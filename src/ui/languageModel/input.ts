import { Problem } from '../../core/problem';
import { isRecord } from '../../core/tool/json';

/** What a model gives is checked by its schema first; here it is read once more, as any input from outside. */
const textIn = (input: unknown, key: string): string | undefined => {
  const value = isRecord(input) ? input[key] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
};
const numberIn = (input: unknown, key: string): number | undefined => {
  const value = isRecord(input) ? input[key] : undefined;
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
};

const longestText = 200_000;

/** @throws Problem (usage) where neither a file nor a text is given, or a text is too long. */
export function readExplain(input: unknown): {
  readonly file: string | undefined;
  readonly text: string | undefined;
  /** From 0. */
  readonly line: number | undefined;
} {
  const [file, text, line] = [textIn(input, 'file'), textIn(input, 'text'), numberIn(input, 'line')];
  if (file === undefined && text === undefined)
    throw new Problem('usage', 'Neither a file nor a text is given.', 'Give one of the two.');
  if ((text?.length ?? 0) > longestText)
    throw new Problem('usage', `The text is longer than ${longestText} characters.`, 'Give a part of it.');
  return { file, text, line: line === undefined ? undefined : Math.max(0, line - 1) };
}

const mostRuns = 50;

export function readList(input: unknown): { readonly most: number; readonly scenario: string | undefined } {
  const most = numberIn(input, 'limit') ?? 20;
  return { most: Math.min(Math.max(most, 1), mostRuns), scenario: textIn(input, 'scenario') };
}

/** @throws Problem (usage) where one of the two is missing. */
export function readComparison(input: unknown): { readonly first: string; readonly second: string } {
  const [first, second] = [textIn(input, 'first'), textIn(input, 'second')];
  if (first === undefined || second === undefined)
    throw new Problem(
      'usage',
      'Two runs are needed.',
      'Name both by their ids, as the list of runs has them.',
    );
  return { first, second };
}
