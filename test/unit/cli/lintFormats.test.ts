import { describe, expect, it } from 'vitest';
import { lintGithub } from '../../../src/cli/lintGithub';
import { lintJunit } from '../../../src/cli/lintJunit';
import type { LintResult } from '../../../src/cli/lintReport';
import type { Finding } from '../../../src/core/policy/finding';
import { costOf } from '../../../src/core/result/cost';
import { hostileFinding } from './aFinding';

const finding = hostileFinding;
const empty: Finding = { ...finding, code: 'l7-empty', severity: 'info' };
const file = 'shop, eu/100 %:x.yaml';
const result: LintResult = {
  findings: [
    { file, finding, cost: costOf(finding, []), line: '          http:' },
    { file, finding: empty, cost: costOf(empty, []), line: '          http: []' },
  ],
  files: [
    { file, documents: 2, policies: 1 },
    { file: 'plain.yaml', documents: 1, policies: 0 },
    { file: 'logo.json', documents: 0, policies: 0, skipped: 'it is binary' },
  ],
};

describe('lint for GitHub', () => {
  const [warning = '', notice = ''] = lintGithub(result).split('\n');
  it('is one command a finding, with the place from 1', () => {
    expect(warning).toMatch(
      /^::warning file=shop%2C eu\/100 %25%3Ax\.yaml,line=15,endLine=15,col=11,endColumn=15,/,
    );
    expect(notice).toMatch(/^::notice /);
  });
  it('escapes what would end the message', () => {
    expect(warning).toContain('86 to 89\u2009%25 fewer requests');
  });
});

describe('lint as JUnit', () => {
  const xml = lintJunit(result);
  it('counts a case for each finding and for each file without one', () => {
    expect(xml).toContain('tests="4" failures="1" errors="0" skipped="1"');
    expect(xml.match(/<testcase /g)).toHaveLength(4);
    expect(xml).toContain('name="l7-http at 15:11"><failure type="warning"');
    expect(xml).toContain('<skipped message="it is binary"/>');
  });
  it('is XML whatever the manifest holds', () => {
    expect(xml).toContain('app=&quot;a&quot; &lt;b&gt;&amp;');
    expect(xml).not.toContain('\u0001');
  });
});
