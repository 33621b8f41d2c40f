import { describe, expect, test } from 'vitest';
import { answer, ask, ends } from './read-packet.ts';
import { ascii, ber, berInt, snmp } from './service-bytes.ts';

describe('SNMP', () => {
  test('version, operation, and whether the community is a default; never its text', () => {
    expect(ask(161, snmp(1, 'public', 0xa5), 17).events).toMatchObject([
      { kind: 'snmp', version: 2, operation: 'GETBULK', community: 'default', ...ends },
    ]);
    const other = ask(161, snmp(0, 's3cret', 0xa0), 17);
    expect(other.events).toMatchObject([{ version: 1, operation: 'GET', community: 'other' }]);
    expect(JSON.stringify(other.events)).not.toContain('s3cret');
    expect(answer(161, snmp(1, 'private', 0xa2), 17).events).toMatchObject([
      { operation: 'RESPONSE', community: 'default', ...ends },
    ]);
  });

  test('version 3 in the clear or hidden', () => {
    const head = [berInt(3), ber(0x30, berInt(1)), ber(4)];
    const clear = ber(0x30, ...head, ber(0x30, ber(4), ber(4), ber(0xa1, berInt(1))));
    const hidden = ber(0x30, ...head, ber(4, ascii('xxxx')));
    const read = (message: number[]) => ask(161, Uint8Array.from(message), 17).events;
    expect(read(clear)).toMatchObject([{ version: 3, operation: 'GETNEXT', community: 'none' }]);
    expect(read(hidden)).toMatchObject([{ version: 3, operation: '', community: 'none' }]);
  });
});
