import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isIpv4, parseAddress } from '../../src/bytes/ip-address.ts';
import { communityId } from '../../src/flow/community-id.ts';

/** Reference values of the specification's own tests (corelight/pycommunityid). */
const BASELINE = [
  [6, '128.232.110.120', '66.35.250.204', 34855, 80, '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
  [6, '66.35.250.204', '128.232.110.120', 80, 34855, '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
  [17, '192.168.1.52', '8.8.8.8', 54585, 53, '1:d/FP5EW3wiY1vCndhwleRRKHowQ='],
  [1, '192.168.0.89', '192.168.0.1', 8, 0, '1:X0snYXpgwiv9TZtqg64sgzUn6Dk='],
  [1, '192.168.0.1', '192.168.0.89', 0, 8, '1:X0snYXpgwiv9TZtqg64sgzUn6Dk='],
  [1, '192.168.0.89', '192.168.0.1', 20, 0, '1:3o2RFccXzUgjl7zDpqmY7yJi8rI='],
  [58, 'fe80::200:86ff:fe05:80da', 'fe80::260:97ff:fe07:69ea', 135, 136, '1:dGHyGvjMfljg6Bppwm3bg0LO8TY='],
  [132, '192.168.170.8', '192.168.170.56', 7, 80, '1:jQgCxbku+pNGw8WPbEc/TS/uTpQ='],
] as const; // prettier-ignore

describe('communityId', () => {
  test.each(BASELINE)('%i %s → %s', (...[protocol, originator, responder, from, to, expected]) => {
    const flow = { protocol, originator, responder, originatorPort: from, responderPort: to };
    expect(communityId(flow)).toBe(expected);
  });
});

/** The specification once more, as it is written: of bytes joined, with Node's hash. */
function byTheBook(protocol: number, from: string, to: string, ports: [number, number]): string {
  const bytesOf = (text: string): Buffer => {
    const words = parseAddress(text)!;
    const skipped = isIpv4(words) ? 12 : 0; // before its words are turned round
    return Buffer.from(words.buffer).swap32().subarray(skipped);
  };
  const ends = [
    { address: bytesOf(from), port: ports[0] },
    { address: bytesOf(to), port: ports[1] },
  ].sort((a, b) => a.address.length - b.address.length || a.address.compare(b.address) || a.port - b.port); // prettier-ignore
  const port = (value: number): Buffer => Buffer.of(value >>> 8, value & 255);
  const withPorts = [6, 17, 132].includes(protocol);
  const message = Buffer.concat([
    Buffer.of(0, 0),
    ...ends.map(({ address }) => address),
    Buffer.of(protocol, 0),
    ...(withPorts ? ends.map((end) => port(end.port)) : []),
  ]);
  return `1:${createHash('sha1').update(message).digest('base64')}`;
}

test('any two addresses, ports and protocol without ICMP give what the specification says', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('10.0.0.1', '::ffff:10.0.0.1'));
  const port = fc.nat({ max: 65535 });
  const protocol = fc.constantFrom(6, 17, 132, 47, 50);
  fc.assert(
    fc.property(protocol, address, address, port, port, (number, from, to, a, b) => {
      const flow = { protocol: number, originator: from, responder: to, originatorPort: a, responderPort: b }; // prettier-ignore
      expect(communityId(flow)).toBe(byTheBook(number, from, to, [a, b]));
    }),
  );
});
