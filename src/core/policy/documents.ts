import { type Document, LineCounter, parseDocument } from 'yaml';
import { expandTabs, type ExpandedText } from './expandTabs';
import { maskTemplates } from './maskTemplates';

/** One document of a text, not parsed yet. */
export interface DocumentText {
  /** From 0, counting the documents that hold something. */
  readonly index: number;
  readonly text: string;
  /** Lines of the whole text before it. */
  readonly firstLine: number;
}

export interface ParsedDocument extends DocumentText {
  readonly yaml: Document;
  readonly lines: LineCounter;
  /** By how many characters a line of the parsed text is longer at its start than the one of the document; lines from 0. */
  readonly addedIndent: ReadonlyMap<number, number>;
}

const mayHoldPolicy = /cilium\.io|Cilium(?:Clusterwide)?NetworkPolicy|endpointSelector|nodeSelector/i;
const mayHoldNetworkPolicy = /NetworkPolicy/i;
const indentedSeparator = /^ +---[ \t]*\r?$/;

const isBlankOrComment = (line: string): boolean => /^\s*(?:#.*)?$/.test(line);

/** The documents of a text, split at the lines that begin with `---`; template actions are masked. */
export function documentsOf(text: string): readonly DocumentText[] {
  const lines = maskTemplates(text).split('\n');
  const documents: DocumentText[] = [];
  const add = (from: number, to: number): void => {
    const part = lines.slice(from, to);
    const holdsSomething = part.some((line, at) => {
      const content = at === 0 ? line.replace(/^\uFEFF?(?:---(?=\s|$))?/, '') : line;
      return !isBlankOrComment(content) && !content.startsWith('%');
    });
    if (holdsSomething) documents.push({ index: documents.length, text: part.join('\n'), firstLine: from });
  };
  let from = 0;
  let seen = new Set<string>();
  let indentedAt: number | undefined;
  const split = (at: number): void => {
    add(from, at);
    from = at;
    seen = new Set();
  };
  lines.forEach((line, at) => {
    if (at > 0 && /^---(?:\s|$)/.test(line)) {
      split(at);
      indentedAt = undefined;
      return;
    }
    if (indentedSeparator.test(line)) {
      // As a value it would destroy the tree around it.
      lines[at] = line.replace('---', '#--');
      indentedAt ??= at;
      return;
    }
    if (isBlankOrComment(line)) return;
    const [, key] = /^\uFEFF?(apiVersion|kind)\s*:/.exec(line) ?? [];
    if (key === undefined) {
      indentedAt = undefined;
      return;
    }
    // An indented `---` separates documents only by mistake: by the second `kind:` after it the mistake shows.
    if (indentedAt !== undefined && seen.has(key)) split(indentedAt);
    indentedAt = undefined;
    seen.add(key);
  });
  add(from, lines.length);
  return documents;
}

function parseText(document: DocumentText, { text, added }: ExpandedText): ParsedDocument | undefined {
  const lines = new LineCounter();
  try {
    const yaml = parseDocument(text, {
      lineCounter: lines,
      uniqueKeys: false,
      merge: true,
      prettyErrors: false,
      logLevel: 'silent',
      strict: false,
    });
    return { ...document, yaml, lines, addedIndent: added };
  } catch {
    // Nesting of thousands of levels overflows the parser's stack.
    return undefined;
  }
}

/**
 * Parses a document that may hold a policy of Cilium, or one of Kubernetes' own too: nothing for the others, which cost no parsing, and several readings for one that
 * is indented with tabs, which YAML forbids and of whose width only its author knows. Never throws.
 */
export function readingsOf(document: DocumentText, kubernetesToo = false): readonly ParsedDocument[] {
  if (!mayHoldPolicy.test(document.text) && !(kubernetesToo && mayHoldNetworkPolicy.test(document.text)))
    return [];
  const asIs = parseText(document, { text: document.text, added: new Map() });
  const isClean = asIs?.yaml.errors.length === 0;
  const expanded = isClean ? [] : expandTabs(document.text);
  return [asIs, ...expanded.map((text) => parseText(document, text))].flatMap((reading) => reading ?? []);
}
