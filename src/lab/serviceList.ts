import { addresses } from './topology';

/** A port of a Service and the pods behind it. */
export interface LabService {
  /** Namespace and name, as kube-proxy writes them into its comments. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly endpoints: readonly { readonly host: string; readonly port: number }[];
  readonly isDummy: boolean;
}

/** A port of the measured Service, and that of the server behind it. */
export interface MeasuredPort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number;
}

/** Most dummies that fit into their addresses, 10.80.128.0/17 (as many as a Service range of /17 holds). */
export const mostServices = 32_768;

const realEndpoints = (port: number): LabService['endpoints'] =>
  [addresses.server, addresses.serverAgain].map((host) => ({ host, port }));

/** A Service that nobody calls, with one endpoint in the range reserved for benchmarks (RFC 2544, 198.18.0.0/15). */
function dummy(index: number): LabService {
  const low = index & 255;
  return {
    name: `lab/dummy-${String(index).padStart(5, '0')}`,
    address: `10.80.${128 + (index >> 8)}.${low}`,
    port: 80,
    endpoints: [{ host: `198.${18 + (index >> 16)}.${(index >> 8) & 255}.${low}`, port: 8080 }],
    isDummy: true,
  };
}

/**
 * Positions of the marker Services among `count`: first, middle, last. They reach the real server, so that asking them
 * shows when all Services are programmed.
 */
export function markerPositions(count: number): readonly number[] {
  if (count === 0) return [];
  return [...new Set([0, Math.floor((count - 1) / 2), count - 1])];
}

/**
 * `count` Services in the order they are programmed, and after them the measured one: at the end, where a chain takes
 * longest to reach it. Markers count among the `count`.
 */
export function labServices(
  count: number,
  measured: readonly MeasuredPort[],
  markerTarget: number,
): readonly LabService[] {
  const markers = new Set(markerPositions(count));
  const others = Array.from({ length: count }, (_, index) => {
    const service = dummy(index);
    if (!markers.has(index)) return service;
    return {
      ...service,
      name: `lab/marker-${String(index).padStart(5, '0')}`,
      endpoints: realEndpoints(markerTarget),
      isDummy: false,
    };
  });
  return [
    ...others,
    ...measured.map(({ name, port, targetPort }) => ({
      name: `lab/server:${name}`,
      address: addresses.service,
      port,
      endpoints: realEndpoints(targetPort),
      isDummy: false,
    })),
  ];
}

/** The addresses to ask before `count` Services count as programmed. */
export function probedServices(
  services: readonly LabService[],
): readonly { readonly host: string; readonly port: number }[] {
  return services.filter((service) => !service.isDummy).map(({ address, port }) => ({ host: address, port }));
}
