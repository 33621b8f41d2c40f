import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HEAD_BYTES, recogniseInput } from '../../src/flow/recognise-input.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const UNSW_ROW =
  '10.0.0.1,1390,10.0.0.2,53,udp,CON,0.001055,132,164,31,29,0,0,dns,500473.9,621800.9,2,2,0,0,0,0,66,82,0,0,0,0,1421927414,1421927414,0.017,0.013,0,0,0,0,0,0,0,0,3,7,1,3,1,1,1,,0';
const WEB_LINE = '192.0.2.7 - - [10/Oct/2020:13:55:36 -0700] "GET /a HTTP/1.1" 404 326';

describe('recogniseInput', () => {
  test.each([
    ['pcap', [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0]],
    ['pcap', [0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4, 0, 0, 0, 0]],
    ['pcapng', [0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a]],
  ])('knows %s by its first bytes', (format, head) => {
    expect(recogniseInput(Uint8Array.from(head))).toBe(format);
  });

  test.each([
    ['zeek-tsv', '#separator \\x09\n#path\tconn\n#fields\tts\tuid\n'],
    ['zeek-tsv', '\t#separator \\x09\n#path\tconn\n#fields\tts\tuid\n'],
    ['zeek-tsv', '#separator \\x2c\n#fields,ts,uid\n'],
    ['zeek-json', '{"ts":1.5,"id.orig_h":"10.0.0.1","id.resp_h":"10.0.0.2","proto":"tcp"}\n'],
    ['zeek-json', '{"ts":1.5,"id":{"orig_h":"10.0.0.1","resp_h":"10.0.0.2"}}\n'],
    ['zeek-json', '{"_path":"capture_loss","ts":1.5,"peer":"w"}\n'],
    ['zeek-json', '{"@stream":"weird","ts":1.5,"name":"x"}'],
    ['zeek-json', '{"ts":1.5,"fuid":"F1","source":"HTTP"}\n{"ts":1'],
    ['argus-csv', 'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos\n'],
    ['argus-csv', 'StartTime\tDur\tProto\tSrcAddr\tSport\tDir\tDstAddr\tDport\tState\n'],
    ['cicflowmeter-csv', 'Flow ID,Src IP,Src Port,Timestamp,Flow Duration,Total Fwd Packet\nx,1\n'],
    ['cicflowmeter-csv', ' Destination Port, Flow Duration, Total Fwd Packets\n80,1,2\n'],
    ['unsw-nb15-csv', `${UNSW_ROW}\n${UNSW_ROW}\n`],
    ['unsw-nb15-csv', `\uFEFF${UNSW_ROW}\r\n`],
    ['unsw-nb15-csv', `id,dur,proto,service\n${UNSW_ROW}\n10.0`],
    ['web-log', `${WEB_LINE}\n`],
    ['web-log', `\n"${WEB_LINE}"\n"${WEB_LINE}"\n"192.`],
    ['web-log', `${WEB_LINE}\nbroken\n${WEB_LINE}\n`],
    ['cowrie-csv', 'session_id,start_time,end_time,src_ip,login_success,login_failed\n'],
  ])('knows %s by its text', (format, text) => {
    expect(recogniseInput(bytesOf(text))).toBe(format);
  });

  test.each([
    ['nothing', ''],
    ['blank lines', '\n\n'],
    ['a labels file', 'input,host,label\na.pcap,10.0.0.1,scan\n'],
    ['events of no time', '{"event_type":"alert","src_ip":"10.0.0.1","proto":"TCP"}\n'],
    ['other JSON lines', '{"ts":1.5,"level":"info","msg":"hello"}\n'],
    ['a JSON document', '{\n  "ts": 1\n}\n'],
    ['a W3C log', '#Version: 1.0\n#Fields: date time c-ip\n2020-01-01 00:00:00 10.0.0.1\n'],
    ['remarks', '# labels\n# of a tool\nMalicious: x\n'],
    ['a Zeek log whose heading is lost', '1.5\tC1\t10.0.0.1\t1\t10.0.0.2\t2\ttcp\n'],
    ['a system log of nothing we read', 'Mar 27 13:06:56 web1 kernel[1]: Linux version 6.1\nMar 27 13:06:57 web1 ntpd[2]: up\n'],
    ['what looks like a message of another version', '\u0005\u0001'],
    ['words apart by tabs', 'a\tb\tc\td\n'],
    ['mostly other lines', `${WEB_LINE}\na\nb\nc\n`],
    ['text with NUL', `#fields\tts\n\0`],
    ['UTF-16', '\uFFFE#\0f\0'],
  ])('refuses %s', (_, text) => {
    expect(recogniseInput(bytesOf(text))).toBeUndefined();
  }); // prettier-ignore

  test('refuses a JPEG', () => {
    expect(
      recogniseInput(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46)),
    ).toBeUndefined();
  });

  test('looks at 64 KiB and no further', () => {
    const remarks = '# x\n'.repeat(HEAD_BYTES / 4);
    expect(recogniseInput(bytesOf(`${remarks}#fields\tts\n`))).toBeUndefined();
    expect(recogniseInput(bytesOf(`#fields\tts\n${'\0'.repeat(HEAD_BYTES)}`))).toBeUndefined();
    expect(recogniseInput(bytesOf(`#fields\tts\n${'x'.repeat(HEAD_BYTES)}\0`))).toBe('zeek-tsv');
  });

  test('answers to any bytes, also in the middle of a buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(50), (bytes, at) => {
        const copy = bytes.slice(at);
        expect(recogniseInput(bytes.subarray(at))).toBe(recogniseInput(copy));
      }),
    );
  });
});
