import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/core/policy/analyse';
import { noteSentence } from '../../../src/core/words/templateWords';
import { covered, fixture } from './fixtures';

/** `code text:line name`, lines from 1. */
const found = (text: string): readonly string[] =>
  analyse(text).findings.map((finding) =>
    `${finding.code} ${covered(text, finding)}:${finding.range.start.line + 1} ${finding.policy.name}`.trim(),
  );
const indented = (text: string, by: string): string => text.replace(/^(?=.)/gm, by);

const toPorts = `toPorts:\n  - ports:\n      - {port: "80", protocol: TCP}\n    rules:\n      http:\n        - method: GET\n`;
const policy = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: web
spec:
  endpointSelector:
    matchLabels:
      app: web
  ingress:
    - toPorts:
        - ports:
            - {port: "80", protocol: TCP}
          rules:
            http:
              - method: GET
`;

describe('patches of a kustomization', () => {
  /** https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/ */
  const kustomization = (patches: string): string =>
    `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - cilium.io.yaml\n${patches}`;
  const merge = `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: web\nspec:\n  ingress:\n    - toPorts:\n        - rules:\n            http: [{method: GET}]\n`;
  const step = (path: string, value: string): string =>
    `- op: add\n  path: ${path}\n  value:\n${indented(value, '    ')}`;

  it('are read as a file of their own, with the pods of the policy that they change', () => {
    expect(found(merge)).toEqual(['l7-http http:9 web']);
    expect(analyse(merge).findings[0]?.tags).toContain('patch');
    expect(analyse(policy).findings[0]?.tags).not.toContain('patch');
  });
  it.each([
    ['patches', `patches:\n  - patch: |-\n${indented(merge, '      ')}`, 15],
    ['patchesStrategicMerge', `patchesStrategicMerge:\n  - |-\n${indented(merge, '    ')}`, 15],
    [
      'patchesStrategicMerge beside files',
      `patchesStrategicMerge:\n  - a.yaml\n  - |\n${indented(merge, '    ')}`,
      16,
    ],
  ])('are read inline: %s', (_, patches, line) => {
    expect(found(kustomization(patches))).toEqual([`l7-http http:${line} web`]);
  });
  it('are read inline in an object', () => {
    // https://fluxcd.io/flux/components/kustomize/kustomizations/#patches
    const text = `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec:\n  patchesStrategicMerge:\n    -\n${indented(merge, '      ')}`;
    expect(found(text)).toEqual(['l7-http http:14 web']);
    expect(analyse(text).findings[0]?.tags).toContain('patch');
  });
  it.each([
    ['the rules', '/spec/ingress/0/toPorts/0/rules', 'http:\n  - method: GET\n', 'l7-http http:4'],
    [
      'the list itself, whose key is in the path',
      '/spec/egress/0/toPorts/0/rules/dns',
      '- matchPattern: "*"\n',
      'l7-dns /spec/egress/0/toPorts/0/rules/dns:2',
    ],
    ['an entry', '/spec/ingress/-', toPorts, 'l7-http http:8'],
    ['the ports', '/spec/specs', 'x: y\n', undefined],
  ])('put into place by JSON: %s', (_, path, value, place) => {
    expect(found(step(path, value))).toEqual(place === undefined ? [] : [place]);
  });
  it.each([['patches'], ['patchesJson6902']])('put into the target by JSON in %s', (field) => {
    const text = kustomization(
      `${field}:\n  - target:\n      kind: Service\n      name: echo\n    patch: |-\n      - op: add\n        path: /metadata/annotations/service.cilium.io~1lb-l7\n        value: enabled\n`,
    );
    expect(found(text)).toEqual(['service-l7-lb /metadata/annotations/service.cilium.io~1lb-l7:11 echo']);
    expect(found(text.replace('kind: Service', 'kind: Deployment'))).toEqual([]);
  });
  it('take nothing away that costs', () => {
    expect(found('- op: remove\n  path: /spec/ingress/0/toPorts/0/rules/http\n')).toEqual([]);
    expect(found('- op: test\n  path: /spec/ingress/0/toPorts/0/rules\n  value: {http: [{}]}\n')).toEqual([]);
  });
  it('of an Istio policy say nothing of its target', () => {
    const text = kustomization(
      `patches:\n  - target: {kind: AuthorizationPolicy, name: a}\n    patch: |-\n      - op: add\n        path: /spec/rules/0/to/0/operation/methods\n        value: [GET]\n`,
    );
    expect(found(text)).toEqual(['istio-l7 /spec/rules/0/to/0/operation/methods:9 a']);
  });
});

describe('policies inside of other objects', () => {
  it.each([
    [
      'the values of a Helm release',
      // https://fluxcd.io/flux/components/helm/helmreleases/#values
      `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: app\nspec:\n  values:\n    extraObjects:\n      -\n${indented(policy, '        ')}`,
      22,
    ],
    ['values for extra objects', `image: nginx\nextraManifests:\n  -\n${indented(policy, '    ')}`, 17],
    ['values for extra objects by name', `extraObjects:\n  web:\n${indented(policy, '    ')}`, 16],
    ['values that hold texts', `extraObjects:\n  - |\n${indented(policy, '    ')}`, 16],
    [
      'an application of Argo CD',
      // https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#values
      `apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    helm:\n      valuesObject:\n        extra:\n          -\n${indented(policy, '            ')}`,
      22,
    ],
    [
      'a ConfigMap',
      `apiVersion: v1\nkind: ConfigMap\ndata:\n  policy.yaml: |\n${indented(policy, '    ')}`,
      18,
    ],
    [
      'a ConfigMap, after another manifest',
      `apiVersion: v1\nkind: ConfigMap\ndata:\n  all.yaml: |+\n    kind: Secret\n    ---\n${indented(policy, '    ')}\n  other: x\n`,
      20,
    ],
    [
      'a List of Lists',
      `kind: List\nitems:\n  - kind: List\n    items:\n      - kind: CiliumNetworkPolicyList\n        items:\n          -\n${indented(policy, '            ')}`,
      21,
    ],
  ])('are found in %s', (_, text, line) => {
    expect(found(text)).toEqual([`l7-http http:${line} web`]);
    expect(analyse(text).policies).toBe(1);
    const crlf = text.replaceAll('\n', '\r\n');
    expect(found(crlf)).toEqual([`l7-http http:${line} web`]);
  });
  it.each([
    [
      'what was applied last',
      `apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n${indented(policy, '      ')}`,
    ],
    ['an example in a description', `kind: Template\ndescription: |\n${indented(policy, '  ')}`],
    [
      'a schema',
      `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  example:\n${indented(policy, '    ')}`,
    ],
    [
      'a script',
      `kind: ConfigMap\ndata:\n  apply.sh: |\n    kubectl apply -f - <<EOF\n${indented(policy, '    ')}    EOF\n`,
    ],
    ['a folded text', `kind: ConfigMap\ndata:\n  policy.yaml: >\n${indented(policy, '    ')}`],
    [
      'a reference',
      'kind: Pod\nspec:\n  ref:\n    apiVersion: cilium.io/v2\n    kind: CiliumNetworkPolicy\n    name: web\n',
    ],
  ])('are not looked for in %s', (_, text) => {
    expect(analyse(text)).toMatchObject({ findings: [], policies: 0 });
  });
});

describe('JSON', () => {
  const object = (name: string): unknown => ({
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name },
    spec: {
      endpointSelector: { matchLabels: { app: name } },
      ingress: [{ toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }], rules: { http: [{}] } }] }],
    },
  });
  const lines = (text: string): readonly string[] => found(text).map((place) => place.replace(/^\S+ /, ''));

  it('may hold objects one after the other', () => {
    const pretty = `${JSON.stringify(object('a'), null, 2)}\n${JSON.stringify(object('b'), null, 2)}\n`;
    const half = pretty.split('\n').length / 2;
    expect(analyse(pretty)).toMatchObject({ documents: 2, policies: 2 });
    const [first, second] = analyse(pretty).findings.map(({ range }) => range.start.line);
    expect((second ?? 0) - (first ?? 0)).toBe(Math.floor(half));
    expect(lines(`${JSON.stringify(object('a'))}\n${JSON.stringify(object('b'))}\n`)).toEqual([
      '"http":1 a',
      '"http":2 b',
    ]);
  });
  it('may be an array', () => {
    expect(lines(JSON.stringify([object('a'), object('b')]))).toEqual(['"http":1 a', '"http":1 b']);
  });
});

describe('templates', () => {
  const noteOf = (text: string): string =>
    (analyse(text).notes ?? [])
      .map(({ range: { start, end }, detail, document }) => {
        const line = text.split('\n')[start.line] ?? '';
        const { conditions, contents, values } = detail;
        return `${document} "${line.slice(start.character, end.character)}":${start.line + 1} ${conditions}/${contents}/${values}`;
      })
      .join();

  it('say once what values decide, and show values as they are written', () => {
    expect(noteOf(fixture('helm.yaml'))).toBe('0 "{{ .Values.app | quote }}":13 3/1/5');
  });
  it.each([
    [
      'a condition around rules',
      policy.replace('          rules:', '          {{- if .Values.l7 }}\n          rules:') +
        '          {{- end }}\n',
      '0 "{{- if .Values.l7 }}":13 1/0/0',
      1,
    ],
    ['a port', policy.replace('"80"', '{{ .Values.port }}'), '0 "{{ .Values.port }}":12 0/0/1', 1],
    [
      'a loop',
      policy.replace(
        '              - method',
        '              {{- range .Values.paths }}\n              - method',
      ) + '              {{- end }}\n',
      '0 "{{- range .Values.paths }}":15 1/0/0',
      1,
    ],
    [
      'rules from values',
      policy.replace(/http:\n[\s\S]*/, 'http: {{ toYaml .Values.http | nindent 14 }}\n'),
      '0 "{{ toYaml .Values.http | nindent 14 }}":14 0/0/1',
      0,
    ],
    [
      'all of the rules',
      policy.replace(/ {2}ingress:[\s\S]*/, '  {{- toYaml .Values.policies | nindent 2 }}\n'),
      '0 "{{- toYaml .Values.policies | nindent 2 }}":9 0/1/0',
      0,
    ],
  ])('leave %s open', (_, text, note, findings) => {
    expect(noteOf(text)).toBe(note);
    expect(analyse(text).findings).toHaveLength(findings);
  });
  it.each([
    [
      'names and labels',
      policy.replace(
        'name: web',
        'name: {{ include "name" . }}\n  labels:\n    {{- include "labels" . | nindent 4 }}',
      ),
    ],
    ['comments and assignments', `{{/* what\n---\nit does */}}\n{{- $port := 80 }}\n${policy}`],
    ['other objects', 'kind: Pod # cilium.io\nspec:\n  x: {{ .Values.x }}\n'],
  ])('say nothing of %s', (_, text) => {
    expect(analyse(text).notes).toBeUndefined();
    expect(analyse(text).documents).toBe(1);
  });
  it('count conditions that began in a document before', () => {
    const text = policy
      .replace('    - toPorts:', '    {{- end }}\n    - toPorts:')
      .replace('          rules:', '          {{- if .Values.l7 }}\n          rules:');
    expect(noteOf(`${text}          {{- end }}\n`)).toBe('0 "{{- end }}":10 2/0/0');
  });
  it('are shown in findings as they are written', () => {
    const text = policy.replace('"80"', '"{{ .Values.port }}"').replace('app: web', 'app: {{ .Values.app }}');
    expect(analyse(text).findings).toMatchObject([
      { ports: ['{{ .Values.port }}/TCP'], endpoints: ['app={{ .Values.app }}'] },
    ]);
  });
  it('are told in a sentence', () => {
    const text = policy
      .replace('          rules:', '          {{- if .Values.l7 }}\n          rules:')
      .replace('"80"', '{{ .Values.port }}');
    expect((analyse(text).notes ?? []).map(noteSentence)).toEqual([
      "The template's values decide on 1 condition and 1 value here, from {{ .Values.port }} on: the rules are read as if each condition held, and what values would print is not known.",
    ]);
  });
});

describe('a text that is too much', () => {
  const reasonOf = (text: string): string | undefined => {
    const analysis = analyse(text);
    expect(analysis.findings).toEqual([]);
    return analysis.skipped;
  };
  it.each([
    ['binary', `\u0000${policy}`, 'it is binary'],
    ['long', ' '.repeat(5_000_001), 'it has 5.0 million characters, more than the 5 million that are read'],
    [
      'of 50 million characters',
      'kind: CiliumNetworkPolicy\n'.repeat(2_000_000),
      'it has 52.0 million characters, more than the 5 million that are read',
    ],
    [
      'nested in lines',
      `kind: CiliumNetworkPolicy\n${Array.from({ length: 2500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')}`,
      'the document at line 1 nests deeper than the 1,000 levels that are read',
    ],
    [
      'nested in one line',
      `a: 1\n---\nkind: CiliumNetworkPolicy\nspec: ${'['.repeat(10_000)}${']'.repeat(10_000)}`,
      'the document at line 2 nests deeper than the 1,000 levels that are read',
    ],
    [
      'nested in dashes',
      `kind: CiliumNetworkPolicy\nspec:\n  ${'- '.repeat(10_000)}x`,
      'the document at line 1 nests deeper than the 1,000 levels that are read',
    ],
  ])('is %s: the limit is named', (_, text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });
  it('has more documents than are read: the first ones are', () => {
    const analysis = analyse(`${policy}---\n${'a: 1\n---\n'.repeat(10_050)}${policy}`);
    expect(analysis.documents).toBe(10_000);
    expect(analysis.findings).toHaveLength(1);
    expect(analysis.skipped).toBe(
      'the documents from line 20014 on: it has more than the 10,000 that are read',
    );
  });
  it('holds what was no UTF-8', () => {
    expect(found(policy.replace('app: web', 'app: we\uFFFD\uFFFD'))).toContain('l7-http http:14 web');
  });
});
