import type { RawOutput } from '../../core/result/run';

/** A sample's raw output as a document: its name's ending and its text. */
export interface RawText {
  readonly extension: 'json' | 'txt';
  readonly text: string;
}

/** What the tool wrote, unchanged. Where it wrote JSON and nothing else, the document is JSON. */
export function rawText({ argv, exitCode, stdout, stderr }: RawOutput): RawText {
  if (exitCode === 0 && stderr.trim() === '' && /^\s*[[{]/.test(stdout))
    return { extension: 'json', text: stdout };
  return {
    extension: 'txt',
    text: [
      `$ ${argv.join(' ')}`,
      `exit code: ${exitCode ?? 'not known: it was ended, or its whole result was there before its end was told'}`,
      '',
      '--- standard output ---',
      stdout,
      '--- standard error ---',
      stderr,
    ].join('\n'),
  };
}
