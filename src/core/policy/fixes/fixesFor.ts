import { LineCounter, parseDocument, type Document } from 'yaml';
import { silenceTitle, wasRefused } from '../../words/fixWords';
import { analyse } from '../analyse';
import { documentsOf, type DocumentText } from '../documents';
import type { Analysis, Finding, Position, Range } from '../finding';
import { withoutIgnored } from '../ignoreComments';
import { applyEdits } from './applyEdits';
import type { Draft, Fix, FixPlace, OffsetEdit, RelatedPart, TextEdit } from './fix';
import { chainTo, hasAliases } from './locate';
import { fixers } from './registry';

/** Larger documents are written by machines. */
const longestDocument = 500_000;

/** Other files of the workspace, as far as their texts are known. */
export interface OtherFiles {
  readonly textOf: (file: string) => string | undefined;
  /** The analyses of the finding's text as it is and of another file's, were that one changed. */
  readonly analysed: (file: string, changed: string) => { readonly own: Analysis; readonly other: Analysis };
}

/** A place in a document, with the document's text. */
interface Part extends RelatedPart {
  readonly yaml: Document;
  readonly document: DocumentText;
  /** Undefined: that of the finding. */
  readonly file?: string | undefined;
}

/** The place in a document, where it can be edited. */
function partAt(document: DocumentText | undefined, place: Position, file?: string): Part | undefined {
  if (!document) return undefined;
  const { source, firstLine } = document;
  // What a template puts in is not known, and an edit could take half of a condition away.
  if (source !== document.text || source.length > longestDocument) return undefined;
  const lines = new LineCounter();
  const yaml = parseDocument(source, {
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  if (yaml.errors.length > 0 || hasAliases(yaml)) return undefined;
  const start = lines.lineStarts[place.line - firstLine];
  const chain = start === undefined ? undefined : chainTo(yaml, start + place.character);
  return chain && { source, yaml, chain, document, file };
}

/** The finding's own place, and those of others that it speaks of. */
function placeOf(
  documents: readonly DocumentText[],
  finding: Finding,
  others: OtherFiles | undefined,
): { readonly own: FixPlace; readonly parts: readonly Part[] } | undefined {
  const own = partAt(documents[finding.document], finding.range.start);
  if (!own) return undefined;
  const { source, yaml, chain } = own;
  const parts = (finding.related ?? []).flatMap(({ file, document, range }) => {
    const text = file === undefined ? undefined : others?.textOf(file);
    const all = file === undefined ? documents : text === undefined ? [] : documentsOf(text);
    return partAt(all[document], range.start, file) ?? [];
  });
  const eol = source.includes('\r\n') ? '\r\n' : '\n';
  return { own: { source, yaml, chain, related: parts, eol, finding }, parts };
}

function textEdits(edits: readonly OffsetEdit[], { source, firstLine }: DocumentText): readonly TextEdit[] {
  const lines = new LineCounter();
  for (let at = 0; at >= 0; at = source.indexOf('\n', at) + 1 || -1) lines.addNewLine(at);
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: line - 1 + firstLine, character: col - 1 };
  };
  return edits.map(({ start, end, text, isSnippet }) => ({
    range: { start: position(start), end: position(end) },
    newText: text,
    ...(isSnippet ? { isSnippet } : {}),
  }));
}

type Counts = ReadonlyMap<string, number>;

function countsOf(findings: readonly Finding[]): Counts {
  const counts = new Map<string, number>();
  for (const { document, code, reason = '' } of findings) {
    const key = `${document} ${code} ${reason}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

const isError = ({ severity }: Finding): boolean => severity === 'error';

/** Whether the text is as well-formed as before, and no error came. */
function isUnhurt(before: Analysis, after: Analysis): boolean {
  if (after.documents !== before.documents || after.policies !== before.policies) return false;
  if (after.skipped !== before.skipped) return false;
  const errors = countsOf(before.findings.filter(isError));
  return [...countsOf(after.findings.filter(isError))].every(
    ([code, count]) => count <= (errors.get(code) ?? 0),
  );
}

/** Whether the text is unhurt, and the finding is gone. */
function isRight(before: Analysis, after: Analysis, { finding, isSmaller }: Proof): boolean {
  const key = `${finding.document} ${finding.code} ${finding.reason ?? ''}`;
  const [had, has] = [countsOf(before.findings).get(key) ?? 0, countsOf(after.findings).get(key) ?? 0];
  return (isSmaller || has < had) && isUnhurt(before, after);
}

interface Proof {
  readonly finding: Finding;
  /** It may stay, for fewer ports. */
  readonly isSmaller: boolean;
}

const refusing: ReadonlySet<string> = new Set(['schema-refused', 'l7-rejected', 'l7-conflict']);
const isRefused = ({ findings }: Analysis, document: number): boolean =>
  findings.some((finding) => finding.document === document && isError(finding) && refusing.has(finding.code));

/** A comment that silences the finding, where the text has comments. */
function silencing(text: string, { code, range: { start } }: Finding): Fix | undefined {
  const line = text.split('\n', start.line + 1)[start.line] ?? '';
  const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
  if (/^[{"}[\]]/.test(line.trimStart()) || /^\uFEFF?\s*[{[]/.test(text)) return undefined;
  const at: Range = {
    start: { line: start.line, character: 0 },
    end: { line: start.line, character: 0 },
  };
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const newText = `${indent}# cilium-bench-ignore ${code}: \${1:reason}${eol}`;
  return {
    id: 'ignore',
    title: silenceTitle(code),
    edits: [{ range: at, newText, isSnippet: true }],
    loses: null,
    isSilencing: true,
  };
}

/** A comment inside a block of text is none of the file's, but it may be read as part of a value. */
function provenSilencing(text: string, finding: Finding): readonly Fix[] {
  const fix = silencing(text, finding);
  if (!fix) return [];
  const { start, end } = finding.range;
  const below = { start: { ...start, line: start.line + 1 }, end: { ...end, line: end.line + 1 } };
  const isGone = withoutIgnored([{ ...finding, range: below }], applyEdits(text, fix.edits)).length === 0;
  return isGone ? [fix] : [];
}

/** In order, deletions that meet as one; undefined where two others overlap. */
function inOrder(edits: readonly OffsetEdit[]): readonly OffsetEdit[] | undefined {
  const ordered: OffsetEdit[] = [];
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const before = ordered[ordered.length - 1];
    if (before && before.end > edit.start) {
      if (before.text !== '' || edit.text !== '') return undefined;
      ordered[ordered.length - 1] = { ...before, end: Math.max(before.end, edit.end) };
    } else ordered.push(edit);
  }
  return ordered;
}

type Analysed = (text: string) => Analysis;

/** Whether a change of another file makes the finding go, and hurts neither text. */
function isRightElsewhere(
  before: Analysis,
  others: OtherFiles,
  { file, edits }: NonNullable<Fix['elsewhere']>,
  finding: Finding,
): boolean {
  const text = others.textOf(file);
  if (text === undefined) return false;
  const unchanged = others.analysed(file, text);
  const changed = others.analysed(file, applyEdits(text, edits));
  return (
    isRight(before, changed.own, { finding, isSmaller: false }) && isUnhurt(unchanged.other, changed.other)
  );
}

/** Drafts whose text is proven. */
function proven(
  text: string,
  finding: Finding,
  analysed: Analysed,
  isWanted: (draft: Draft) => boolean,
  others?: OtherFiles,
): readonly Fix[] {
  const documents = documentsOf(text);
  const document = documents[finding.document];
  const ownFixers = fixers[finding.code] ?? [];
  const place = ownFixers.length > 0 ? placeOf(documents, finding, others) : undefined;
  const drafts = place ? ownFixers.flatMap((fixer) => fixer(place.own)).filter(isWanted) : [];
  if (!document || drafts.length === 0) return [];
  const before = analysed(text);
  return drafts.flatMap(({ id, title, loses, edits: offsets, of, leavesFinding = false }): Fix[] => {
    const ordered = inOrder(offsets);
    const part = place?.parts.find((one) => one === of);
    if (!ordered || (of && !part)) return [];
    const edits = textEdits(ordered, part?.document ?? document);
    if (part?.file !== undefined) {
      const elsewhere = { file: part.file, edits };
      return others && isRightElsewhere(before, others, elsewhere, finding)
        ? [{ id, title, edits: [], elsewhere, loses }]
        : [];
    }
    const after = analysed(applyEdits(text, edits));
    if (!isRight(before, after, { finding, isSmaller: leavesFinding })) return [];
    const isTaken = isRefused(before, finding.document) && !isRefused(after, finding.document);
    return [{ id, title, edits, loses: isTaken ? [loses, wasRefused].filter(Boolean).join(' ') : loses }];
  });
}

/**
 * What mends a finding of a text, each fix proven on the text: it can be read as well as before, the finding is gone, and no new
 * error came. In templates, with anchors, in blocks of text and in text that is half typed, only the comment that silences it.
 * @param analysed as the text was analysed for the finding; asked of changed texts.
 * @param others where other files may be changed as well.
 */
export function fixesFor(
  text: string,
  finding: Finding,
  analysed: Analysed = (changed) => analyse(changed),
  others?: OtherFiles,
): readonly Fix[] {
  return [...proven(text, finding, analysed, () => true, others), ...provenSilencing(text, finding)];
}

/** The first fix of a finding that changes nothing that is enforced: what may be done without being asked for one by one. */
export function harmlessFix(text: string, finding: Finding, analysed: Analysed): Fix | undefined {
  const isHarmless = ({ loses, edits }: Pick<Draft, 'loses' | 'edits'>): boolean =>
    loses === null && edits.every(({ isSnippet }) => isSnippet !== true);
  return proven(text, finding, analysed, isHarmless).find(({ loses }) => loses === null);
}
