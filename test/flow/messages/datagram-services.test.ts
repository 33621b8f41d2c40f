import { describe, expect, test } from 'vitest';
import { ask, verbs } from './read-packet.ts';

const utpSyn = Uint8Array.from([0x41, 0, 1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x0f, 0, 0, 0, 1, 0, 0]);
const tracker = Uint8Array.from([0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80, 0, 0, 0, 0, 1, 2, 3, 4]);

describe('services told by one datagram', () => {
  test.each([
    [1900, 'M-SEARCH * HTTP/1.1\r\n\r\n', 'ssdp', ['M-SEARCH']],
    [1900, 'NOTIFY * HTTP/1.1\r\n\r\n', 'ssdp', ['NOTIFY']],
    [69, '\0\x01boot.bin\0octet\0', 'tftp', ['RRQ']],
    [69, '\0\x02x\0netascii\0', 'tftp', ['WRQ']],
    [69, '\0\x03boot', '', []],
    [50001, `d1:ad2:id20:${'x'.repeat(20)}e1:q4:ping1:t2:aa1:y1:qe`, 'bittorrent', ['PING']],
    [50001, `d1:ad2:id20:${'x'.repeat(20)}e1:q9:get_peers1:t2:aae`, 'bittorrent', ['GET_PEERS']],
    [50001, utpSyn, 'bittorrent', []],
    [6969, tracker, 'bittorrent', []],
    [5060, 'OPTIONS sip:100@10.0.0.2 SIP/2.0\r\n\r\n', 'sip', ['OPTIONS']],
    [47808, '\x81\x0a\0\x08\x01\x04\0\x05', 'bacnet', []],
    [47808, '\x81\x0a\0\x09\x01\x04\0\x05', '', []],
    [9999, 'hello there', '', []],
  ] as const)('port %i %j is %j', (port, payload, service, expected) => {
    const seen = ask(port, payload, 17);
    expect(seen.service).toBe(service);
    expect(verbs(seen)).toEqual(expected);
  });
});
