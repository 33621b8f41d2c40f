import { ethernet, ipv4, ipv6, tcp, udp } from './frame-builder.ts';

/** Frames of usual sizes for benches and comparisons: TCP of many lengths, some UDP, some IPv6. */
export function usualFrames(): Uint8Array[] {
  const sizes = [0, 0, 6, 120, 517, 1200, 1448, 1448];
  return sizes.flatMap((size, i) => [
    ethernet(0x0800, ipv4({}, tcp({ sourcePort: 50_000 + i }, new Uint8Array(size)))),
    ethernet(0x0800, ipv4({ protocol: 17 }, udp(5353, 53, new Uint8Array(size & 511)))),
    ethernet(0x86dd, ipv6({ nextHeader: 6 }, tcp({}, new Uint8Array(size)))),
  ]);
}
