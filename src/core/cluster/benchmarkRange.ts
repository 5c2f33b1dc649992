/** Addresses behind Services that nobody calls: the range set aside for benchmarks, so that none is anybody's. */
import { type Cidr, addressFrom, cidrFrom, overlap } from './cidr';

/** RFC 2544, appendix C.2.2; 131,072 addresses. */
const first = {
  text: '198.18.0.0/15',
  family: 4,
  address: (198n << 24n) | (18n << 16n),
  hostBits: 17,
} as const;
export const benchmarkRange: Cidr = first;

const size = 2 ** first.hostBits;
const firstPort = 8080;

/** The endpoint of a number from 0, each its own: where the range has been gone through, it begins again with the next port. */
export function benchmarkEndpoint(number: number): { readonly host: string; readonly port: number } {
  const within = number % size;
  return {
    host: `198.${18 + (within >> 16)}.${(within >> 8) & 255}.${within & 255}`,
    port: firstPort + Math.floor(number / size),
  };
}

/** Networks and single addresses, those of them that reach into the benchmark range; what is neither is left out. */
export function inBenchmarkRange(used: readonly string[]): readonly string[] {
  return used.filter((text) => {
    const address = addressFrom(text);
    const cidr: Cidr | null = address
      ? { text, family: address.family, address: address.value, hostBits: 0 }
      : cidrFrom(text);
    return cidr !== null && overlap(cidr, benchmarkRange);
  });
}
