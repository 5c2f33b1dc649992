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
  /** Changes of another file, by its name in the workspace. */
  readonly elsewhere?: { readonly file: string; readonly edits: readonly TextEdit[] };
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

/** Another place that a finding speaks of. */
export interface RelatedPart {
  /** The text of its document alone. */
  readonly source: string;
  /** As in {@link FixPlace}. */
  readonly chain: Chain;
}

/** The place of a finding in a document that can be edited. */
export interface FixPlace {
  /** The text of the document alone. */
  readonly source: string;
  readonly yaml: Document;
  /** From the top of the document down to the key that the finding marks. */
  readonly chain: Chain;
  /** Other places that can be edited, e.g. of the rule that shadows: in this document, another one or another file. */
  readonly related: readonly RelatedPart[];
  readonly eol: '\n' | '\r\n';
  readonly finding: Finding;
}

/** A fix before its text is proven to be right. */
export interface Draft {
  readonly id: string;
  readonly title: string;
  readonly edits: readonly OffsetEdit[];
  /** The edits are of this part's document, and not of the finding's. */
  readonly of?: RelatedPart;
  readonly loses: string | null;
  /** The finding stays, smaller than before. */
  readonly leavesFinding?: true;
}

/** Makes fixes of a finding; none where it cannot be done cleanly. To add one: a file beside this one, a line in the registry. */
export type Fixer = (place: FixPlace) => readonly Draft[];
