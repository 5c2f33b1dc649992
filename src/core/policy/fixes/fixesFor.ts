import { LineCounter, parseDocument } from 'yaml';
import { silenceTitle, wasRefused } from '../../words/fixWords';
import { analyse } from '../analyse';
import { documentsOf, type DocumentText } from '../documents';
import type { Analysis, Finding, Position, Range } from '../finding';
import { withoutIgnored } from '../ignoreComments';
import { applyEdits } from './applyEdits';
import type { Draft, Fix, FixPlace, OffsetEdit, TextEdit } from './fix';
import { chainTo, hasAliases } from './locate';
import { fixers } from './registry';

/** Larger documents are written by machines. */
const longestDocument = 500_000;

function placeOf(document: DocumentText, finding: Finding): FixPlace | undefined {
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
  const chainAt = ({ line, character }: Position) => {
    const start = lines.lineStarts[line - firstLine];
    return start === undefined ? undefined : chainTo(yaml, start + character);
  };
  const chain = chainAt(finding.range.start);
  if (!chain) return undefined;
  const related = (finding.related ?? []).flatMap(({ file, document: index, range }) =>
    file === undefined && index === finding.document ? [chainAt(range.start) ?? []] : [],
  );
  return { source, yaml, chain, related, eol: source.includes('\r\n') ? '\r\n' : '\n', finding };
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

/** Whether the text is as well-formed as before, the finding is gone, and no error came in its place. */
function isRight(before: Analysis, after: Analysis, { finding, isSmaller }: Proof): boolean {
  if (after.documents !== before.documents || after.policies !== before.policies) return false;
  if (after.skipped !== before.skipped) return false;
  const key = `${finding.document} ${finding.code} ${finding.reason ?? ''}`;
  const [had, has] = [countsOf(before.findings).get(key) ?? 0, countsOf(after.findings).get(key) ?? 0];
  if (!isSmaller && has >= had) return false;
  const errors = countsOf(before.findings.filter(isError));
  return [...countsOf(after.findings.filter(isError))].every(
    ([code, count]) => count <= (errors.get(code) ?? 0),
  );
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

/** Drafts whose text is proven. */
function proven(
  text: string,
  finding: Finding,
  analysed: Analysed,
  isWanted: (draft: Draft) => boolean,
): readonly Fix[] {
  const document = documentsOf(text)[finding.document];
  const ownFixers = fixers[finding.code] ?? [];
  const place = document && ownFixers.length > 0 ? placeOf(document, finding) : undefined;
  const drafts = place ? ownFixers.flatMap((fixer) => fixer(place)).filter(isWanted) : [];
  if (!document || drafts.length === 0) return [];
  const before = analysed(text);
  return drafts.flatMap(({ id, title, loses, edits: offsets, leavesFinding = false }): Fix[] => {
    const ordered = inOrder(offsets);
    if (!ordered) return [];
    const edits = textEdits(ordered, document);
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
 */
export function fixesFor(
  text: string,
  finding: Finding,
  analysed: Analysed = (changed) => analyse(changed),
): readonly Fix[] {
  return [...proven(text, finding, analysed, () => true), ...provenSilencing(text, finding)];
}

/** The first fix of a finding that changes nothing that is enforced: what may be done without being asked for one by one. */
export function harmlessFix(text: string, finding: Finding, analysed: Analysed): Fix | undefined {
  const isHarmless = ({ loses, edits }: Pick<Draft, 'loses' | 'edits'>): boolean =>
    loses === null && edits.every(({ isSnippet }) => isSnippet !== true);
  return proven(text, finding, analysed, isHarmless).find(({ loses }) => loses === null);
}
