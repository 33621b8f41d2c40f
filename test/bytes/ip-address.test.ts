import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressScope,
  canonicalAddress,
  formatAddress,
  isIpv4,
  networkHas,
  parseAddress,
  parseNetwork,
} from '../../src/bytes/ip-address.ts';

describe('addresses as text', () => {
  test.each([
    // RFC 5952 §1, §2 and §4: all the ways to write one address, and the one to choose.
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8::1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8::0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8::1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8:0:0:1::1', '2001:db8::1:0:0:1'],
    ['2001:db8:aaaa:bbbb:cccc:dddd:0:1', '2001:db8:aaaa:bbbb:cccc:dddd:0:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:AaAa', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['255.255.255.255', '255.255.255.255'],
    ['0.0.0.0', '0.0.0.0'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  test.each([
    '',
    ':',
    ':::',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    '12345::',
    'g::1',
    '1.2.3.4::',
    'host',
    '-1.2.3.4',
    '1:2:3:4:5:6:7:',
  ])('%j is no address', (text) => expect(parseAddress(text)).toBeUndefined());

  test('words come back from their text, which node:net takes for an address as well', () => {
    const word = fc.oneof(fc.nat(2 ** 32 - 1), fc.constantFrom(0, 1, 0xffff, 0xffff0000));
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), (words) => {
        const text = formatAddress(words);
        expect([...(parseAddress(text) ?? [])]).toEqual(words);
        expect(isIpv4(words) ? isIPv4(text) : isIPv6(text)).toBe(true);
      }),
    );
  });
});

describe('networks', () => {
  test.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['192.168.1.128/25', '192.168.1.127', false],
    ['192.168.1.128/25', '192.168.1.128', true],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '203.0.113.9', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['2001:db8::/33', '2001:db8:8000::', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.6', false],
    ['2001:db8::7/128', '2001:db8::6', false],
  ])('%s has %s: %s', (network, address, has) => {
    expect(networkHas(parseNetwork(network)!, parseAddress(address)!)).toBe(has);
  });

  test.each([
    '10.0.0.0/33',
    '2001:db8::/129',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '/8',
    'office',
  ])('%s is no network', (text) => expect(parseNetwork(text)).toBeUndefined());
});

test.each([
  ['10.0.0.1', 'private'],
  ['172.15.255.255', 'public'],
  ['172.16.0.0', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', 'public'],
  ['192.168.0.1', 'private'],
  ['192.169.0.1', 'public'],
  ['100.63.255.255', 'public'],
  ['100.64.0.1', 'private'],
  ['100.127.255.255', 'private'],
  ['100.128.0.0', 'public'],
  ['169.254.1.1', 'link-local'],
  ['127.0.0.1', 'loopback'],
  ['0.0.0.0', 'unspecified'],
  ['224.0.0.251', 'multicast'],
  ['239.255.255.250', 'multicast'],
  ['255.255.255.255', 'broadcast'],
  ['8.8.8.8', 'public'],
  ['ff02::fb', 'multicast'],
  ['fe80::1', 'link-local'],
  ['febf::1', 'link-local'],
  ['fec0::1', 'public'],
  ['fc00::1', 'private'],
  ['fdff::1', 'private'],
  ['::1', 'loopback'],
  ['::', 'unspecified'],
  ['::2', 'public'],
  ['2001:db8::1', 'public'],
])('%s is %s', (address, scope) => {
  expect(addressScope(parseAddress(address)!)).toBe(scope);
});
