import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { entriesInDump } from '../../../src/kube/agents/serviceMap';

const dump = JSON.parse(
  readFileSync(new URL('captured/bpftool-7.1-dump.json', import.meta.url), 'utf8'),
) as unknown[];

describe('entries of a dumped map', () => {
  it('are counted, each once where the walk began anew', () => {
    expect(entriesInDump(dump)).toBe(10);
    expect(entriesInDump([...dump, ...dump.slice(3)])).toBe(10);
    expect(entriesInDump(dump.slice(0, 4))).toBe(4);
  });

  it('are none in an empty map and in what is no dump', () => {
    for (const none of [[], null, undefined, {}, 'text', [null, 7, {}], { error: 'bpf obj get' }])
      expect(entriesInDump(none)).toBe(0);
  });
});
