import { describe, expect, it } from 'vitest';
import { seededNumbers } from '../../../src/core/plan/shuffle';
import { analyse } from '../../../src/core/policy/analyse';
import { documentsOf } from '../../../src/core/policy/documents';
import type { Analysis, Range } from '../../../src/core/policy/finding';
import { createWorkspace, type Workspace } from '../../../src/core/policy/workspace';
import { findingSentence } from '../../../src/core/words/findings';
import { noteSentence } from '../../../src/core/words/templateWords';
import { edited } from './edits';
import { fixture, fixtureNames } from './fixtures';
import { corpusFiles } from './policyCorpus';

/** A text of every kind of object, so that edits meet every rule. */
const kinds = `apiVersion: v1
kind: Namespace
metadata: {name: foo, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Service
metadata:
  name: echo
  namespace: foo
  annotations:
    service.cilium.io/lb-l7: enabled
    policy.cilium.io/proxy-visibility: "<Ingress/80/TCP/HTTP>"
spec:
  selector: {app: echo}
  ports:
    - {name: tcp-echo, port: 9000}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: echo
  namespace: foo
spec:
  selector:
    matchLabels:
      app: echo
  action: DENY
  rules:
    - to:
        - operation:
            methods: ["GET"]
            ports: ["9000"]
      when:
        - key: request.headers[x]
          values: ["y"]
---
apiVersion: cilium.io/v2
kind: CiliumEnvoyConfig
metadata:
  name: lb
spec:
  services:
    - name: echo
---
kind: Kustomization
patches:
  - target:
      kind: CiliumNetworkPolicy
    patch: |-
      - op: add
        path: /spec/ingress/0/toPorts/0/rules
        value:
          http:
            - method: GET
---
apiVersion: v1
kind: ConfigMap
data:
  policy.yaml: |
    apiVersion: cilium.io/v2
    kind: CiliumNetworkPolicy
    spec:
      endpointSelector: {}
      egress:
        - toPorts:
            - ports:
                - port: "{{ .Values.port }}"
              rules:
                {{- if .Values.l7 }}
                http: [{}]
                {{- end }}
`;
const own = [...fixtureNames.map((name) => ({ name, text: fixture(name) })), { name: 'kinds', text: kinds }];
const texts = [...own, ...corpusFiles()];

/** The text of a failure, made only where there is one. */
type What = () => string;

function checkRange(lines: readonly string[], { start, end }: Range, what: What): void {
  for (const { line, character } of [start, end]) {
    const length = lines[line]?.length ?? -1;
    if (line < 0 || character < 0 || character > length)
      expect.fail(`${what()}: ${line}:${character} is outside`);
  }
  if (start.line > end.line || (start.line === end.line && start.character > end.character))
    expect.fail(`${what()}: a range ends before it starts`);
}

/** That every place is inside of its document, and every sentence can be made. */
function check(text: string, analysis: Analysis, what: What): void {
  const { findings, notes = [], documents } = analysis;
  const lines = text.split('\n');
  const starts = documentsOf(text).map(({ firstLine }) => firstLine);
  for (const place of [...findings, ...notes]) {
    checkRange(lines, place.range, what);
    if (place.document >= documents) expect.fail(`${what()}: document ${place.document} of ${documents}`);
    const from = starts[place.document] ?? Number.NaN;
    const to = starts[place.document + 1] ?? lines.length;
    if (!(place.range.start.line >= from && place.range.end.line < to))
      expect.fail(`${what()}: line ${place.range.start.line} is not in document ${place.document}`);
  }
  for (const finding of findings) {
    for (const related of finding.related ?? []) checkRange(lines, related.range, what);
    if (findingSentence(finding).includes('undefined')) expect.fail(`${what()}: ${findingSentence(finding)}`);
  }
  for (const note of notes) if (noteSentence(note) === '') expect.fail(what());
}

/** An analysis as somebody types, which must be the same as one of the text alone; and how many parts were read anew. */
function typed(text: string, cache: Workspace, what: What): number {
  let read = 0;
  for (const step of cache.set('', text)) if (step === 'read') read += 1;
  const found = cache.analysis('');
  check(text, found, what);
  const alone = analyse(text);
  if (JSON.stringify(found) !== JSON.stringify(alone)) expect(found, what()).toEqual(alone);
  return read;
}

describe('edits at random', { timeout: 240_000 }, () => {
  it('never throw, stay in their documents, and find the same in the same text', () => {
    const random = seededNumbers(5);
    for (const { name, text } of texts) {
      const cache = createWorkspace();
      let changed = text.slice(0, 8000);
      for (let round = 0; round < 12; round += 1) {
        // From time to time the text is whole again, else soon nothing of it would be left.
        changed = edited(round % 6 === 0 ? text.slice(0, 8000) : changed, random);
        typed(changed, cache, () => `${name}, edit ${round}: ${JSON.stringify(changed)}`);
      }
    }
  });
});

describe('typing', { timeout: 240_000 }, () => {
  it.each(own.filter(({ name }) => /^(?:kinds|helm|documents|tabs)/.test(name)))(
    '$name character by character',
    ({ name, text }) => {
      const cache = createWorkspace();
      let most = 0;
      for (let length = 0; length <= text.length; length += 1) {
        const soFar = text.slice(0, length);
        most = Math.max(
          most,
          typed(soFar, cache, () => `${name} up to ${length}`),
        );
      }
      // The part that is typed, and the one before it when a separator becomes whole.
      expect(most).toBeLessThanOrEqual(2);
    },
  );
  it('reads one part of many anew', () => {
    const parts = Array.from({ length: 244 }, (_, number) =>
      fixture('specs.yaml').replace('several', `several-${number}`),
    );
    const text = parts.join('---\n');
    const cache = createWorkspace();
    const what = (): string => 'many parts';
    expect(typed(text, cache, what)).toBe(244);
    expect(typed(text, cache, what)).toBe(0);
    const at = text.indexOf('several-120');
    for (const piece of ['x', '\n', '#', '"', '{{']) {
      const changed = text.slice(0, at) + piece + text.slice(at);
      expect(typed(changed, cache, what)).toBe(1);
      expect(typed(text, cache, what)).toBe(1);
    }
    // A separator makes two of one.
    expect(typed(`${text.slice(0, at)}\n---\n${text.slice(at)}`, cache, what)).toBe(2);
  });
});
