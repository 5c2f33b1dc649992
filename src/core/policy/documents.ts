import { type Document, LineCounter, parseDocument } from 'yaml';
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
}

const mayHoldPolicy = /cilium\.io|Cilium(?:Clusterwide)?NetworkPolicy|endpointSelector|nodeSelector/i;

/** The documents of a text, split at the lines that begin with `---`; template actions are masked. */
export function documentsOf(text: string): readonly DocumentText[] {
  // An indented `---` ends the document for nobody, but as a value it would destroy the tree around it.
  const masked = maskTemplates(text).replace(/^([ ]+)---(?=[ ]*\r?$)/gm, '$1#--');
  const lines = masked.split('\n');
  const documents: DocumentText[] = [];
  const add = (from: number, to: number): void => {
    const part = lines.slice(from, to);
    const holdsSomething = part.some((line, at) => {
      const content = (at === 0 ? line.replace(/^\uFEFF?(?:---(?=\s|$))?/, '') : line).trim();
      return content !== '' && !content.startsWith('#') && !content.startsWith('%');
    });
    if (holdsSomething) documents.push({ index: documents.length, text: part.join('\n'), firstLine: from });
  };
  let from = 0;
  lines.forEach((line, at) => {
    if (at > 0 && /^---(?:\s|$)/.test(line)) {
      add(from, at);
      from = at;
    }
  });
  add(from, lines.length);
  return documents;
}

/** Parses a document that may hold a policy; undefined for the others, which cost no parsing. Never throws. */
export function parsed(document: DocumentText): ParsedDocument | undefined {
  if (!mayHoldPolicy.test(document.text)) return undefined;
  const lines = new LineCounter();
  try {
    const yaml = parseDocument(document.text, {
      lineCounter: lines,
      uniqueKeys: false,
      merge: true,
      prettyErrors: false,
      logLevel: 'silent',
      strict: false,
    });
    return { ...document, yaml, lines };
  } catch {
    // Nesting of thousands of levels overflows the parser's stack.
    return undefined;
  }
}
