import type { Random } from '../random.ts';
import { ALPHABETS, randomText } from '../names.ts';
import { dnsResponse, DNS_TYPES, txtData } from './dns-message.ts';
import { ssdpResponse } from './discovery-message.ts';
import { ntpMonitorReply } from './ntp-message.ts';
import { joinBytes, textBytes } from './text-bytes.ts';

/** UDP services that answer more than they are asked, and the port they answer from. */
export const AMPLIFIERS = { dns: 53, ntp: 123, ssdp: 1900, memcached: 11211, cldap: 389, chargen: 19, snmp: 161 } as const; // prettier-ignore

export type Amplifier = keyof typeof AMPLIFIERS;

/** The datagrams of one answer, as the victim gets them. */
export function amplifiedAnswer(random: Random, service: Amplifier, zone: string): Uint8Array[] {
  switch (service) {
    case 'dns': {
      const records = Array.from({ length: random.integer(4, 14) }, () => ({
        type: DNS_TYPES.TXT,
        ttl: 3600,
        data: txtData(randomText(random, ALPHABETS.base64, 255)),
      }));
      return [
        dnsResponse(
          { id: random.integer(0, 65535), name: zone, type: DNS_TYPES.ANY, ednsBytes: 4096 },
          records,
        ),
      ];
    }
    case 'ntp': {
      const packets = random.integer(1, 12);
      return Array.from({ length: packets }, (_, i) => ntpMonitorReply(i, 6, i + 1 < packets));
    }
    case 'ssdp':
      return Array.from({ length: random.integer(1, 6) }, () =>
        ssdpResponse(random, '192.168.1.1'),
      );
    case 'memcached': {
      const parts = random.integer(1, 8);
      return Array.from({ length: parts }, (_, i) =>
        joinBytes(
          Uint8Array.of(0, 0, 0, i, 0, parts, 0, 0),
          i === 0 ? textBytes('VALUE a 0 9999\r\n') : random.bytes(1392),
        ),
      );
    }
    case 'cldap':
      return [searchEntry(random)];
    case 'chargen':
      return [textBytes(randomText(random, ALPHABETS.base64, random.integer(70, 1000)))];
    case 'snmp':
      return [random.bytes(random.integer(400, 1400))];
  }
}

/** An LDAP searchResEntry (RFC 4511 §4.5.2) of about 3 kB: rootDSE with its many attributes. */
function searchEntry(random: Random): Uint8Array {
  const value = random.bytes(random.integer(1200, 2900)).map((byte) => 0x20 + (byte % 0x5f));
  const octets = der2(0x04, value);
  const attribute = der2(
    0x30,
    joinBytes(der2(0x04, textBytes('supportedControl')), der2(0x31, octets)),
  );
  const entry = der2(0x64, joinBytes(der2(0x04, new Uint8Array(0)), der2(0x30, attribute)));
  return der2(0x30, joinBytes(Uint8Array.of(2, 1, 7), entry));
}

/** BER with a two-byte length, as servers write it without knowing the length yet. */
function der2(tag: number, body: Uint8Array): Uint8Array {
  return joinBytes(Uint8Array.of(tag, 0x82, body.length >> 8, body.length & 0xff), body);
}
