import { describe, expect, test } from 'vitest';
import { recogniseInput } from '../../../src/flow/recognise-input.ts';
import { syslog } from '../../../src/flow/logs/syslog.ts';
import { readText } from './recording-sink.ts';

const AT = Date.UTC(2024, 4, 1, 8, 0, 0) * 1000;

/** A line of a kernel that logs a packet. */
function kernel(prefix: string, packet: string, seconds = 0): string {
  return `2024-05-01T08:00:${String(seconds).padStart(2, '0')}Z gw kernel: [12.345678] ${prefix}IN=eth0 OUT= MAC=52:54:00:aa:bb:cc SRC=192.0.2.9 DST=10.0.0.5 LEN=60 TOS=0x00 PREC=0x00 TTL=52 ID=1 DF ${packet}\n`;
}
const tcp = (from: number, to: number, flags = 'SYN'): string => `PROTO=TCP SPT=${from} DPT=${to} WINDOW=64240 RES=0x00 ${flags} URGP=0 `; // prettier-ignore
const known = (text: string): unknown => recogniseInput(new TextEncoder().encode(text));

describe('packets that netfilter logs', () => {
  test('and drops are attempts without answer; a retransmission is the same one', async () => {
    const text = kernel('[UFW BLOCK] ', tcp(40000, 23)) + kernel('[UFW BLOCK] ', tcp(40000, 23), 1) + kernel('[UFW BLOCK] ', tcp(40001, 22), 2); // prettier-ignore
    expect(known(text)).toBe('syslog');
    const { flows, shown } = await readText(syslog, text);
    const one = { originator: '192.0.2.9', responder: '10.0.0.5', protocol: 6, connState: 'S0', established: false, responderPackets: 0, responderIpBytes: 0, originatorBytes: Number.NaN }; // prettier-ignore
    expect(flows).toMatchObject([
      { ...one, startUs: AT, endUs: AT + 1e6, originatorPort: 40000, responderPort: 23, originatorPackets: 2, originatorIpBytes: 120 }, // prettier-ignore
      { ...one, responderPort: 22, originatorPackets: 1, originatorIpBytes: 60 },
    ]);
    expect(shown).toMatchObject([
      { packets: false },
      { packets: true, connState: false, history: false },
    ]);
  });

  test.each([
    ['[UFW BLOCK] ', 'S0'],
    ['[UFW LIMIT BLOCK] ', 'S0'],
    ['', 'S0'],
    ['iptables denied: ', 'S0'],
    ['DROP(src wan)', 'S0'],
    ['[WAN_LOCAL-default-D]', 'S0'],
    ['STATE_INVALID_DROP: ', 'S0'],
    ['FINAL_REJECT: ', 'REJ'],
    ['Shorewall:net2fw:REJECT:', 'REJ'],
    ['[UFW ALLOW] ', ''],
    ['IPTABLES-ACCEPT: ', ''],
    ['New SSH connection: ', ''],
    ['[LAN_IN-2000-A]', ''],
  ])('under %j are %j', async (prefix, connState) => {
    const { flows } = await readText(syslog, kernel(prefix, tcp(40000, 22)));
    expect(flows).toMatchObject([{ connState, established: false }]);
    expect(flows[0]!.responderPackets).toEqual(connState === 'S0' ? 0 : Number.NaN);
  });

  test('and looks at without a verdict are not counted', async () => {
    const { flows, skips } = await readText(syslog, kernel('[UFW AUDIT] ', tcp(40000, 22)));
    expect([flows, skips]).toEqual([[], { unusedLine: 1 }]);
  });

  test('late of a connection belong to whoever began it; an answer nobody asked for stands alone', async () => {
    const late = await readText(syslog, kernel('[UFW BLOCK] ', tcp(443, 50123, 'ACK FIN')));
    const ends = { originator: '10.0.0.5', originatorPort: 50123, responder: '192.0.2.9', responderPort: 443 }; // prettier-ignore
    expect(late.flows).toMatchObject([{ ...ends, connState: 'OTH', originatorPackets: Number.NaN, responderPackets: 1 }]); // prettier-ignore
    const backscatter = await readText(syslog, kernel('[UFW BLOCK] ', tcp(443, 50123, 'ACK SYN')));
    expect(backscatter.flows).toMatchObject([{ ...ends, connState: 'OTH', originatorPackets: 0, responderPackets: 1 }]); // prettier-ignore
  });

  test('of other protocols are told by what they have', async () => {
    const text =
      kernel('DROP ', 'PROTO=UDP SPT=5060 DPT=5060 LEN=40 ') +
      kernel('DROP ', 'PROTO=ICMP TYPE=8 CODE=0 ID=1 SEQ=2 ') +
      kernel(
        'DROP ',
        'PROTO=ICMP TYPE=3 CODE=3 [SRC=10.0.0.5 DST=192.0.2.9 LEN=60 PROTO=UDP SPT=1 DPT=2 LEN=40 ] ',
      ) + // prettier-ignore
      kernel('DROP ', 'PROTO=47 ') +
      kernel('DROP ', 'PROTO=nonsense ');
    const { flows, skips } = await readText(syslog, text);
    expect(flows).toMatchObject([
      { protocol: 17, responderPort: 5060, connState: 'S0', originatorIpBytes: 60 },
      { protocol: 1, originatorPort: 8, responderPort: 0, connState: 'OTH' },
      { protocol: 47, connState: 'OTH' },
    ]);
    expect(skips).toEqual({ unusedLine: 1, malformedLine: 1 });
  });

  test('are held in bounded memory, and come again as another attempt after a minute', async () => {
    let text = '';
    for (let i = 0; i < 70_000; i++)
      text += kernel('DROP ', tcp(1024 + (i % 60_000), 1 + (i >> 13)));
    const { flows } = await readText(syslog, text);
    expect(flows).toHaveLength(70_000);
    const again = await readText(syslog, kernel('DROP ', tcp(40000, 23)) + kernel('DROP ', tcp(40000, 23)).replace('08:00:00', '08:02:00')); // prettier-ignore
    expect(again.flows).toHaveLength(2);
  });
});

describe('packets that filterlog logs', () => {
  const line = (cells: string): string => `<134>1 2024-05-01T08:00:00Z pf.example filterlog 3012 - - ${cells}\n`; // prettier-ignore

  test('are told by their cells, of IPv4 and IPv6', async () => {
    const text =
      line('5,,,1000000103,igb0,match,block,in,4,0x0,,52,7,0,DF,6,tcp,60,192.0.2.9,10.0.0.5,40000,23,0,S,1,,64240,,mss;sackOK') + // prettier-ignore
      line(
        '9,,,1,igb0,match,reject,in,4,0x0,,52,7,0,none,17,udp,72,192.0.2.9,10.0.0.5,40000,161,52',
      ) + // prettier-ignore
      line(
        '7,,,1,igb1,match,pass,out,6,0x00,0x1234,64,TCP,6,40,2001:db8::7,2001:db8::5,50000,443,0,S,1,,64800,,mss',
      ) + // prettier-ignore
      line('5,,,1,igb0,match,block,in,4,0x0,,1,7,0,none,1,icmp,84,192.0.2.9,10.0.0.5,request,1,2') +
      line('5,,,1,igb0,match,block,in,4,0x0') +
      line('nothing');
    expect(known(text)).toBe('syslog');
    const { flows, skips } = await readText(syslog, text);
    expect(flows).toMatchObject([
      { originator: '192.0.2.9', originatorPort: 40000, responder: '10.0.0.5', responderPort: 23, protocol: 6, connState: 'S0', originatorPackets: 1, originatorIpBytes: 60 }, // prettier-ignore
      { responderPort: 161, protocol: 17, connState: 'S0', originatorIpBytes: 72 },
      { originator: '2001:db8::7', responder: '2001:db8::5', responderPort: 443, connState: '', originatorIpBytes: Number.NaN }, // prettier-ignore
      { protocol: 1, responderPort: 0, connState: 'OTH', originatorIpBytes: 84 },
    ]);
    expect(skips).toEqual({ malformedLine: 2 });
  });
});

describe('what Cisco’s firewalls log', () => {
  const line = (message: string, time = 'May  1 2024 08:00:00'): string => `<164>${time} fw01 : %ASA-4-${message}\n`; // prettier-ignore

  test.each([
    ['106023: Deny tcp src outside:192.0.2.9/40000 dst inside:10.0.0.5/445 by access-group "outside_in" [0x0, 0x0]', 6, 445, 'S0'],
    ['106023: Deny udp src outside:192.0.2.9/40000(LOCAL\\x) dst inside:10.0.0.5/161 by access-group "a"', 17, 161, 'S0'],
    ['106023: Deny icmp src outside:192.0.2.9 dst inside:10.0.0.5 (type 8, code 0) by access-group "a"', 1, 0, 'OTH'],
    ['106001: Inbound TCP connection denied from 192.0.2.9/40000 to 10.0.0.5/23 flags SYN  on interface outside', 6, 23, 'S0'],
    ['106006: Deny inbound UDP from 192.0.2.9/40000 to 10.0.0.5/137 on interface outside', 17, 137, 'S0'],
    ['106015: Deny TCP (no connection) from 192.0.2.9/40000 to 10.0.0.5/9999 flags ACK  on interface outside', 6, 9999, 'OTH'],
    ['106100: access-list outside_in denied tcp outside/192.0.2.9(40000) -> inside/10.0.0.5(3389) hit-cnt 1 first hit [0x1, 0x0]', 6, 3389, 'S0'],
    ['106100: access-list outside_in permitted tcp outside/192.0.2.9(40000) -> inside/10.0.0.5(443) hit-cnt 1 first hit [0x1, 0x0]', 6, 443, ''],
    ['710003: TCP access denied by ACL from 192.0.2.9/40000 to outside:10.0.0.5/22', 6, 22, 'S0'],
  ])('%s', async (message, protocol, responderPort, connState) => {
    const { flows, skips } = await readText(syslog, line(message));
    expect(flows).toMatchObject([{ startUs: AT, originator: '192.0.2.9', responder: '10.0.0.5', protocol, responderPort, connState }]); // prettier-ignore
    expect(flows[0]!.originatorIpBytes).toBeNaN();
    expect(skips).toEqual({});
  }); // prettier-ignore

  test('addresses of IPv6 are told from names of interfaces', async () => {
    const text =
      line('106001: Inbound TCP connection denied from 2001:db8::9/40000 to 2001:db8::5/23 flags SYN  on interface outside') + // prettier-ignore
      line('106023: Deny tcp src outside:2001:db8::9/40001 dst dmz-1:2001:db8::5/24 by access-group "a"'); // prettier-ignore
    const { flows } = await readText(syslog, text);
    const ends = { originator: '2001:db8::9', responder: '2001:db8::5' };
    expect(flows).toMatchObject([{ ...ends, responderPort: 23 }, { ...ends, responderPort: 24 }]); // prettier-ignore
  });

  const built = (direction: string, outside: string, inside: string): string =>
    line(`302013: Built ${direction} TCP connection 77 for outside:${outside} (${outside}) to inside:${inside} (203.0.113.5/9)`).replace('ASA-4', 'ASA-session-6'); // prettier-ignore
  const torn = (outside: string, inside: string, rest: string): string =>
    line(`302014: Teardown TCP connection 77 for outside:${outside} to inside:${inside} duration ${rest}`, 'May  1 2024 08:00:30').replace('ASA-4', 'FTD-6'); // prettier-ignore

  test.each([
    ['0:00:30 bytes 4321 TCP FINs from outside', 'SF', true],
    ['0:00:30 bytes 0 SYN Timeout', 'S0', false],
    ['0:00:00 bytes 0 TCP Reset-I from inside', 'REJ', false],
    ['0:00:00 bytes 0 TCP Reset-O', 'RSTOS0', false],
    ['0:00:30 bytes 4321 TCP Reset-I', 'RSTR', true],
    ['0:00:30 bytes 4321 TCP Reset-O', 'RSTO', true],
    ['0:00:30 bytes 4321 Connection timeout', 'S1', true],
    ['0:00:30 bytes 0 Failover primary closed', '', false],
  ])('a connection that ends with %s is %s', async (rest, connState, established) => {
    const [client, server] = ['192.0.2.9/40000', '10.0.0.5/443'];
    const { flows, shown } = await readText(syslog, built('inbound', client, server) + torn(client, server, rest)); // prettier-ignore
    expect(flows).toMatchObject([{ startUs: AT, endUs: AT + 30e6, originator: '192.0.2.9', originatorPort: 40000, responder: '10.0.0.5', responderPort: 443, connState, established, originatorBytes: Number.NaN, responderIpBytes: Number.NaN }]); // prettier-ignore
    expect(shown.at(-1)).toMatchObject({ connState: true, packets: false });
  });

  test('an outbound one is begun by the inside; without its beginning the service’s port tells', async () => {
    const [server, client] = ['192.0.2.5/443', '10.0.0.7/50123'];
    const end = torn(server, client, '0:00:30 bytes 900 TCP FINs');
    const whole = await readText(syslog, built('outbound', server, client) + end);
    const alone = await readText(syslog, end);
    const expected = { startUs: AT, endUs: AT + 30e6, originator: '10.0.0.7', responder: '192.0.2.5', responderPort: 443 }; // prettier-ignore
    expect(whole.flows).toMatchObject([expected]);
    expect(alone.flows).toMatchObject([expected]);
    const open = await readText(syslog, built('outbound', server, client));
    expect(open.flows).toMatchObject([{ originator: '10.0.0.7', connState: '', established: false }]); // prettier-ignore
  });

  test('refused logins at the firewall and its VPN are failures', async () => {
    const text =
      line('605004: Login denied from 192.0.2.9/40000 to outside:10.0.0.1/ssh for user "admin"') +
      line('605005: Login permitted from 10.0.0.7/40001 to inside:10.0.0.1/https for user "eve"') +
      line(
        '113015: AAA user authentication Rejected : reason = Invalid password : local database : user = bob : user IP = 192.0.2.9',
      ) + // prettier-ignore
      line(
        '113005: AAA user authentication Rejected : reason = AAA failure : server = 10.0.0.2 : user = ***** : user IP = 192.0.2.9',
      ) + // prettier-ignore
      line(
        '716039: Group <DfltGrpPolicy> User <root> IP <192.0.2.9> Authentication: rejected, Session Type: WebVPN.',
      ) + // prettier-ignore
      line('111008: User admin executed the show command');
    const { events, flows, skips } = await readText(syslog, text);
    expect(events).toMatchObject([
      { outcome: 'failure', service: 'ssh', originator: '192.0.2.9', responder: '10.0.0.1', responderPort: 22, userName: 'admin' }, // prettier-ignore
      { outcome: 'success', service: 'http', responderPort: 443 },
      { outcome: 'failure', service: 'vpn', responder: 'fw01', userName: 'bob' },
      { outcome: 'failure', service: 'vpn', userName: '' },
      { outcome: 'failure', service: 'vpn', userName: 'root' },
    ]);
    expect(flows).toHaveLength(5);
    expect(skips).toEqual({ unusedLine: 1 });
  });

  test.each([
    ['<166>%ASA-6-106023: ', undefined, ''],
    ['<166>May  1 2024 08:00:00: %ASA-4-106023: ', AT, 'asa'],
    ['May  1 2024 08:00:00 10.0.0.1 : %ASA-4-106023: ', AT, '10.0.0.1'],
    ['Apr 30 23:00:00 relay May  1 2024 08:00:00: %ASA-4-106023: ', AT, 'relay'],
    ['<166>1 2024-05-01T08:00:00Z fw9 - - - - %FTD-4-106023: ', AT, 'fw9'],
    ['2024-05-01T10:00:00+02:00 fw9 : %PIX-4-106023: ', AT, 'fw9'],
  ])('are found behind %j', async (heading, timeUs, host) => {
    const denied =
      'Deny tcp src outside:192.0.2.9/40000 dst inside:10.0.0.5/445 by access-group "a"';
    const login =
      'AAA user authentication Rejected : reason = x : user = bob : user IP = 192.0.2.9';
    const text = `${heading}${denied}\n${heading.replace('106023', '113015')}${login}\n`;
    const { flows, skips } = await readText(syslog, text);
    if (timeUs === undefined) {
      expect(skips).toEqual({ malformedLine: 2 });
      return;
    }
    expect(flows.map((flow) => flow.startUs)).toEqual([timeUs, timeUs]);
    expect(flows.find((flow) => flow.service === 'vpn')!.responder).toBe(host);
  });
});
