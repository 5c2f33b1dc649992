import type { Severity } from '../core/policy/finding';
import { findingMessage, findingTitle } from '../core/words/findings';
import type { LintResult } from './lintReport';

const commands: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
  hint: 'notice',
};

/** As GitHub's runner reads it back: `toolkit/packages/core/src/command.ts`. */
const escapedText = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapedProperty = (text: string): string =>
  escapedText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Workflow commands, one a finding: GitHub shows them on the lines of a pull request. */
export function lintGithub({ findings }: LintResult): string {
  return findings
    .map(({ file, finding, cost }) => {
      const { start, end } = finding.range;
      const properties = {
        file,
        line: String(start.line + 1),
        endLine: String(end.line + 1),
        col: String(start.character + 1),
        endColumn: String(end.character + 1),
        title: `${findingTitle(finding)} (${finding.code})`,
      };
      const place = Object.entries(properties)
        .map(([name, value]) => `${name}=${escapedProperty(value)}`)
        .join(',');
      return `::${commands[finding.severity]} ${place}::${escapedText(findingMessage(finding, cost))}\n`;
    })
    .join('');
}
