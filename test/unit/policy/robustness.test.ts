import { describe, expect, it } from 'vitest';
import { seededNumbers } from '../../../src/core/plan/shuffle';
import { marksHttpRules } from '../../../src/core/policy/finding';
import { analyse, createWorkspace } from '../../../src/core/policy/main';
import { edited } from './edits';
import { covered, fixture, fixtureNames } from './fixtures';

const keys: Readonly<Record<string, RegExp>> = {
  'l7-http': /^["']?http["']?$/i,
  'l7-http-visibility': /^["']?http["']?$/i,
  'l7-dns': /^["']?dns["']?$/i,
  'l7-tls': /^["']?(?:terminatingTLS|originatingTLS|serverNames)["']?$/i,
  'l7-listener': /^["']?listener["']?$/i,
  'l7-kafka': /^["']?kafka["']?$/i,
  'l7-proto': /^["']?l7proto["']?$/i,
  'l7-empty': /^["']?(?:http|dns|kafka|rules)["']?$/i,
  'istio-l7': /^["']?(?:methods|paths|hosts|requestPrincipals|key|action|jwtRules)["']?$/,
  'istio-l7-no-target': /^["']?(?:selector|spec)["']?$/,
  'istio-tcp-port': /^["']?(?:methods|paths|hosts|requestPrincipals|key)["']?$/,
  'envoy-config':
    /^["']?(?:services|resources|gatewayClassName|ingressClassName|kubernetes.io\/ingress.class)["']?$/,
  'service-l7-lb': /^["']?service.cilium.io\/[a-z0-9-]+["']?$/,
  'annotation-dead': /^["']?[a-z.]*cilium[a-z0-9./-]+["']?$/,
};

/** Analyses a text and checks that every finding covers a key, and no place is named twice. */
function check(text: string, what: string): number {
  const { findings, documents } = analyse(text);
  const places = new Set<string>();
  for (const finding of findings) {
    const { start } = finding.range;
    if (!(keys[finding.code] ?? /[^]/).test(covered(text, finding)))
      expect.fail(`${what}: ${finding.code} covers "${covered(text, finding)}" in line ${start.line + 1}`);
    if (finding.document >= documents) expect.fail(`${what}: document ${finding.document} of ${documents}`);
    places.add(`${finding.code} ${start.line}:${start.character}`);
  }
  if (places.size !== findings.length) expect.fail(`${what}: a place is named twice`);
  return findings.length;
}

describe.each(fixtureNames)('%s', { timeout: 60_000 }, (name) => {
  const text = fixture(name);
  it('is read cut off at any character', () => {
    let most = 0;
    for (let length = 0; length <= text.length; length += 1)
      most = Math.max(most, check(text.slice(0, length), `${name} cut off at ${length}`));
    expect(most).toBeGreaterThanOrEqual(analyse(text).findings.length);
  });
  it('is read with anything mistyped', () => {
    const random = seededNumbers(17);
    for (let round = 0; round < 150; round += 1) {
      let changed = text;
      for (let edit = 0; edit < 1 + (round % 5); edit += 1) changed = edited(changed, random);
      check(changed, `${name}, mutation ${round}: ${JSON.stringify(changed)}`);
    }
  });
});

describe('texts made to hurt', () => {
  const nested = 20_000;
  it.each([
    ['deep flow', `kind: CiliumNetworkPolicy\nspec: ${'['.repeat(nested)}`],
    ['deep maps', `kind: CiliumNetworkPolicy\nspec: ${'{a: '.repeat(2000)}`],
    ['many opened templates', `kind: CiliumNetworkPolicy\n${'{{ '.repeat(nested)}`],
    ['many indented separators', `kind: CiliumNetworkPolicy\n${'  ---\n'.repeat(nested)}`],
    ['many separators', 'kind: CiliumNetworkPolicy\n---\n'.repeat(2000)],
    [
      'aliases of aliases',
      `kind: CiliumNetworkPolicy\na: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'.replaceAll(/./g, (letter) => `${letter}: &${letter} [${`*${String.fromCharCode(letter.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}spec: {endpointSelector: {}, ingress: *j}\n`,
    ],
    [
      'many aliases',
      `kind: CiliumNetworkPolicy\na: &a {matchLabels: {x: y}}\nspec:\n  endpointSelector: *a\n  ingress:\n${'    - toPorts: *a\n'.repeat(5000)}`,
    ],
    [
      'an alias of itself',
      'kind: CiliumNetworkPolicy\nspec: &s\n  endpointSelector: {}\n  <<: *s\n  ingress: &i\n    - toPorts: *i\n      rules: *s\n',
    ],
  ])('%s', { timeout: 60_000 }, (what, text) => {
    check(text, what);
    expect(analyse(text).findings.filter(({ code }) => marksHttpRules(code))).toEqual([]);
  });
});

describe('an analysis with a cache', { timeout: 60_000 }, () => {
  const policy = (number: number): string =>
    fixture('specs.yaml')
      .replace('several', `several-${number}`)
      .replace('                - method: GET\n', '                - method: GET\n'.repeat(20));
  const documents = Array.from({ length: 244 }, (_, number) => policy(number));
  const before = documents.join('---\n');
  const after = before.replace('several-120', 'renamed\n  labels: {typed: "yes"}');

  it('finds the same as one without, and reads only what changed', () => {
    const cache = createWorkspace();
    const timed = (text: string): number => {
      const start = performance.now();
      analyse(text, { cache });
      return performance.now() - start;
    };
    const first = timed(before);
    const typed = timed(after);
    console.log(
      `Policy analysis of ${before.split('\n').length} lines in ${documents.length} documents: ${first.toFixed(0)} ms at first, ${typed.toFixed(1)} ms after an edit.`,
    );
    expect(analyse(after, { cache })).toEqual(analyse(after));
    expect(analyse(after).findings).toHaveLength(2 * documents.length);
    expect(analyse(before, { cache })).toEqual(analyse(before));
  });
  it('finds the same in documents that are alike and moved', () => {
    const cache = createWorkspace();
    const texts = [
      `${policy(1)}---\n${policy(1)}`,
      `# moved\n\n---\n${policy(2)}---\n${policy(1)}`,
      `${policy(1)}---\n${policy(2)}`,
      '',
    ];
    for (const text of texts) expect(analyse(text, { cache })).toEqual(analyse(text));
  });
});
