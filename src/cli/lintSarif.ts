import { version } from '../../package.json';
import type { Severity } from '../core/policy/finding';
import { findingMessage, findingTitle } from '../core/words/findings';
import type { LintFinding, LintResult } from './lintReport';

const levels: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
};

/** A relative reference with forward slashes, as `artifactLocation.uri` asks. */
function uriOf(file: string): string {
  return file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}

function rulesOf(findings: readonly LintFinding[]): readonly object[] {
  const byCode = new Map(findings.map(({ finding }) => [finding.code, finding]));
  return [...byCode.values()].map((finding) => ({
    id: finding.code,
    shortDescription: { text: findingTitle(finding) },
    helpUri: finding.docs,
    properties: { tags: finding.tags },
  }));
}

/** A SARIF 2.1.0 log (OASIS). Lines and columns from 1, columns in UTF-16 code units. */
export function lintSarif({ findings }: LintResult): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'cilium-bench', version, rules: rulesOf(findings) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map(({ file, finding, cost }) => ({
          ruleId: finding.code,
          level: levels[finding.severity],
          message: { text: findingMessage(finding, cost) },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOf(file) },
                region: {
                  startLine: finding.range.start.line + 1,
                  startColumn: finding.range.start.character + 1,
                  endLine: finding.range.end.line + 1,
                  endColumn: finding.range.end.character + 1,
                },
              },
            },
          ],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
