import type { Finding, Severity } from '../core/policy/finding';
import type { Cost } from '../core/result/cost';
import { findingMessage } from '../core/words/findings';
import { counted } from '../core/words/numbers';

/** A finding in a file, with what it costs. */
export interface LintFinding {
  readonly file: string;
  readonly finding: Finding;
  readonly cost: Cost;
  /** The line of the file that it begins on. */
  readonly line: string;
}

export interface LintFile {
  readonly file: string;
  readonly documents: number;
  readonly policies: number;
  /** Why the file, or a part of it, was not read. */
  readonly skipped?: string;
  /** What depends on something outside of the file, and was not judged. Lines from 0. */
  readonly unknown?: readonly { readonly line: number; readonly message: string }[];
}

export interface LintResult {
  readonly findings: readonly LintFinding[];
  readonly files: readonly LintFile[];
}

const lintSchemaVersion = 1;

/** The contract of `lint --format json`: fields are added freely, changed only with a new major version. */
export function lintJson({ findings, files }: LintResult): string {
  const document = {
    schemaVersion: lintSchemaVersion,
    findings: findings.map(({ file, finding, cost }) => ({
      file,
      code: finding.code,
      severity: finding.severity,
      message: findingMessage(finding, cost),
      document: finding.document,
      range: finding.range,
      protocol: finding.protocol,
      direction: finding.direction,
      ports: finding.ports,
      tags: finding.tags,
      docs: finding.docs,
      ...(finding.reason === undefined ? {} : { reason: finding.reason }),
      ...(finding.detail === undefined ? {} : { detail: finding.detail }),
      ...(finding.related === undefined ? {} : { related: finding.related }),
      policy: finding.policy,
      endpoints: finding.endpoints,
      ...(cost.source === 'none' ? {} : { cost }),
    })),
    files,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const severityColours: Readonly<Record<Severity, number>> = { error: 31, warning: 33, info: 36, hint: 90 };

const longestFrame = 160;

/** The line that a finding is on, with its place marked below; tabs as they are, so that both lines stay in step. */
function codeFrame({ finding: { range }, line }: LintFinding): readonly string[] {
  if (line.trim() === '' || range.start.character >= longestFrame) return [];
  // eslint-disable-next-line no-control-regex -- a file must not steer the terminal
  const shown = line.slice(0, longestFrame).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
  const end = range.end.line === range.start.line ? range.end.character : line.length;
  const before = shown.slice(0, range.start.character).replace(/[^\t]/g, ' ');
  const width = Math.max(1, Math.min(end, shown.length) - range.start.character);
  const gutter = String(range.start.line + 1).length;
  return [`${range.start.line + 1} | ${shown}`, `${' '.repeat(gutter)} | ${before}${'^'.repeat(width)}`];
}

/**
 * One line a finding, as compilers write them, so that editors and CI find the place, and the code below it. Lines and columns
 * from 1.
 */
export function lintText({ findings, files }: LintResult, colour: boolean): string {
  const paint = (text: string, code: number): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines = findings.flatMap((found) => {
    const { file, finding, cost } = found;
    const { line, character } = finding.range.start;
    const severity = paint(finding.severity, severityColours[finding.severity]);
    return [
      `${file}:${line + 1}:${character + 1}: ${severity}: ${findingMessage(finding, cost)} [${finding.code}]`,
      ...codeFrame(found).map((text) => paint(text, 90)),
    ];
  });
  const withFindings = new Set(findings.map(({ file }) => file)).size;
  const policies = files.reduce((sum, file) => sum + file.policies, 0);
  const where =
    findings.length > 0
      ? ` in ${withFindings} of ${counted(files.length, 'file')}`
      : ` in ${counted(files.length, 'file')}`;
  const summary = `${counted(findings.length, 'finding')}${where}, ${counted(policies, 'policy', 'policies')} read`;
  return `${[...lines, summary].join('\n')}\n`;
}
