import { type Document, LineCounter, parseDocument } from 'yaml';
import { expandTabs, type ExpandedText } from './expandTabs';
import { maskTemplates } from './maskTemplates';
import { isTooDeep } from './limits';
import { newDocument } from './plainNodes';
import { readPlainYaml } from './plainYaml';
import { jsonPartsOf, partsOf, type TextPart } from './splitText';

/** One document of a text, not parsed yet. */
export interface DocumentText {
  /** From 0, counting the documents that hold something. */
  readonly index: number;
  /** With template actions masked. */
  readonly text: string;
  /** As written, as long as `text`. */
  readonly source: string;
  /** Lines of the whole text before it. */
  readonly firstLine: number;
}

export interface ParsedDocument extends DocumentText {
  readonly yaml: Document;
  readonly lines: LineCounter;
  /** By how many characters a line of the parsed text is longer at its start than the one of the document; lines from 0. */
  readonly addedIndent: ReadonlyMap<number, number>;
  /** Where it starts in the document around it, for one that stands in a block of text. */
  readonly inside?: { readonly line: number; readonly character: number };
}

/** What the analysis knows something about; a document without any of it costs no parsing. */
const mayHoldObject =
  /cilium|security\.istio\.io|AuthorizationPolicy|RequestAuthentication|NetworkPolicy|endpointSelector|toPorts|istio\.io\/|istio-injection|kind["']?: *["']?(?:Service|Gateway)\b/i;
const indentedSeparator = /^ +---[ \t]*\r?$/;
const hasIndentedSeparator = (text: string): boolean =>
  text.includes(' ---') && /^ +---[ \t]*\r?$/m.test(text);
/** A line that begins with a letter is content whatever stands around it. */
const surelyHoldsSomething = /^[A-Za-z]/m;

const isBlankOrComment = (line: string): boolean => /^\s*(?:#.*)?$/.test(line);

function holdsSomething(lines: readonly string[]): boolean {
  return lines.some((line, at) => {
    const content = at === 0 ? line.replace(/^\uFEFF?(?:---(?=\s|$))?/, '') : line;
    return !isBlankOrComment(content) && !content.startsWith('%');
  });
}

type DocumentPart = Omit<DocumentText, 'index'>;

/** An indented `---` separates documents only by mistake: by the second `kind:` after it the mistake shows. */
function splitAtIndented(text: string, source: string, firstLine: number): readonly DocumentPart[] {
  const lines = text.split('\n');
  const sources = source.split('\n');
  const parts: DocumentPart[] = [];
  let from = 0;
  let seen = new Set<string>();
  let indentedAt: number | undefined;
  const add = (to: number): void => {
    // With its last line end, but for the last part, whose end is the text's.
    const joined = (all: readonly string[]): string =>
      all.slice(from, to).join('\n') + (to < all.length ? '\n' : '');
    parts.push({ text: joined(lines), source: joined(sources), firstLine: firstLine + from });
    from = to;
    seen = new Set();
  };
  lines.forEach((line, at) => {
    if (indentedSeparator.test(line)) {
      // As a value it would destroy the tree around it.
      lines[at] = line.replace('---', '#--');
      indentedAt ??= at;
      return;
    }
    if (isBlankOrComment(line)) return;
    const [, key] = /^\uFEFF?(apiVersion|kind)\s*:/.exec(line) ?? [];
    if (key !== undefined) {
      if (indentedAt !== undefined && seen.has(key)) add(indentedAt);
      seen.add(key);
    }
    indentedAt = undefined;
  });
  add(lines.length);
  return parts;
}

/** The documents in a part of a text between two separators, those that hold something; mostly one. */
export function documentsIn(part: TextPart): readonly DocumentPart[] {
  return jsonPartsOf(part).flatMap(({ text: source, firstLine }) => {
    const text = maskTemplates(source);
    const found = hasIndentedSeparator(text)
      ? splitAtIndented(text, source, firstLine)
      : [{ text, source, firstLine }];
    return found.filter(
      (document) => surelyHoldsSomething.test(document.text) || holdsSomething(document.text.split('\n')),
    );
  });
}

/** The documents of a text, split at the lines that begin with `---`; template actions are masked. */
export function documentsOf(text: string): readonly DocumentText[] {
  return partsOf(text)
    .flatMap(documentsIn)
    .map((document, index) => ({ ...document, index }));
}

/** Where the lines start. The library's own count loses some in a text that is wrong, e.g. with a quote left open. */
function countedLines(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return lines;
}

function parseByLibrary(text: string): { yaml: Document; lines: LineCounter } | undefined {
  try {
    const yaml = parseDocument(text, {
      uniqueKeys: false,
      merge: true,
      prettyErrors: false,
      logLevel: 'silent',
      strict: false,
    });
    return { yaml, lines: countedLines(text) };
  } catch {
    // Nesting of thousands of levels overflows the parser's stack.
    return undefined;
  }
}

function parsePlain(text: string): { yaml: Document; lines: LineCounter } | undefined {
  const plain = readPlainYaml(text);
  if (!plain) return undefined;
  const lines = new LineCounter();
  lines.lineStarts = plain.lineStarts;
  return { yaml: newDocument(plain.contents), lines };
}

function parseText(document: DocumentText, { text, added }: ExpandedText): ParsedDocument | undefined {
  const parsed = parsePlain(text) ?? parseByLibrary(text);
  return parsed && { ...document, ...parsed, addedIndent: added };
}

/** A document as it stands. */
export const parseAsIs = (document: DocumentText): ParsedDocument | undefined =>
  parseText(document, { text: document.text, added: new Map() });

export interface Readings {
  readonly readings: readonly ParsedDocument[];
  /** It nests deeper than is read. */
  readonly isTooDeep: boolean;
}

/**
 * Parses a document that may hold an object of interest: nothing for the others, which cost no parsing, and several readings
 * for one that is indented with tabs, which YAML forbids and of whose width only its author knows. Never throws.
 */
export function readingsOf(document: DocumentText): Readings {
  if (!mayHoldObject.test(document.text)) return { readings: [], isTooDeep: false };
  if (isTooDeep(document.text)) return { readings: [], isTooDeep: true };
  const asIs = parseAsIs(document);
  const isClean = asIs?.yaml.errors.length === 0;
  const expanded = isClean ? [] : expandTabs(document.text);
  const readings = [asIs, ...expanded.map((text) => parseText(document, text))];
  return { readings: readings.flatMap((reading) => reading ?? []), isTooDeep: false };
}
