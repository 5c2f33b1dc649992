import type { Finding, Severity } from '../core/policy/finding';
import type { Cost } from '../core/result/cost';
import { findingMessage } from '../core/words/findings';
import { counted } from '../core/words/numbers';

/** A finding in a file, with what it costs. */
export interface LintFinding {
  readonly file: string;
  readonly finding: Finding;
  readonly cost: Cost;
}

export interface LintFile {
  readonly file: string;
  readonly documents: number;
  readonly policies: number;
  /** Why the file, or a part of it, was not read. */
  readonly skipped?: string;
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
      policy: finding.policy,
      endpoints: finding.endpoints,
      ...(cost.source === 'none' ? {} : { cost }),
    })),
    files,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const severityColours: Readonly<Record<Severity, number>> = { error: 31, warning: 33, info: 36, hint: 90 };

/** One line a finding, as compilers write them, so that editors and CI find the place. Lines and columns from 1. */
export function lintText({ findings, files }: LintResult, colour: boolean): string {
  const paint = (text: string, code: number): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines = findings.map(({ file, finding, cost }) => {
    const { line, character } = finding.range.start;
    const severity = paint(finding.severity, severityColours[finding.severity]);
    return `${file}:${line + 1}:${character + 1}: ${severity}: ${findingMessage(finding, cost)} [${finding.code}]`;
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
