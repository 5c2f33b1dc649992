import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BpfMapsLoad, IdleLoad } from '../../../src/core/scenario/scenario';
import { bpftool } from '../../../src/core/tool/bpftool';
import { idle } from '../../../src/core/tool/idle';
import { toolFor } from '../../../src/core/tool/registry';

const maps: BpfMapsLoad = { kind: 'bpf-maps', id: 'maps', via: 'pod', metrics: ['bpfMemoryBytes'] };
const nothing: IdleLoad = { kind: 'idle', id: 'idle', via: 'pod', metrics: ['componentCpuCores'] };
const listed = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../agents/captured/${name}.json`, import.meta.url), 'utf8'));
const line = (node: string, list: unknown): string =>
  `${JSON.stringify({ node, pod: `cilium-${node}`, maps: list })}\n`;
const output = (stdout: string) => ({ stdout, stderr: '', exitCode: 0 });
const read = (...lists: unknown[]) =>
  bpftool.parse(maps, output(lists.map((list, index) => line(`node-${index}`, list)).join('')));

describe('bpftool', () => {
  const whole = listed('bpftool-7.1-bpffs');

  it('is asked for the pinned names: the kernel cuts a map’s own at 15 characters', () => {
    expect(bpftool.argv(maps, { host: '', port: 0 }, { method: 'GET', path: '/', headers: {} }, 1)).toEqual([
      'bpftool',
      '--json',
      '--bpffs',
      'map',
      'show',
    ]);
  });

  it('gives Cilium’s maps alone, by whole names, those of endpoints together', () => {
    const { parts, invalidReasons } = read(whole);
    expect(invalidReasons).toEqual([]);
    const names = parts?.filter(({ metric }) => metric === 'bpfMemoryBytes').map(({ part }) => part);
    expect(names).toEqual([
      'cilium_ct4_global',
      'cilium_lb4_services_v2',
      'cilium_policy_v2_*',
      'cilium_ipcache_v2',
      'cilium_lxc',
      'cilium_events',
      'tunnel_map',
    ]);
    const about = (name: string) => parts?.find(({ part }) => part === name)?.about;
    expect(about('cilium_ct4_global')).toBe('lru hash, allocated at once');
    expect(about('cilium_lb4_services_v2')).toBe('hash, grows with its entries');
    expect(about('cilium_policy_v2_*')).toBe('lpm trie, grows with its entries, 2 maps');
  });

  it('adds bytes up over nodes and endpoints, and tells the room of one map', () => {
    const one = read(whole);
    const two = read(whole, whole);
    expect(two.values.bpfMemoryBytes).toBe(2 * (one.values.bpfMemoryBytes ?? 0));
    const room = (measured: typeof one, name: string) =>
      measured.parts?.find(({ part, metric }) => part === name && metric === 'bpfMapMaxEntries')?.value;
    expect(room(two, 'cilium_lb4_services_v2')).toBe(65_536);
    expect(room(two, 'cilium_policy_v2_*')).toBe(16_384);
  });

  it('reads what an older one says, without pinned names and flags', () => {
    const { parts } = read(listed('bpftool-7.1'));
    expect(parts?.map(({ part }) => part)).toContain('cilium_ct4_glob');
    expect(parts?.map(({ part }) => part)).not.toContain('other_map');
    const bare = [{ id: 1, type: 'hash', name: 'cilium_lxc', max_entries: 10, bytes_memlock: 4096 }];
    expect(read(bare).parts?.[0]).toEqual({
      part: 'cilium_lxc',
      metric: 'bpfMemoryBytes',
      value: 4096,
      about: 'hash',
    });
  });

  it.each([
    [
      'no maps of Cilium',
      line('node-a', [{ name: 'other', type: 'hash', max_entries: 1, bytes_memlock: 1 }]),
    ],
    ['no memory', line('node-a', [{ name: 'cilium_lxc', type: 'hash', max_entries: 1 }])],
    ['an error', line('node-a', { error: 'Operation not permitted' })],
    ['half a line', '{"node":"node-a","maps":[{"name":"cilium_lxc"'],
    ['nothing', ''],
  ])('makes no measurement of %s', (_name, stdout) => {
    const { values, parts, invalidReasons } = bpftool.parse(maps, output(stdout));
    expect(values).toEqual({});
    expect(parts).toBeUndefined();
    expect(invalidReasons).toHaveLength(1);
  });

  it('leaves no node out: one that could not be read spoils the sample', () => {
    expect(read(whole, []).invalidReasons).toEqual([
      'bpftool on node-1 lists no map of Cilium with its memory',
    ]);
    const failed = { stdout: line('node-a', whole), stderr: 'exec is refused', exitCode: 1 };
    expect(bpftool.parse(maps, failed).invalidReasons).toEqual(['exec is refused']);
  });

  it.each([null, 5, 'text', [null, 5, [], { name: {} }, { name: 'cilium_x', max_entries: 'many' }]])(
    'takes %j for no maps',
    (list) => {
      expect(read(list).invalidReasons).toHaveLength(1);
    },
  );
});

describe('idle', () => {
  it('is the tool for no load, and spoils a sample only where it was cut short', () => {
    expect(toolFor(nothing, () => true)).toBe(idle);
    expect(idle.parse(nothing, output(''))).toEqual({ values: {}, requests: null, invalidReasons: [] });
    expect(idle.parse(nothing, { stdout: '', stderr: '', exitCode: null }).invalidReasons).toHaveLength(1);
  });
});
