import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRawService } from '../../../src/flow/messages/raw-service.ts';
import { Random } from '../../../src/synth/random.ts';
import { programHead } from '../../../src/synth/payloads/program-bytes.ts';
import { joinBytes, textBytes } from '../../../src/synth/payloads/text-bytes.ts';
import { makePacket, type PacketWish } from '../make-packet.ts';

const at = (payload: PacketWish['payload'] & {}, port = 31_337): string =>
  readRawService(makePacket({ fromPort: 40_123, toPort: port, payload }));

describe('programs', () => {
  const random = new Random('programs');

  test.each(['pe', 'elf'] as const)('of kind %s are told, plain or behind their length', (kind) => {
    const head = programHead(random, kind);
    expect(at(head)).toBe('program');
    expect(at(joinBytes(Uint8Array.of(0, 0x20, 3, 0), head))).toBe('program');
  });

  test('are not told at ports of services, which carry files all day', () => {
    expect([80, 21, 445, 443].map((port) => at(programHead(random, 'pe'), port))).toEqual(['', '', '', '']); // prettier-ignore
  });

  test('need their stub, their class, and enough bytes', () => {
    const head = programHead(random, 'pe');
    expect(at(head.subarray(0, 100))).toBe('');
    expect(at(joinBytes(textBytes('MZ'), new Uint8Array(300)))).toBe('');
    expect(at(joinBytes(textBytes('\x7fELF'), new Uint8Array(300).fill(9)))).toBe('');
  });
});

describe('shells', () => {
  test.each([
    'Microsoft Windows [Version 10.0.19045.3803]\r\n(c) Microsoft Corporation.',
    'Microsoft Windows XP [Version 5.1.2600]\r\n',
    'Microsoft Windows [versi\xf3n 6.1.7601]\r\n',
    '\r\nC:\\Users\\anna>',
    'whoami\r\ncorp\\anna\r\n\r\nC:\\Windows\\system32>',
    'PS C:\\Users\\anna> ',
    'uid=33(www-data) gid=33(www-data) groups=33(www-data)\n',
    'bash: no job control in this shell\nbash-5.1$ ',
    "/bin/sh: 0: can't access tty; job control turned off\n# ",
    'total 4\nsh-4.2# ',
  ])('%j is one', (text) => {
    expect(at(text)).toBe('shell');
    expect(at(text, 22)).toBe('');
  });

  test.each([
    'Microsoft Windows is an operating system\n',
    '<html>\n<b>C:\\></b>',
    'you have 3 gold pieces > ',
    'uid=33',
    'price: 5 $ ',
    'MZ',
    '>',
    '',
  ])('%j is none', (text) => {
    expect(at(text === '' ? ' ' : text)).toBe('');
  });
});

test('any bytes are read to an end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 600 }), (payload) => {
      expect(['', 'program', 'shell']).toContain(at(payload));
    }),
  );
});
