/** A text whose indentation has spaces for tabs. */
export interface ExpandedText {
  readonly text: string;
  /** By how many characters each line grew at its start; lines from 0, those that stayed as they were left out. */
  readonly added: ReadonlyMap<number, number>;
}

/** What editors show a tab as, and what was left where somebody indented one line by one tab. */
const widths = [2, 4, 6, 8] as const;
const longestText = 200_000;

/** The text with its indenting tabs as so many spaces, once for each usual width; nothing where no tab indents. */
export function expandTabs(text: string): readonly ExpandedText[] {
  if (text.length > longestText || !/^ *\t/m.test(text)) return [];
  const lines = text.split('\n');
  return widths.map((width) => {
    const added = new Map<number, number>();
    const expanded = lines.map((line, at) => {
      const [indent = ''] = /^[ \t]*/.exec(line) ?? [];
      if (!indent.includes('\t')) return line;
      const spaces = indent.replaceAll('\t', ' '.repeat(width));
      added.set(at, spaces.length - indent.length);
      return spaces + line.slice(indent.length);
    });
    return { text: expanded.join('\n'), added };
  });
}
