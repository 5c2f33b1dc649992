import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/core/policy/analyse';
import { atSeverities, knownVersion } from '../../../src/core/policy/analysisSettings';
import { analysisSettingsIn, readAnalysisSettings } from '../../../src/core/policy/readAnalysisSettings';
import { fixture } from './fixtures';

const read = (text: string) => readAnalysisSettings(text, '.cilium-bench.yaml');

describe('a settings file', () => {
  it('names a version and severities', () => {
    expect(read('cilium: 1.19\nseverities:\n  l7-http: error\n  l7-dns: off\n  l7-empty: "off"\n')).toEqual({
      cilium: '1.19',
      severities: { 'l7-http': 'error', 'l7-dns': 'off', 'l7-empty': 'off' },
    });
  });
  it('may be empty', () => {
    expect(read('# nothing yet\n')).toEqual({ cilium: null, severities: {} });
    expect(read('severities:\n')).toEqual({ cilium: null, severities: {} });
  });
  it.each([
    ['cilium: "1.19"\nseverity: {}\n', '.cilium-bench.yaml:2: "severity" is no setting.'],
    ['severities:\n  l7-htp: off\n', '.cilium-bench.yaml:2: "l7-htp" is no finding.'],
    ['severities:\n  l7-http: loud\n', '.cilium-bench.yaml:2: "loud" is no severity.'],
    ['severities: [l7-http]\n', '.cilium-bench.yaml:1: a mapping is expected here.'],
    ['cilium: 1.2\n', '.cilium-bench.yaml:1: "1.2" is no Cilium version that is known.'],
    ['severities: {\n', 'it is not YAML.'],
    ['- a\n', '.cilium-bench.yaml:1: a mapping is expected here.'],
    ['cilium:\n', '.cilium-bench.yaml:1: "" is no Cilium version that is known.'],
    ['severities:\n  l7-http: [off]\n', '.cilium-bench.yaml:2: "" is no severity.'],
    ['a: &a [x]\nb: *a\n', '"b" is no setting.'],
    ['---\ncilium: "1.19"\n---\nx: 1\n', 'it is not YAML.'],
    [`# ${'x'.repeat(100_000)}\n`, '.cilium-bench.yaml:1: it is longer than the 100 kB that are read.'],
  ])('refuses %j', (text, what) => {
    expect(() => read(text)).toThrow(what);
  });

  const manyFaults =
    'cilium: 1.2\nseverity: {}\nseverities:\n  l7-htp: off\n  l7-http: error\n  l7-dns: loud\n';
  it('names every fault with its line, and what to do', () => {
    expect(() => read(manyFaults)).toThrow(
      [
        '.cilium-bench.yaml:1: "1.2" is no Cilium version that is known. Known are 1.18, 1.19, 1.20.',
        '.cilium-bench.yaml:2: "severity" is no setting. The settings are cilium and severities.',
        '.cilium-bench.yaml:4: "l7-htp" is no finding. The codes are listed in docs/lint.md.',
        '.cilium-bench.yaml:6: "loud" is no severity. Choose one of off, hint, info, warning, error.',
      ].join('\n'),
    );
  });
  it('marks the key or the value that is wrong, and keeps what holds', () => {
    const { settings, faults } = analysisSettingsIn(manyFaults);
    const lines = manyFaults.split('\n');
    const marked = faults.map(({ range: { start, end } }) =>
      (lines[start.line] ?? '').slice(start.character, end.character),
    );
    expect(marked).toEqual(['1.2', 'severity', 'l7-htp', 'loud']);
    expect(settings).toEqual({ cilium: null, severities: { 'l7-http': 'error' } });
  });
});

it.each([
  ['1.19', '1.19'],
  ['v1.18.8', '1.18'],
  ['1.20.0-rc.1', '1.20'],
  ['1.23', '1.20'],
  ['1.17', null],
  ['2.0', null],
  ['latest', null],
])('takes the version %s for %s', (text, version) => {
  expect(knownVersion(text)).toBe(version);
});

it('changes severities and leaves out what is off', () => {
  const { findings } = analyse(fixture('documents.yaml'));
  const adjusted = atSeverities(findings, { severities: { 'l7-http': 'error', 'l7-dns': 'off' } });
  expect(findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
    'l7-http warning',
    'l7-dns info',
  ]);
  expect(adjusted.map(({ code, severity }) => `${code} ${severity}`)).toEqual(['l7-http error']);
});
