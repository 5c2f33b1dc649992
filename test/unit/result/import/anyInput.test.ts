import { describe, expect, it } from 'vitest';
import { seededNumbers } from '../../../../src/core/plan/shuffle';
import { importResults } from '../../../../src/core/result/import/importResults';
import type { SourceFile } from '../../../../src/core/result/import/source';
import { jsonFault } from '../../../../src/core/result/import/jsonFault';
import { parseRun } from '../../../../src/store/parseRun';
import { captive, folder, ofTool, origin } from './files';

/** Pieces that break what they are put into. */
const splinters = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '-',
  'e999',
  'NaN',
  '1e308',
  '-1',
  'null',
  '\u0000',
  '\n',
  '../',
  '\\u',
  '"__proto__":1,',
  '=1+1',
  '<script>',
  '\u202e',
];

/** A text with a few cuts, repeats and splinters, the same for the same seed. */
function mangled(text: string, random: () => number): string {
  let changed = text;
  const times = 1 + Math.floor(random() * 3);
  for (let time = 0; time < times; time++) {
    const at = Math.floor(random() * changed.length);
    const to = Math.min(changed.length, at + Math.floor(random() * 40));
    const splinter = splinters[Math.floor(random() * splinters.length)] ?? '';
    const kind = Math.floor(random() * 5);
    if (kind === 0) changed = changed.slice(0, at);
    else if (kind === 1) changed = changed.slice(0, at) + changed.slice(to);
    else if (kind === 2) changed = changed.slice(0, to) + changed.slice(at, to) + changed.slice(to);
    else if (kind === 3) changed = changed.slice(0, at) + splinter + changed.slice(at);
    // A number becomes another one, which keeps the text JSON: this reaches the readers themselves.
    else
      changed = changed.replace(
        /\d+(?:\.\d+)?/,
        () => ['-1', '1e308', '0', '1e-300', 'null', '"x"', '[]', '{}'][Math.floor(random() * 8)] ?? '0',
      );
  }
  return changed;
}

const files: readonly SourceFile[] = [
  ...folder('article'),
  ...[
    'cilium-perf.json',
    'k8s-netperf.json',
    'k8s-netperf.csv',
    'netperf-keyval.txt',
    'netperf-stream.txt',
    'iperf3_udp.json',
  ].map(captive),
  ...['fortio-rate.json', 'fortio-403.json', 'iperf3_error.json'].map(ofTool),
];

/** Every run that comes of it is one that the store would read again. */
function holds(given: readonly SourceFile[]): void {
  const { runs, leftOut } = importResults(given, origin);
  for (const { run, raw } of runs) {
    const parsed = parseRun(JSON.stringify({ ...run, id: 'x' }));
    expect(parsed.ok ? '' : parsed.reason).toBe('');
    expect([...raw.keys()].sort()).toEqual(run.samples.map((sample) => sample.raw).sort());
    expect(run.effects.filter(({ verdict }) => verdict === 'better' || verdict === 'worse')).toEqual([]);
  }
  for (const { line, reason } of leftOut) {
    expect(line ?? 1).toBeGreaterThan(0);
    expect(reason.length).toBeLessThan(1000);
  }
}

describe('whatever the files hold', () => {
  it.each(files.map((file) => [file.path, file] as const))(
    '%s, mangled, is read or left out',
    (path, file) => {
      const random = seededNumbers(
        Array.from(path).reduce((sum, character) => sum * 31 + character.charCodeAt(0), 7),
      );
      for (let time = 0; time < 40; time++) holds([{ path, text: mangled(file.text, random) }]);
    },
  );

  it('whole folders, mangled, are read or left out', () => {
    const random = seededNumbers(4711);
    for (let time = 0; time < 15; time++)
      holds(
        folder('article').map(({ path, text }) => ({
          path,
          text: random() < 0.3 ? mangled(text, random) : text,
        })),
      );
  });

  it('a list nested a million deep is read or left out', () => {
    holds([{ path: 'deep.json', text: '['.repeat(1_000_000) }]);
    holds([{ path: 'deep.json', text: '{"a":'.repeat(100_000) }]);
  });

  it('a text of millions of characters without an end is read in its length', () => {
    const { leftOut } = importResults(
      [{ path: 'long.json', text: `{"a": "${'x\\n'.repeat(1_000_000)}` }],
      origin,
    );
    expect(leftOut).toEqual([{ file: 'long.json', line: 1, reason: 'was cut short: its JSON has no end' }]);
  });
});

describe('the scan for faults agrees with the engine', () => {
  const random = seededNumbers(42);
  const texts = files.filter(({ text }) => text.startsWith('{') && text.length < 12_000);
  it.each(texts.map(({ path, text }) => [path, text] as const))('on %s, mangled', (_, text) => {
    for (let time = 0; time < 60; time++) {
      const changed = mangled(text, random);
      let isJson = true;
      try {
        JSON.parse(changed);
      } catch {
        isJson = false;
      }
      expect([changed, jsonFault(changed) === null]).toEqual([changed, isJson]);
    }
  });
});
