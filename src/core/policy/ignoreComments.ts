import { findingCodes, type Finding, type FindingCode } from './finding';

const marker = /#.*?\bcilium-bench-ignore[ \t]+([^:\r\n]+)(?::|$)/;
const isCode = (word: string): word is FindingCode => (findingCodes as readonly string[]).includes(word);

/** The codes that a line's comment names; none where it is no such comment. What is no code is left out. */
function codesIn(line: string | undefined): readonly FindingCode[] {
  const [, list] = (line === undefined ? null : marker.exec(line)) ?? [];
  return list === undefined ? [] : list.split(/[\s,]+/).filter(isCode);
}

const isComment = (line: string | undefined): boolean => /^\s*#/.test(line ?? '');
const isDocumentStart = (line: string | undefined): boolean => /^---(?:\s|$)/.test(line ?? '');

/** The comment lines right above a line. */
function* commentsAbove(lines: readonly string[], line: number): Generator<string> {
  for (let above = line - 1; isComment(lines[above]); above -= 1) yield lines[above] ?? '';
}

/** The comment lines that a document begins with: they speak of all of it. */
function* commentsAtHead(lines: readonly string[], line: number): Generator<string> {
  let start = line;
  while (start > 0 && !isDocumentStart(lines[start])) start -= 1;
  if (isDocumentStart(lines[start])) start += 1;
  for (; isComment(lines[start]) || /^\s*$/.test(lines[start] ?? 'end'); start += 1) yield lines[start] ?? '';
}

/**
 * The findings that no comment silences. `# cilium-bench-ignore l7-http: reason` silences the code on its own line, on the
 * line below its comment, or in the whole document where it stands above the first key. Several codes are set apart by commas.
 */
export function withoutIgnored(findings: readonly Finding[], text: string): readonly Finding[] {
  if (findings.length === 0 || !text.includes('cilium-bench-ignore')) return findings;
  const lines = text.split(/\r?\n/);
  return findings.filter(({ code, range }) => {
    const { line } = range.start;
    if (codesIn(lines[line]).includes(code)) return false;
    for (const comments of [commentsAbove(lines, line), commentsAtHead(lines, line)])
      for (const comment of comments) if (codesIn(comment).includes(code)) return false;
    return true;
  });
}
