import { iperf3 } from '../../tool/iperf3';
import { oneStream } from '../loads';
import type { Truth } from '../truth';

/**
 * TCP's payload in a full packet, and the packet as the token bucket counts it. 1,500 bytes of MTU hold 20 of IPv4, 20 of TCP and 12 of
 * its timestamps; 14 of Ethernet come on top (veth adds no checksum and no gap).
 */
const payloadShare = (1500 - 20 - 20 - 12) / (1500 + 14);

/** iperf3 leaves the first second out, which empties the bucket; in the measured one it can be filled and emptied once. */
const bucketSeconds = 0.02;

/** A machine that carries less than this many times the rate without the shaper would be measured in its place. */
const roomNeeded = 1.5;

function shaped(id: string, title: string, bitsPerSecond: number): Truth {
  const goodput = bitsPerSecond * payloadShare;
  return {
    id,
    title,
    unit: 'bit/s',
    needs: [],
    injection: { kind: 'shaped', bitsPerSecond, bucketSeconds },
    load: oneStream,
    tool: iperf3,
    path: '/',
    seconds: 2,
    control: {
      injection: { kind: 'none' },
      path: '/',
      whyNot: (unshaped) =>
        unshaped >= roomNeeded * bitsPerSecond
          ? null
          : `this machine carried ${(unshaped / 1e9).toFixed(1)} Gbit/s without the shaper, less than ${roomNeeded} times the rate`,
    },
    read: ({ sample }) => {
      const value = sample.values.throughputBitsPerSecond;
      return value === undefined ? null : { value, resolution: [value, value] };
    },
    expected: () => [goodput, goodput * (1 + bucketSeconds)],
    source:
      'tc-tbf(8): the rate counts link-layer bytes; of each 1,514 (RFC 894, RFC 791, RFC 9293, RFC 7323) 1,448 are payload. What the bucket holds comes on top at most.',
  };
}

export const bandwidthTruths: readonly Truth[] = [
  shaped('bandwidth-100m', 'a wire shaped to 100 Mbit/s', 100e6),
  shaped('bandwidth-1g', 'a wire shaped to 1 Gbit/s', 1e9),
  shaped('bandwidth-5g', 'a wire shaped to 5 Gbit/s', 5e9),
];
