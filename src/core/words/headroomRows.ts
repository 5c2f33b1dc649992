import type { ClusterFacts } from '../cluster/clusterFacts';
import { valueOf } from '../cluster/evidence';
import type { AddressUse, MapUse, NodeAddresses } from '../cluster/headroom';
import { type FactGroup, type FactRow, type RowLevel, evidenceText, row } from './factRows';
import { counted, grouped, percentSize, thinSpace } from './numbers';
import { joined } from './phrases';

/** From here on a limit is near enough to be said. */
const nearlyFullPercent = 80;

function shareText(used: number, of: number): string {
  const percent = of > 0 ? (100 * used) / of : 100;
  return used > 0 && percent < 0.1 ? `under 0.1${thinSpace}%` : percentSize(percent);
}

function shareLevel(used: number, of: number): RowLevel {
  return 100 * used >= nearlyFullPercent * of ? 'warning' : 'fact';
}

function serviceRows({ serviceAddresses }: ClusterFacts['headroom']): FactRow[] {
  if (!serviceAddresses.known) return [row('Service CIDR', serviceAddresses)];
  return serviceAddresses.value.map(({ cidr, used, capacity }: AddressUse): FactRow => ({
    label: 'Service CIDR',
    value: `${shareText(used, capacity)} used: ${grouped(used)} of ${grouped(capacity)} addresses of ${cidr}`,
    evidence: evidenceText(serviceAddresses.evidence),
    level: shareLevel(used, capacity),
  }));
}

function mapText({ needed, limit, family }: MapUse): string {
  return `${shareText(needed, limit)} used: at least ${grouped(needed)} of ${grouped(limit)} entries (IPv${family})`;
}

/** `256`, `128 to 256`. */
function rangeText(values: readonly number[]): string {
  const least = Math.min(...values);
  const most = Math.max(...values);
  return least === most ? grouped(least) : `${grouped(least)} to ${grouped(most)}`;
}

function podNetworkText(nodes: readonly NodeAddresses[]): string {
  const addresses = nodes.flatMap(({ addresses: count }) => count ?? []);
  const limits = nodes.flatMap(({ podLimit }) => podLimit ?? []);
  const without = nodes.length - addresses.length;
  return joined([
    `${rangeText(addresses)} addresses a node`,
    ...(limits.length === 0 ? [] : [`room for ${rangeText(limits)} pods`]),
    ...(without === 0 ? [] : [`none on ${counted(without, 'node')}`]),
  ]);
}

export function headroomGroup({ headroom }: ClusterFacts): FactGroup {
  const addresses = valueOf(headroom.serviceAddresses) ?? [];
  const fullest = addresses.reduce<AddressUse | null>(
    (one, other) => (one && one.used / one.capacity >= other.used / other.capacity ? one : other),
    null,
  );
  const services = valueOf(headroom.services);
  return {
    id: 'headroom',
    title: 'Headroom',
    summary: fullest
      ? `Service CIDR ${shareText(fullest.used, fullest.capacity)} used`
      : services === null
        ? ''
        : counted(services, 'Service'),
    rows: [
      row('Services', headroom.services, (count) => grouped(count)),
      row('Endpoints', headroom.backends, (count) => grouped(count)),
      ...serviceRows(headroom),
      ...(headroom.loadBalancerMap
        ? [row('LB map', headroom.loadBalancerMap, mapText, ({ needed, limit }) => shareLevel(needed, limit))]
        : []),
      row('Pod CIDR', headroom.podNetworks, podNetworkText, (nodes) =>
        nodes.some(
          ({ addresses: count, podLimit }) => count !== null && podLimit !== null && count < podLimit,
        )
          ? 'warning'
          : 'fact',
      ),
    ],
  };
}
