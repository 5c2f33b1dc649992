import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/core/policy/main';
import type { Finding } from '../../../src/core/policy/finding';
import { covered, fixture, fixtureNames } from './fixtures';

/** `code line:character-character policy ports`, lines and characters from 0. */
function shown({ code, range: { start, end }, policy, ports }: Finding): string {
  return `${code} ${start.line}:${start.character}-${end.character} ${policy.name} ${ports.join(' ')}`;
}

const expected: Readonly<Record<string, readonly string[]>> = {
  'anchors.yaml': ['l7-http 12:12-16 shared 80 81', 'l7-dns 25:12-15 shared 53/UDP 5353/UDP'],
  'bare-rules.json': ['l7-http 4:81-87 rule 1 80/tcp'],
  'clusterwide.yaml': [
    'l7-http 15:12-18 everywhere http-api/TCP',
    'schema-refused 22:29-38 everywhere 53/UDP',
  ],
  'commented.yaml': [],
  'deny.yaml': ['l7-pruned 10:10-15 denies 80', 'l7-pruned 17:10-15 denies 53'],
  'documents.yaml': ['l7-http 26:12-16 web 80/TCP', 'l7-dns 41:12-15 mail 53/ANY'],
  'empty.yaml': [
    'l7-empty 10:10-15 empties 80',
    'schema-refused 10:10-15 empties 80',
    'l7-empty 14:12-16 empties 81',
    'l7-http-visibility 18:12-16 empties 82/TCP',
    'schema-refused 22:12-16 empties 83',
    'schema-refused 25:10-15 empties 84',
    'l7-empty 32:12-15 empties 53',
  ],
  'helm.yaml': [
    'l7-http 21:12-16 {{ include "shop.name" $ }}-{{ $port }} {{ $port }}/{{ default "TCP" .Values.protocol }}',
  ],
  'indented-separators.yaml': [
    'l7-wide-selector 5:2-18 first ',
    'l7-http 11:12-16 first 80/TCP',
    'l7-http 27:16-20  ',
    'schema-refused 30:4-8  ',
    'l7-wide-selector 37:2-18 second ',
    'l7-http 43:12-16 second 81/TCP',
  ],
  'list-kind-last.yaml': ['l7-wide-selector 6:4-20 late ', 'l7-http 10:16-20 late 80/TCP'],
  'list.json': ['l7-http 15:36-42 catalogue 8080/TCP'],
  'list.yaml': ['l7-http 18:16-20 basket 9000/TCP', 'l7-dns 39:16-19 lookups 53/UDP'],
  'not-yaml.txt': [],
  'other-kinds.yaml': ['istio-l7-no-target 4:0-4 mesh ', 'istio-l7 8:12-19 mesh '],
  'specs.yaml': ['l7-http 12:14-18 several 80/TCP', 'l7-http 21:14-18 several 9000-9010/TCP'],
  'tabs.json': ['l7-dns 7:54-59 tabbed 53'],
  'tabs.yaml': [
    'l7-wide-selector 5:1-17 all-tabs ',
    'l7-http 12:6-10 all-tabs 80/TCP',
    'l7-wide-selector 20:2-18 one-tab ',
    'l7-http 27:8-12 one-tab 81/TCP',
  ],
  'unclosed-flow.yaml': ['l7-http 9:18-22 typing 80/TCP'],
  'unclosed-quote.yaml': [
    'l7-http 11:12-16 typing 80',
    'l7-wide-selector 21:2-18 whole ',
    'l7-http 27:12-16 whole 81/TCP',
  ],
};

it('has an expectation for each fixture', () => {
  expect(Object.keys(expected).sort()).toEqual(fixtureNames);
});

describe.each(Object.entries(expected))('%s', (name, places) => {
  const text = fixture(name);
  it('holds these findings in these places', () => {
    expect(analyse(text).findings.map(shown)).toEqual(places);
  });
  it('holds the same with CRLF line ends', () => {
    expect(analyse(text.replaceAll('\n', '\r\n')).findings.map(shown)).toEqual(places);
  });
  it('holds the same after a byte order mark', () => {
    const marked = `\uFEFF${text}`;
    const { findings } = analyse(marked);
    expect(findings.map(shown)).toEqual(places);
    expect(analyse(marked).documents).toBe(analyse(text).documents);
  });
  it('holds the same below another document', () => {
    const { findings } = analyse(`kind: Service\n---\n${text}`);
    expect(findings.map((finding) => finding.range.start.line - 2)).toEqual(
      analyse(text).findings.map((finding) => finding.range.start.line),
    );
  });
});

it('counts past the byte order mark where the key stands on its line', () => {
  const text =
    '\uFEFF{"kind":"CiliumNetworkPolicy","spec":{"endpointSelector":{},"ingress":[{"toPorts":[{"ports":[{"port":"80","protocol":"TCP"}],"rules":{"http":[{"method":"GET"}]}}]}]}}';
  const { findings } = analyse(text);
  const http = findings.filter(({ code }) => code === 'l7-http');
  expect(http.map((finding) => covered(text, finding))).toEqual(['"http"']);
});

describe('what a finding says', () => {
  const all = fixtureNames.flatMap((name) => analyse(fixture(name)).findings);
  const of = (policy: string): readonly Finding[] => all.filter(({ policy: { name } }) => name === policy);
  it('names direction, endpoints and the number of rules', () => {
    expect(
      of('several').map(({ direction, endpoints, rules, severity, protocol }) => [
        direction,
        endpoints,
        rules,
        severity,
        protocol,
      ]),
    ).toEqual([
      ['ingress', ['app in (a, b)'], 1, 'warning', 'http'],
      ['egress', ['app=c'], 2, 'warning', 'http'],
    ]);
    expect(of('everywhere').map(({ endpoints }) => endpoints)).toEqual([['team'], ['team']]);
    expect(of('everywhere')[0]?.policy).toEqual({
      kind: 'CiliumClusterwideNetworkPolicy',
      name: 'everywhere',
      namespace: null,
    });
  });
  it('marks rules that allow everything, and DNS as of less weight', () => {
    expect(of('empties').flatMap(({ code, tags }) => (tags.length > 0 ? [code, ...tags] : []))).toEqual([
      'l7-http-visibility',
      'match-all',
    ]);
    expect(of('lookups').map(({ severity }) => severity)).toEqual(['info']);
  });
  it('counts documents and policies, and says what was not read', () => {
    expect(analyse(fixture('documents.yaml'))).toMatchObject({ documents: 4, policies: 3 });
    expect(analyse(fixture('other-kinds.yaml'))).toMatchObject({ documents: 4, policies: 1 });
    expect(analyse(fixture('not-yaml.txt')).skipped).toBe('the document at line 1 is not YAML');
    expect(analyse(fixture('unclosed-quote.yaml')).skipped).toBe(
      'a part of the document at line 1 is not YAML',
    );
    expect(analyse('')).toEqual({ documents: 0, policies: 0, findings: [] });
  });
});

describe('template actions inside a line', () => {
  const policy = (http: string): string =>
    fixture('specs.yaml').replace('              http:\n                - method: GET\n', http);
  it.each([
    [
      'a condition behind the key',
      '              http: {{- if .Values.on }}\n                - method: GET\n',
    ],
    ['a value', '              http:\n                - method: {{ .Values.method }}\n'],
    [
      'an assignment',
      '              http: {{- $method := "GET" }}\n                - method: {{ $method }}\n',
    ],
    ['an action over lines', '              http:\n                - method: {{ default\n "GET" . }}\n'],
  ])('do not hide the rules: %s', (_, http) => {
    const text = policy(http);
    expect(text).not.toBe(fixture('specs.yaml'));
    expect(analyse(text).findings[0]?.range.start).toEqual({ line: 12, character: 14 });
  });
});
