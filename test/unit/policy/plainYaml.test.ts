import { describe, expect, it } from 'vitest';
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { seededNumbers } from '../../../src/core/plan/shuffle';
import { documentsOf } from '../../../src/core/policy/documents';
import { readPlainYaml } from '../../../src/core/policy/plainYaml';
import { edited } from './edits';
import { fixture, fixtureNames } from './fixtures';
import { corpusFiles } from './policyCorpus';

/** A tree without what the two readers may differ in: where a collection ends, and where nothing stands. */
function plain(node: unknown): unknown {
  if (isPair(node)) return [plain(node.key), plain(node.value)];
  if (isMap(node) || isSeq(node))
    return {
      kind: isMap(node) ? 'map' : 'list',
      flow: node.flow === true,
      at: node.range?.[0],
      items: node.items.map(plain),
    };
  if (!isScalar(node)) return node;
  const isNothing = node.value === null && node.source === '';
  return {
    value: node.value,
    source: node.source,
    type: node.type,
    range: isNothing ? undefined : node.range?.slice(0, 2),
  };
}

/** Whether the text was read; fails where the library reads it in another way, or finds it wrong. */
function compare(text: string, what: string): boolean {
  const read = readPlainYaml(text);
  if (!read) return false;
  const lines = new LineCounter();
  const expected = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: false,
    merge: true,
    prettyErrors: false,
    logLevel: 'silent',
    strict: false,
  });
  const trees = [{ contents: read.contents }, { contents: expected.contents }].map(({ contents }) =>
    JSON.stringify(plain(contents)),
  );
  if (expected.errors.length > 0) expect.fail(`${what}: ${expected.errors[0]?.message}\n${text}`);
  const [ours = '', theirs = ''] = trees;
  if (ours !== theirs) {
    const at = Array.from(ours).findIndex((character, index) => character !== theirs[index]);
    const near = (tree: string): string => tree.slice(Math.max(at - 100, 0), at + 100);
    expect.fail(`${what}: ${near(ours)}\nis not\n${near(theirs)}`);
  }
  if (lines.lineStarts.length > 0) expect([...read.lineStarts]).toEqual(lines.lineStarts);
  return true;
}

const texts = [...fixtureNames.map((name) => ({ name, text: fixture(name) })), ...corpusFiles()];

describe('the fast reader and the library', { timeout: 120_000 }, () => {
  it('read the same in every fixture', () => {
    let read = 0;
    let all = 0;
    for (const { name, text } of texts) {
      for (const document of documentsOf(text)) {
        all += 1;
        if (compare(document.text, name)) read += 1;
      }
    }
    expect(read / all).toBeGreaterThan(0.5);
  });
  it('read the same in whatever somebody types', () => {
    const random = seededNumbers(323);
    let read = 0;
    let all = 0;
    for (const { name, text } of texts) {
      for (let round = 0; round < 40; round += 1) {
        let changed = text.slice(0, 4000);
        for (let edit = 0; edit < 1 + (round % 3); edit += 1) changed = edited(changed, random);
        for (const document of documentsOf(changed)) {
          all += 1;
          if (compare(document.text, name)) read += 1;
        }
      }
    }
    expect(read / all).toBeGreaterThan(0.25);
  });
});

it.each([
  ['a: 1', true],
  ['a: "x: y"  # comment', true],
  ["a: 'it''s'", true],
  ['a: [b, "c", {d: e}]', true],
  ['a:\n- b\n-\n  c: d\n- - e\n  - f', true],
  ['{"a": [1, true, null, "\\u00e9\\n"]}\n', true],
  ['a: ~\nb:\nc: null', true],
  ['80: x\ntrue: y', true],
  ['--- # comment\na: 1', true],
  ['a: http://x.y/z#w', true],
  ['- a\n- b: c\n  d: e', true],
  ['a: &b c', false],
  ['a: |\n  b', false],
  ['a: b\n  c', false],
  ['a: b: c', false],
  ['\ta: b', false],
  ['a: 1\n b: 2', false],
  ['a: 1.0', false],
  ['? a', false],
  ['a: [b', false],
  ['a: "b', false],
  ['<<: {a: b}', false],
  ['a: {b, c}', false],
  ['a: 1\n---\nb: 2', false],
])('%j is read fast: %s', (text, isRead) => {
  expect(compare(text, text)).toBe(isRead);
});
