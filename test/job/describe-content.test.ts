import { describe, expect, test } from 'vitest';
import { recogniseContent } from '../../src/job/describe-content.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const text = (lines: string) => new TextEncoder().encode(lines);

/** An ERF record of type 2 (Ethernet): time, type, flags, record length, loss counter, wire length. */
function erfRecord(bytes: number): Uint8Array {
  const record = Buffer.alloc(16 + bytes);
  record[8] = 2;
  record.writeUInt16BE(16 + bytes, 10);
  record.writeUInt16BE(bytes, 14);
  return record;
}

describe('what is no capture or log is named, with what to do about it', () => {
  test.each([
    // `xxd` of what nfpcapd 1.7.1 and argus 3.0 wrote.
    ['Argus binary file', 'racluster -r FILE', hex('83100020 00000000 e5712dcb 00000000')],
    ['snoop capture', 'editcap', hex('736e6f6f70000000 00000002 00000004')],
    ['Network Monitor capture', 'editcap', hex('474d4255 00020100 e0070800')],
    ['5View capture', 'editcap', hex('aaaaaaaa20000000')],
    ['SiLK file', 'rwsilk2ipfix', hex('deadbeef00060000')],
    ['ERF capture', 'editcap', Buffer.concat([erfRecord(60), erfRecord(100), erfRecord(16)])],
    ['xz', 'unpack', hex('fd377a585a00')],
    ['table', '--map', text('a,b,c,d,e\n1,2,3,4,5\n')],
    ['table', '--map', text('a;b;c;d;e\r\n1;2;3;4;5\r\n')],
  ])('%s: %s', (name, advice, head) => {
    const content = recogniseContent(head);
    expect(content.name).toBe(name);
    expect(content.advice).toContain(advice);
  });

  test.each([
    ['JSON', text('{"a": 1}\n')],
    ['JSON', text('\n[1, 2]')],
    ['text', text('Once, upon, a, time, there\nwas a table.\n')],
    ['JPEG image', hex('ffd8ffe0')],
    ['', hex('00010203040506070809')],
    ['', new Uint8Array(0)],
    // Two records are by chance.
    ['', Buffer.concat([erfRecord(60), erfRecord(100)])],
  ])('%s, about which nothing can be done', (name, head) => {
    expect(recogniseContent(head)).toEqual({ name, advice: '' });
  });
});
