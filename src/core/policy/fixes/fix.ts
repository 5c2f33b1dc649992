import type { Document } from 'yaml';
import type { Finding, Range } from '../finding';
import type { Chain } from './locate';

/** A change of a text. Edits of one fix do not overlap. */
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
  /** `newText` has places to fill in, written as TextMate snippets do: `${1:name}`. */
  readonly isSnippet?: true;
}

/** What mends a finding, as a change of the text. */
export interface Fix {
  readonly id: string;
  /** What it does, for a menu. */
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** What is no longer enforced, seen or allowed after it, as a sentence; null where all that is enforced stays the same. */
  readonly loses: string | null;
  /** It changes nothing, and the finding is no longer shown. */
  readonly isSilencing?: true;
}

/** A change of one document, as offsets into its text. */
export interface OffsetEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly isSnippet?: true;
}

/** The place of a finding in a document that can be edited. */
export interface FixPlace {
  /** The text of the document alone. */
  readonly source: string;
  readonly yaml: Document;
  /** From the top of the document down to the key that the finding marks. */
  readonly chain: Chain;
  /** The chain to the key of another place in the same document, e.g. of the rule that shadows. */
  readonly related: readonly Chain[];
  readonly eol: '\n' | '\r\n';
  readonly finding: Finding;
}

/** A fix before its text is proven to be right. */
export interface Draft {
  readonly id: string;
  readonly title: string;
  readonly edits: readonly OffsetEdit[];
  readonly loses: string | null;
  /** The finding stays, smaller than before. */
  readonly leavesFinding?: true;
}

/** Makes fixes of a finding; none where it cannot be done cleanly. To add one: a file beside this one, a line in the registry. */
export type Fixer = (place: FixPlace) => readonly Draft[];
