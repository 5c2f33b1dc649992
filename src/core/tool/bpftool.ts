import type { PartValue } from '../result/run';
import { isRecord, numberAt, readJson } from './json';
import type { LoadTool, Measurement } from './tool';

/** One map as bpftool lists it. */
interface BpfMap {
  readonly name: string;
  readonly type: string;
  readonly maxEntries: number;
  /** What the kernel counts for it. Before Linux 6.4 that is the room of all its entries, used or not. */
  readonly bytes: number;
  /** Null where the flags are not told. */
  readonly allocatedAtOnce: boolean | null;
}

/** Where Cilium pins its maps by their whole names (`pkg/bpf/bpffs_linux.go`, Cilium 1.16 to 1.20). */
const globals = '/sys/fs/bpf/tc/globals/';
const own = 'cilium_';

/** BPF_F_NO_PREALLOC, include/uapi/linux/bpf.h. */
const notAllocatedAtOnce = 1;
/** Types whose entries come and go one by one where that flag is set; all others have their room from the start. */
const growing = /^(percpu_)?hash$|^lpm_trie$|^hash_of_maps$/;

/** A map of its own for each endpoint ends in the endpoint's number, five digits (`LocalMapName`, the same file). */
function familyOf(name: string): string {
  return name.replace(/\d{5}$/, '*');
}

/**
 * The kernel cuts names to 15 characters, so the pinned name goes first. bpftool 5 and later, `map show` in JSON
 * (tools/bpf/bpftool/map.c, show_map_close_json): `pinned` stands there with `--bpffs` alone, `bytes_memlock` where the kernel
 * tells it.
 */
function mapOf(entry: unknown): BpfMap | undefined {
  if (!isRecord(entry)) return undefined;
  const { name, type, pinned } = entry;
  const paths = Array.isArray(pinned)
    ? pinned.filter((path): path is string => typeof path === 'string')
    : [];
  const path = paths.find((one) => one.startsWith(globals)) ?? paths.find((one) => one.includes(`/${own}`));
  const known = path?.split('/').at(-1) ?? (typeof name === 'string' ? name : '');
  if (!known.startsWith(own) && path?.startsWith(globals) !== true) return undefined;
  const bytes = numberAt(entry, 'bytes_memlock');
  const maxEntries = numberAt(entry, 'max_entries');
  if (bytes === null || maxEntries === null) return undefined;
  const flags = numberAt(entry, 'flags');
  const kind = typeof type === 'string' ? type : 'unknown type';
  return {
    name: familyOf(known),
    type: kind,
    maxEntries,
    bytes,
    allocatedAtOnce: flags === null ? null : !growing.test(kind) || (flags & notAllocatedAtOnce) === 0,
  };
}

const allocation = new Map<boolean | null, string>([
  [true, ', allocated at once'],
  [false, ', grows with its entries'],
  [null, ''],
]);

/** How many maps a part's figure adds up, and whether their room was taken at once; null where its description does not say. */
export function mapsOf(about: string): { readonly count: number; readonly atOnce: boolean | null } {
  const atOnce = about.includes(', allocated at once')
    ? true
    : about.includes(', grows with its entries')
      ? false
      : null;
  return { count: Number(/, (\d+) maps$/.exec(about)?.[1] ?? 1), atOnce };
}

/** Bytes added up over nodes and endpoints, the room of one map: the largest. */
function partsOf(maps: readonly BpfMap[]): PartValue[] {
  const names = [...new Set(maps.map(({ name }) => name))];
  return names.flatMap((part): PartValue[] => {
    const same = maps.filter(({ name }) => name === part);
    const [{ type, allocatedAtOnce } = { type: '', allocatedAtOnce: null }] = same;
    const about = `${type.replaceAll('_', ' ')}${allocation.get(allocatedAtOnce) ?? ''}${same.length > 1 ? `, ${same.length} maps` : ''}`;
    return [
      {
        part,
        metric: 'bpfMemoryBytes',
        value: same.reduce((total, { bytes }) => total + bytes, 0),
        about,
      },
      {
        part,
        metric: 'bpfMapMaxEntries',
        value: Math.max(...same.map(({ maxEntries }) => maxEntries)),
        about,
      },
    ];
  });
}

const failed = (reason: string): Measurement => ({ values: {}, requests: null, invalidReasons: [reason] });

/**
 * The BPF maps of Cilium on the bench nodes. The bench runs the command in each agent and gives a line of JSON for each node:
 * `{"node": "node-a", "maps": [...]}`, the list being what bpftool said.
 */
export const bpftool: LoadTool = {
  name: 'bpftool',
  server: null,

  supports: (load) => load.kind === 'bpf-maps',

  argv: () => ['bpftool', '--json', '--bpffs', 'map', 'show'],

  parse(_load, { stdout, stderr, exitCode }) {
    if (exitCode !== 0) return failed(stderr.trim() || `bpftool ended with exit code ${exitCode ?? 'none'}`);
    const maps: BpfMap[] = [];
    for (const line of stdout.split('\n').filter((text) => text !== '')) {
      const answer = readJson(line);
      const list: unknown = isRecord(answer) ? answer['maps'] : undefined;
      const node = isRecord(answer) && typeof answer['node'] === 'string' ? answer['node'] : 'a node';
      if (!Array.isArray(list)) return failed(`bpftool on ${node} gave no list of maps`);
      const found = list.map(mapOf).filter((map) => map !== undefined);
      // Every agent has maps: a node without any was not read.
      if (found.length === 0) return failed(`bpftool on ${node} lists no map of Cilium with its memory`);
      maps.push(...found);
    }
    if (maps.length === 0) return failed('bpftool was run on no node');
    const parts = partsOf(maps);
    return {
      values: { bpfMemoryBytes: maps.reduce((total, { bytes }) => total + bytes, 0) },
      requests: null,
      invalidReasons: [],
      parts,
    };
  },
};
