import fc from 'fast-check';
import {
  block,
  bytes,
  ethernet,
  interfaceBlock,
  ipv4,
  ipv6,
  packetBlock,
  pcapFile,
  sectionBlock,
  simpleBlock,
  tcp,
  udp,
} from './frame-builder.ts';

/** Well-formed captures of every dialect, with frames of every layer and some of none. */

const payload = fc.uint8Array({ maxLength: 40 });
const port = fc.nat(65_535);

const segment = fc
  .record({ sourcePort: port, destinationPort: port, flags: fc.nat(255), body: payload })
  .map(({ body, ...fields }) => tcp(fields, body));
const datagram = fc.tuple(port, port, payload).map((args) => udp(...args));
const over4 = fc.oneof(
  segment.map((body) => ipv4({}, body)),
  datagram.map((body) => ipv4({ protocol: 17, options: [1, 1, 1, 1] }, body)),
  fc
    .tuple(fc.nat(255), payload)
    .map(([protocol, body]) => ipv4({ protocol, fragment: 0x4000 }, body)),
);
const over6 = fc.oneof(
  datagram.map((body) => ipv6({}, body)),
  segment.map((body) =>
    ipv6({ nextHeader: 0 }, bytes([44, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 1], body)),
  ),
);
const frame = fc.oneof(
  { weight: 4, arbitrary: over4.map((body) => ethernet(0x0800, body)) },
  { weight: 2, arbitrary: over6.map((body) => ethernet(0x8100, bytes([0, 9, 0x86, 0xdd], body))) },
  { weight: 1, arbitrary: payload },
  { weight: 1, arbitrary: payload.map((body) => ethernet(0x0806, body)) },
);
/** With a whole transport header, whatever else. */
const certain = fc
  .oneof(
    segment.map((body) => ipv4({}, body)),
    datagram.map((body) => ipv4({ protocol: 17 }, body)),
  )
  .map((body) => ethernet(0x0800, body));
const record = fc.record({ frame, seconds: fc.nat(2 ** 31 - 1), fraction: fc.nat(999_999) });

/** A pcap in any dialect, with at least one IP packet. */
export const anyPcap: fc.Arbitrary<Uint8Array> = fc
  .record({
    magic: fc.constantFrom(0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34, 0x1c0001ac, 0x1c0001ab),
    littleEndian: fc.boolean(),
    first: certain,
    rest: fc.array(record, { maxLength: 8 }),
  })
  .map(({ first, rest, ...fields }) => pcapFile(fields, [{ frame: first }, ...rest]));

const blockMaker = fc.oneof(
  fc.tuple(frame, fc.nat(1), fc.constantFrom(2 as const, 6 as const)).map(
    ([body, interfaceId, type]) =>
      (order: boolean) =>
        packetBlock(order, body, { interfaceId }, type),
  ),
  frame.map((body) => (order: boolean) => simpleBlock(order, body)),
  fc.tuple(fc.constantFrom(4, 5, 0xbad, 0x80000001), fc.uint8Array({ maxLength: 120 })).map(
    ([type, body]) =>
      (order: boolean) =>
        block(order, type, body),
  ),
  fc.constant((order: boolean) => interfaceBlock(order, { linkType: 101, resolution: 9 })),
);

const section = fc
  .record({ order: fc.boolean(), first: certain, rest: fc.array(blockMaker, { maxLength: 8 }) })
  .map(({ order, first, rest }) => [
    sectionBlock(order),
    interfaceBlock(order),
    interfaceBlock(order, { linkType: 1, resolution: 0x80 | 20, offsetSeconds: -5n }),
    packetBlock(order, first),
    ...rest.map((make) => make(order)),
  ]);

/** A pcapng of one to three sections, each of its own byte order, with at least one IP packet. */
export const anyPcapng: fc.Arbitrary<Uint8Array> = fc
  .array(section, { minLength: 1, maxLength: 3 })
  .map((sections) => bytes(...sections.flat()));
