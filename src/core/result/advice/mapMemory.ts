/** What an entry of Cilium's service map takes of memory, from a run that read the BPF maps. */
import { mapsOf } from '../../tool/bpftool';
import type { PartSummary, Run, VariantSummary } from '../run';
import type { Basis, MemoryUnknown } from './advice';
import { fewestRounds } from './usable';

/** `pkg/loadbalancer/maps/types.go` of Cilium 1.18 to 1.20; as large for both families. */
const serviceMaps = ['cilium_lb4_services_v2', 'cilium_lb6_services_v2'];

export type MapMemory =
  | {
      readonly known: true;
      /** Of all families that have a map, on one node. */
      readonly bytesPerEntry: number;
      readonly basis: readonly Basis[];
    }
  | { readonly known: false; readonly because: MemoryUnknown };

interface PartRead {
  readonly bytesPerEntry: number | null;
  readonly grows: boolean;
  readonly basis: Basis;
}

function partRead(run: Run, variant: VariantSummary, { part, about, metrics }: PartSummary): PartRead | null {
  const { bpfMemoryBytes: bytes, bpfMapMaxEntries: room } = metrics;
  if (!bytes || bytes.n < fewestRounds) return null;
  const { count, atOnce } = mapsOf(about ?? '');
  const entries = (room?.median ?? 0) * count;
  return {
    bytesPerEntry: entries > 0 ? bytes.median / entries : null,
    grows: atOnce === false,
    basis: {
      from: 'run',
      run: run.id,
      metric: 'bpfMemoryBytes',
      variant: variant.id,
      label: about === undefined ? part : `${part}, ${about}`,
      value: bytes.median,
      unit: bytes.unit,
      interval: bytes.ci95,
      n: bytes.n,
    },
  };
}

/** From the newest of these runs that has the map. A map that grows with its entries tells nothing of its room. */
export function mapMemoryOf(runs: readonly Run[]): MapMemory {
  for (const run of runs) {
    const read = run.variants.flatMap((variant) =>
      (variant.parts ?? [])
        .filter(({ part }) => serviceMaps.includes(part))
        .flatMap((part) => partRead(run, variant, part) ?? []),
    );
    if (read.length === 0) continue;
    if (read.some(({ grows }) => grows)) return { known: false, because: 'grows-with-entries' };
    const each = read.flatMap(({ bytesPerEntry }) => bytesPerEntry ?? []);
    if (each.length < read.length) return { known: false, because: 'room-not-told' };
    const bytesPerEntry = each.reduce((sum, bytes) => sum + bytes, 0);
    return { known: true, bytesPerEntry, basis: read.map(({ basis }) => basis) };
  }
  return { known: false, because: runs.length === 0 ? 'no-run' : 'no-such-map' };
}
