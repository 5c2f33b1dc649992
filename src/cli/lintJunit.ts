import { findingMessage } from '../core/words/findings';
import type { LintFinding, LintResult } from './lintReport';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Control characters other than the line feed and the tab. */
const notInXml = /[^\P{Cc}\n\t]/gu;

/** Text for an attribute or an element. XML 1.0 has no place for other control characters, not even escaped. */
function escaped(text: string): string {
  return text.replace(notInXml, '').replace(/[&<>"\n\t]/g, (character) => entities[character] ?? character);
}

const isFailure = ({ finding }: LintFinding): boolean =>
  finding.severity === 'error' || finding.severity === 'warning';

function findingCase(found: LintFinding): string {
  const { file, finding, cost } = found;
  const { line, character } = finding.range.start;
  const message = escaped(findingMessage(finding, cost));
  const said = isFailure(found)
    ? `<failure type="${finding.severity}" message="${message}"/>`
    : `<system-out>${message}</system-out>`;
  const name = escaped(`${finding.code} at ${line + 1}:${character + 1}`);
  return `  <testcase classname="${escaped(file)}" name="${name}">${said}</testcase>`;
}

function fileCase(file: string, skipped: string | undefined): string {
  const said = skipped === undefined ? '' : `<skipped message="${escaped(skipped)}"/>`;
  return `  <testcase classname="${escaped(file)}" name="no findings">${said}</testcase>`;
}

/**
 * JUnit XML as CI systems read it: a test case for each finding, failed for errors and warnings, and one for each file
 * without any.
 */
export function lintJunit({ findings, files }: LintResult): string {
  const withFindings = new Set(findings.map(({ file }) => file));
  const quiet = files.filter(({ file }) => !withFindings.has(file));
  const cases = [...findings.map(findingCase), ...quiet.map(({ file, skipped }) => fileCase(file, skipped))];
  const failures = findings.filter(isFailure).length;
  const skipped = quiet.filter((file) => file.skipped !== undefined).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `<testsuite name="cilium-bench lint" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}">`,
    ...cases,
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
