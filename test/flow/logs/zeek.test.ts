import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { zeekJson } from '../../../src/flow/logs/zeek-json.ts';
import { zeekTsv } from '../../../src/flow/logs/zeek-tsv.ts';
import { readText } from './recording-sink.ts';

const CONN_FIELDS =
  'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents'.split(
    ' ',
  );

function heading(path: string | undefined, fields: readonly string[]): string {
  return [
    String.raw`#separator \x09`,
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    ...(path === undefined ? [] : [`#path\t${path}`]),
    '#open\t2024-05-01-00-00-00',
    `#fields\t${fields.join('\t')}`,
    `#types\t${fields.map(() => 'string').join('\t')}`,
    '',
  ].join('\n');
}

const tsv = (path: string | undefined, fields: string, ...rows: string[]): string =>
  heading(path, fields.split(' ')) + rows.map((row) => row.replaceAll(' ', '\t') + '\n').join('');

const conn = (row: string): string =>
  heading('conn', CONN_FIELDS) + row.replaceAll(' ', '\t') + '\n';

const HTTPS_ROW =
  '1714521600.250000 C1 10.1.2.3 50123 198.51.100.7 443 tcp ssl 1.500000 600 4000 SF T F 0 ShADadFf 9 972 8 4328 -';

const ID = 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p';
const AT = '1714521600.250000 C1 10.1.2.3 50123 198.51.100.7';

describe('conn.log', () => {
  test('gives a flow with every column in our units', async () => {
    const { flows, skips, records, shown } = await readText(zeekTsv, conn(HTTPS_ROW));
    expect(flows).toEqual([
      {
        startUs: 1714521600250000,
        endUs: 1714521601750000,
        originator: '10.1.2.3',
        originatorPort: 50123,
        responder: '198.51.100.7',
        responderPort: 443,
        protocol: 6,
        service: 'ssl',
        originatorPackets: 9,
        responderPackets: 8,
        originatorIpBytes: 972,
        responderIpBytes: 4328,
        originatorBytes: 600,
        responderBytes: 4000,
        connState: 'SF',
        history: 'ShADadFf',
        established: true,
      },
    ]);
    expect(records).toBe(1);
    expect(skips).toEqual({});
    expect(shown).toMatchObject([{ packets: true, connState: true, history: true, dns: false }]);
  });

  test('keeps unset bytes missing and lets a flow without duration end when it starts', async () => {
    const { flows } = await readText(
      zeekTsv,
      conn('16.810265 C2 10.1.2.3 40000 10.1.2.9 161 udp - - - - S0 - - 0 D 1 71 0 0 -'),
    );
    expect(flows[0]).toMatchObject({
      startUs: 16810265,
      endUs: 16810265,
      service: '',
      originatorBytes: NaN,
      responderBytes: NaN,
      originatorPackets: 1,
      responderPackets: 0,
      established: false,
    });
  });

  test.each([
    ['ShADadFf', 'SF', true, 'answers the SYN-ACK'],
    ['ShR', 'RSTO', false, 'half-open scan of an open port'],
    ['Sh', 'S1', false, 'SYN-ACK never answered'],
    ['ShAdDaR', 'RSTO', true, 'aborted after data'],
    ['SADadfF', 'SF', true, 'SYN-ACK missed by the capture'],
    ['^hADadFf', 'SF', true, 'turned round by Zeek'],
    ['S', 'S0', false, 'unanswered'],
    ['Sr', 'REJ', false, 'refused'],
    ['DdA', 'OTH', false, 'joined midway'],
    ['-', 'SF', true, 'no history: the state is believed'],
    ['-', 'REJ', false, 'no history: the state is believed'],
  ])('history %s in state %s is established: %s (%s)', async (history, state, established) => {
    const row = `1.0 C 10.0.0.1 1024 10.0.0.2 22 tcp - 1.0 0 0 ${state} - - 0 ${history} 3 120 2 80 -`;
    const { flows } = await readText(zeekTsv, conn(row));
    expect(flows[0]!.established).toBe(established);
  });

  test('UDP is never established', async () => {
    const row = '1.0 C 10.0.0.1 1024 10.0.0.2 53 udp dns 0.1 30 60 SF - - 0 Dd 1 58 1 88 -';
    expect((await readText(zeekTsv, conn(row))).flows[0]!.established).toBe(false);
  });

  test('ICMP has type and code for ports, and is ICMPv6 between IPv6 addresses', async () => {
    const v4 = '1.0 C 10.0.0.1 8 10.0.0.2 0 icmp - 1.0 56 56 OTH - - 0 - 1 84 1 84 -';
    const v6 = '1.0 C fe80::1 135 FF02::1:FF00:2 0 icmp - - - - OTH - - 0 - 1 72 0 0 -';
    const { flows } = await readText(zeekTsv, conn(v4) + conn(v6));
    expect(flows.map((flow) => flow.protocol)).toEqual([1, 58]);
    expect(flows[0]).toMatchObject({ originatorPort: 8, responderPort: 0 });
    expect(flows[1]!.responder).toBe('ff02::1:ff00:2');
  });

  test.each([
    ['gssapi,ntlm,smb', 'smb'],
    ['smb,dce_rpc,gssapi,krb', 'smb'],
    ['ssl,smtp', 'smtp'],
    ['quic,ssl', 'quic'],
    ['dce_rpc,gssapi', 'dce_rpc'],
    ['ftp-data', 'ftp-data'],
    ['ssl,-http', 'ssl'],
    ['gssapi', 'gssapi'],
  ])('of the services %s it names %s', async (services, service) => {
    const { flows } = await readText(zeekTsv, conn(HTTPS_ROW.replace(' ssl ', ` ${services} `)));
    expect(flows[0]!.service).toBe(service);
  });

  test.each([
    [53, 'dns'],
    [137, 'netbios-ns'],
    [5353, 'mdns'],
    [5355, 'llmnr'],
  ])('what Zeek calls dns on port %i is %s, as a capture says', async (port, service) => {
    const row = `1.0 C 10.0.0.1 1024 10.0.0.2 ${port} udp dns 0.1 30 60 SF - - 0 Dd 1 58 1 88 -`;
    expect((await readText(zeekTsv, conn(row))).flows[0]!.service).toBe(service);
  });

  test('a counter that wrapped is missing, not huge', async () => {
    const row = HTTPS_ROW.replace(' 600 ', ' 18446744073709551615 ');
    expect((await readText(zeekTsv, conn(row))).flows[0]!.originatorBytes).toBeNaN();
  });

  test('lines with a broken address, port or time, or too few columns, are counted', async () => {
    const bad = [
      HTTPS_ROW.replace('10.1.2.3', '10.1.2.300'),
      HTTPS_ROW.replace('50123', '70000'),
      HTTPS_ROW.replace('1714521600.250000', '-'),
      HTTPS_ROW.slice(0, 60),
    ];
    const text = conn(HTTPS_ROW) + bad.map((row) => row.replaceAll(' ', '\t') + '\n').join('');
    const { flows, skips } = await readText(zeekTsv, text);
    expect(flows).toHaveLength(1);
    expect(skips).toEqual({ malformedLine: 4 });
  });

  test('a line that comes twice counts twice', async () => {
    expect((await readText(zeekTsv, conn(HTTPS_ROW + '\n' + HTTPS_ROW))).flows).toHaveLength(2);
  });
});

describe('the tab-separated syntax', () => {
  test('takes a new heading in the middle, with other columns, for what follows', async () => {
    const text =
      conn(HTTPS_ROW) +
      '#close\t2024-05-01-01-00-00\n' +
      tsv('dns', `${ID} proto query qtype rcode`, `${AT} 53 udp www.example.org 1 -`) +
      conn(HTTPS_ROW);
    const { flows, events, shown } = await readText(zeekTsv, text);
    expect(flows).toHaveLength(2);
    expect(events.map((event) => event.kind)).toEqual(['dns-query']);
    expect(shown).toHaveLength(2);
  });

  test('reads other separators, unset and empty marks', async () => {
    const text = [
      String.raw`#separator \x7c`,
      '#set_separator|;',
      '#empty_field|nil',
      '#unset_field|?',
      '#path|dns',
      '#fields|ts|id.orig_h|id.orig_p|id.resp_h|id.resp_p|proto|query|qtype|rcode|answers|TTLs',
      '1.5|10.0.0.1|5000|10.0.0.2|53|udp|a.example|?|0|192.0.2.1;192.0.2.2|30.0;10.0',
      '2.5|10.0.0.1|5001|10.0.0.2|53|udp|nil|1|0|nil|?',
    ].join('\n');
    const { events } = await readText(zeekTsv, text);
    expect(events.filter((event) => event.kind === 'dns-query')).toMatchObject([
      { name: 'a.example', queryType: NaN },
      { name: '', queryType: 1 },
    ]);
    expect(events.filter((event) => event.kind === 'dns-response')).toMatchObject([
      { answers: 2, addresses: ['192.0.2.1', '192.0.2.2'], minTtl: 10 },
      { answers: 0, addresses: [], minTtl: NaN },
    ]);
  });

  test('knows the log by its fields where #path is missing', async () => {
    const text = conn(HTTPS_ROW).replace('#path\tconn\n', '');
    expect((await readText(zeekTsv, text)).flows).toHaveLength(1);
  });

  test('reads labelled logs with tabs, and with three blanks in heading and rows', async () => {
    const row = HTTPS_ROW.replaceAll(' ', '\t');
    const tabs = heading('conn', [...CONN_FIELDS, 'label', 'detailed-label']) + `${row}\tMalicious\tC&C\n`; // prettier-ignore
    const blanks =
      heading('conn', [...CONN_FIELDS.slice(0, -1), 'tunnel_parents   label   detailed-label']) +
      `${row}   Benign   -\n`;
    const mixed =
      heading('conn', [...CONN_FIELDS, 'label', 'detailed-label']) + `${row}   Benign   -\n`;
    const { flows: plain } = await readText(zeekTsv, conn(HTTPS_ROW));
    for (const text of [tabs, blanks, mixed]) {
      const { flows, skips } = await readText(zeekTsv, text);
      expect(flows).toEqual(plain);
      expect(skips).toEqual({});
    }
  });

  test('forgives a blank before the first #', async () => {
    const { flows, skips } = await readText(zeekTsv, '\t' + conn(HTTPS_ROW));
    expect(flows).toHaveLength(1);
    expect(skips).toEqual({});
  });

  test('counts rows that no heading names', async () => {
    const { skips } = await readText(zeekTsv, HTTPS_ROW.replaceAll(' ', '\t'));
    expect(skips).toEqual({ lineBeforeHeading: 1 });
  });

  test('counts the lines of logs it has no use for', async () => {
    const { records, shown, skips } = await readText(
      zeekTsv,
      tsv('weird', `${ID} name notice peer`, `${AT} 80 bad_checksum F zeek`, `${AT} 80 x F zeek`),
    );
    expect([records, shown, skips]).toEqual([0, [], { unusedZeekLog: 2 }]);
  });
});

describe('the JSON syntax', () => {
  const row = {
    ts: 1714521600.25, uid: 'C1', 'id.orig_h': '10.1.2.3', 'id.orig_p': 50123, 'id.resp_h': '198.51.100.7',
    'id.resp_p': 443, proto: 'tcp', service: 'ssl', duration: 1.5, orig_bytes: 600, resp_bytes: 4000,
    conn_state: 'SF', history: 'ShADadFf', orig_pkts: 9, orig_ip_bytes: 972, resp_pkts: 8, resp_ip_bytes: 4328,
  }; // prettier-ignore
  const nested = {
    ...row,
    'id.orig_h': undefined, 'id.orig_p': undefined, 'id.resp_h': undefined, 'id.resp_p': undefined,
    id: { orig_h: '10.1.2.3', orig_p: 50123, resp_h: '198.51.100.7', resp_p: 443 },
  }; // prettier-ignore
  const underscores = Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key.replace('.', '_'), value]),
  );

  test.each([
    ['dots', row],
    ['underscores', underscores],
    ['nested objects', nested],
    ['an ISO time', { ...row, ts: '2024-05-01T00:00:00.250000Z' }],
    ['an ISO time elsewhere', { ...row, ts: '2024-05-01T02:00:00.25+02:00' }],
    ['a stream name', { '@stream': 'conn', '@proc': 'zeek', ...underscores }],
    ['a path', { _path: 'conn', ...row }],
  ])('with %s gives the flow that the tab-separated log gives', async (_, object) => {
    const { flows } = await readText(zeekJson, JSON.stringify(object) + '\n');
    expect(flows).toEqual((await readText(zeekTsv, conn(HTTPS_ROW))).flows);
  });

  test('may mix logs line by line', async () => {
    const id = { 'id.orig_h': '10.1.2.3', 'id.orig_p': 1, 'id.resp_h': '10.1.2.4', 'id.resp_p': 2 };
    const lines = [
      row,
      { ts: 1, ...id, proto: 'udp', trans_id: 7, query: 'a.example', qtype: 28, rejected: false },
      { ts: 2, fuid: 'F1', source: 'HTTP' },
      { ts: 3, ...id, trans_depth: 1, method: 'OPTIONS', call_id: 'x' },
    ];
    const text = lines.map((line) => JSON.stringify(line)).join('\n') + '\n[1]\n{"ts":\n';
    const { flows, events, skips } = await readText(zeekJson, text);
    expect(flows).toHaveLength(1);
    expect(events).toMatchObject([{ kind: 'dns-query', name: 'a.example', queryType: 28 }]);
    expect(skips).toEqual({ unusedZeekLog: 2, malformedLine: 2 });
  });
});

describe('the logs of messages', () => {
  test('dns.log gives the query, and the response where a code tells of one', async () => {
    const { events } = await readText(
      zeekTsv,
      tsv(
        'dns',
        `${ID} proto trans_id rtt query qtype qtype_name rcode rcode_name answers TTLs rejected`,
        `${AT} 53 udp 1 0.020000 WWW.Example.ORG. 1 A 0 NOERROR cdn.example,192.0.2.1,2001:DB8::1 60.000000,20.000000,30.000000 F`,
        `${AT} 53 udp 2 - ${String.raw`b\xffd.example`} - TXT - NXDOMAIN - - F`,
        `${AT} 5353 udp 3 - - 255 * - - - - F`,
      ),
    );
    const id = {
      originator: '10.1.2.3',
      originatorPort: 50123,
      responder: '198.51.100.7',
      responderPort: 53,
      protocol: 17,
    };
    expect(events).toEqual([
      {
        ...id,
        timeUs: 1714521600250000,
        kind: 'dns-query',
        name: 'www.example.org',
        queryType: 1,
      },
      {
        ...id,
        timeUs: 1714521600270000,
        kind: 'dns-response',
        name: 'www.example.org',
        queryType: 1,
        responseCode: 0,
        answers: 3,
        messageBytes: NaN,
        addresses: ['192.0.2.1', '2001:db8::1'],
        minTtl: 20,
      },
      expect.objectContaining({ kind: 'dns-query', name: 'b?d.example', queryType: 16 }),
      expect.objectContaining({ kind: 'dns-response', responseCode: 3, answers: 0, minTtl: NaN }),
      expect.objectContaining({ kind: 'dns-query', name: '', queryType: 255, responderPort: 5353 }),
    ]);
  });

  test('dns.log keeps NetBIOS names out of the DNS', async () => {
    const row = `${AT} 137 udp 1 WORKGROUP 32 -`;
    const { events, skips } = await readText(zeekTsv, tsv('dns', `${ID} proto trans_id query qtype rcode`, row)); // prettier-ignore
    expect(events).toEqual([]);
    expect(skips).toEqual({ notDns: 1 });
  });

  test('http.log gives the request and the response that were seen', async () => {
    const { events } = await readText(
      zeekTsv,
      tsv(
        'http',
        `${ID} trans_depth method host uri user_agent status_code`,
        `${AT} 80 1 GET www.example /a${String.raw`\x09`}b?c=d curl/8.0 404`,
        `${AT} 80 2 POST www.example /up - -`,
        `${AT} 80 1 - - - - 200`,
      ),
    );
    expect(events).toMatchObject([
      {
        kind: 'http-request',
        method: 'GET',
        host: 'www.example',
        uri: '/a\tb?c=d',
        userAgent: 'curl/8.0',
        protocol: 6,
      },
      { kind: 'http-response', status: 404 },
      { kind: 'http-request', method: 'POST', userAgent: '' },
      { kind: 'http-response', status: 200 },
    ]);
  });

  test('ssl.log gives both hellos, the version of the wire and whether the certificate was valid', async () => {
    const { events } = await readText(
      zeekTsv,
      tsv(
        'ssl',
        `${ID} version cipher server_name resumed established validation_status ja3 ja4`,
        `${AT} 443 TLSv12 x Shop.Example F T ok 0123 t13d1516h2_8daaf6152771_e5627efa2ab1`,
        `${AT} 8443 TLSv13 x - F T self_signed 0123 -`,
        `${AT} 443 - - www.example F F - - -`,
        `${AT} 443 DTLSv12 x - F T - - -`,
      ),
    );
    expect(events).toMatchObject([
      {
        kind: 'tls-client-hello',
        serverName: 'shop.example',
        fingerprint: 't13d1516h2_8daaf6152771_e5627efa2ab1',
      },
      { kind: 'tls-server-hello', version: 0x0303, selfSigned: false },
      { kind: 'tls-client-hello', serverName: '', fingerprint: '0123' },
      { kind: 'tls-server-hello', version: 0x0304, selfSigned: true },
      { kind: 'tls-client-hello', serverName: 'www.example', fingerprint: '' },
      { kind: 'tls-client-hello', protocol: 17 },
      { kind: 'tls-server-hello', version: 0xfefd, selfSigned: undefined, protocol: 17 },
    ]);
  });

  test('ssh.log gives the banners and one login an attempt', async () => {
    const { events } = await readText(
      zeekTsv,
      tsv(
        'ssh',
        `${ID} version auth_success auth_attempts client server`,
        `${AT} 22 2 F 3 SSH-2.0-libssh2_1.10.0 SSH-2.0-OpenSSH_9.6p1`,
        `${AT} 22 2 T 2 - -`,
        `${AT} 22 2 - 0 - -`,
        `${AT} 22 2 - 1 - -`,
        `${AT} 22 2 F 4000000000 - -`,
      ).replace('9.6p1', '9.6p1 Ubuntu-3'),
    );
    expect(events.slice(0, 2)).toMatchObject([
      { kind: 'ssh-banner', fromClient: true, software: 'libssh2_1.10.0' },
      { kind: 'ssh-banner', fromClient: false, software: 'OpenSSH_9.6p1' },
    ]);
    const outcomes = events.flatMap((event) => (event.kind === 'login' ? [event.outcome] : []));
    expect(outcomes.slice(0, 6)).toEqual([
      'failure',
      'failure',
      'failure',
      'failure',
      'success',
      'unknown',
    ]);
    expect(outcomes).toHaveLength(6 + 100);
  });

  test('ftp.log gives commands, and logins where the reply tells', async () => {
    const { events } = await readText(
      zeekTsv,
      tsv(
        'ftp',
        `${ID} user password command arg reply_code reply_msg`,
        `${AT} 21 root x PASS - 530 no`,
        `${AT} 21 bob x pass - 230 yes`,
        `${AT} 21 bob x STOR /f 226 done`,
      ),
    );
    expect(events).toMatchObject([
      { kind: 'command', service: 'ftp', verb: 'PASS' },
      { kind: 'login', service: 'ftp', outcome: 'failure', userName: 'root' },
      { kind: 'command', verb: 'PASS' },
      { kind: 'login', outcome: 'success', userName: 'bob' },
      { kind: 'command', verb: 'STOR' },
    ]);
  });

  test('smtp.log gives MAIL, a RCPT for each recipient, and a refused login', async () => {
    const { events } = await readText(
      zeekTsv,
      tsv(
        'smtp',
        `${ID} trans_depth helo mailfrom rcptto last_reply`,
        `${AT} 25 1 pc a@example.org b@example.org,c@example.org 250_ok`,
        `${AT} 25 1 pc - - 535_no`,
      ).replace('535_no', '535 no'),
    );
    expect(events).toMatchObject([
      { kind: 'command', service: 'smtp', verb: 'MAIL' },
      { verb: 'RCPT' },
      { verb: 'RCPT' },
      { kind: 'login', service: 'smtp', outcome: 'failure' },
    ]);
  });

  test('irc.log gives commands', async () => {
    const { events } = await readText(
      zeekTsv,
      tsv(undefined, `${ID} nick user command value`, `${AT} 6667 n u join #c`),
    );
    expect(events).toMatchObject([{ kind: 'command', service: 'irc', verb: 'JOIN' }]);
  });
});

describe('hostile content', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '#separator ', '#fields\t', '#path\tconn', '\t', '\n', '-', '(empty)', 'id.orig_h', '1e999', '{"ts":', '"',
      '{"_path":"dns","ts":1,"id":{"orig_h":"1.1.1.1","orig_p":1,"resp_h":"::1","resp_p":2}}', '\\x', '\\x00',
      conn(HTTPS_ROW),
    ),
  ); // prettier-ignore

  test.each([
    ['tab-separated', zeekTsv],
    ['JSON', zeekJson],
  ])('any text at all is read or counted: %s', async (_, reader) => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const { flows, records, skips } = await readText(reader, pieces.join(''));
        const lines = pieces.join('').split('\n').length;
        expect(records + Object.values(skips).reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(
          lines,
        );
        for (const flow of flows) {
          expect(Number.isSafeInteger(flow.startUs) && flow.endUs >= flow.startUs).toBe(true);
        }
      }),
    );
  });

  test('an endless line is cut and counted, and the next ones are read', async () => {
    const text = conn(HTTPS_ROW) + 'x'.repeat(3 << 20) + '\n' + HTTPS_ROW.replaceAll(' ', '\t');
    const { flows, skips } = await readText(zeekTsv, text);
    expect(flows).toHaveLength(2);
    expect(skips).toEqual({ lineTooLong: 1 });
  });
});

describe('logins and notices', () => {
  const AT_445 = { timeUs: 1714521600250000, originator: '10.1.2.3', originatorPort: 50123, responder: '198.51.100.7', responderPort: 445, protocol: 6 }; // prettier-ignore

  test('rdp.log: an attempt, whoever it was for', async () => {
    const { events } = await readText(zeekTsv, tsv('rdp', `${ID} cookie result`, `${AT} 445 bob encrypted`)); // prettier-ignore
    expect(events).toEqual([{ kind: 'login', service: 'rdp', outcome: 'unknown', userName: 'bob', ...AT_445 }]); // prettier-ignore
  });

  test.each([
    ['T', 'success'],
    ['F', 'failure'],
    ['-', 'unknown'],
  ])('ntlm.log: success %s is %s', async (success, outcome) => {
    const { events } = await readText(zeekTsv, tsv('ntlm', `${ID} username success`, `${AT} 445 bob ${success}`)); // prettier-ignore
    expect(events).toEqual([{ kind: 'login', service: 'smb', outcome, userName: 'bob', ...AT_445 }]); // prettier-ignore
  });

  test.each([
    ['AS bob/REALM T -', ['success']],
    ['AS bob/REALM F KDC_ERR_PREAUTH_FAILED', ['failure']],
    ['AS bob/REALM F KDC_ERR_PREAUTH_REQUIRED', []],
    ['TGS bob/REALM T -', []],
  ])('kerberos.log: %s', async (row, outcomes) => {
    const { events } = await readText(zeekTsv, tsv('kerberos', `${ID} request_type client success error_msg`, `${AT} 88 ${row}`)); // prettier-ignore
    expect(events).toMatchObject(outcomes.map((outcome) => ({ service: 'kerberos', outcome, userName: 'bob' }))); // prettier-ignore
  });

  test('notice.log: evidence against its source, with a target or without', async () => {
    const { events, skips } = await readText(
      zeekJson,
      '{"ts":1.5,"note":"Scan::Port_Scan","msg":"scanned","src":"10.0.0.9","dst":"10.0.0.1","p":80,"actions":[]}\n' +
        '{"ts":2.5,"note":"Scan::Address_Scan","msg":"swept","src":"10.0.0.9","actions":[]}\n' +
        '{"ts":2.5,"note":"CaptureLoss::Too_Much_Loss","msg":"lost","actions":[]}\n',
    );
    expect(events).toMatchObject([
      { kind: 'alert', detector: 'zeek', category: 'Scan::Port_Scan', signature: 'scanned', severity: NaN, originator: '10.0.0.9', responder: '10.0.0.1', responderPort: 80 },
      { kind: 'alert', category: 'Scan::Address_Scan', originator: '10.0.0.9', responder: '10.0.0.9', responderPort: 0 },
    ]); // prettier-ignore
    expect(skips).toEqual({ unusedLine: 1 });
  });
});

describe('columns and headings', () => {
  test('a missing column costs what it would have shown, not the log', async () => {
    const row = `${AT} 443 tcp SF`;
    const { flows, shown } = await readText(zeekTsv, tsv('conn', `${ID} proto conn_state`, row));
    expect(flows).toMatchObject([{ connState: 'SF', originatorPackets: NaN, history: '' }]);
    expect(shown).toMatchObject([{ packets: false, connState: true, history: false }]);
  });

  test('what JSON shows is said when a record first has it', async () => {
    const ends = '"ts":1.5,"id.orig_h":"10.0.0.1","id.orig_p":1,"id.resp_h":"10.0.0.2","id.resp_p":2,"proto":"tcp","conn_state":"SF"'; // prettier-ignore
    const { shown } = await readText(zeekJson, `{${ends}}\n{${ends},"history":"Sh"}\n{${ends},"history":"Sh"}\n`); // prettier-ignore
    expect(shown).toHaveLength(2);
    expect(shown[0]).toMatchObject({ connState: true, history: false });
    expect(shown[1]).toMatchObject({ connState: false, history: true });
  });

  test('a heading in the middle is followed, with other columns in another order', async () => {
    const first = tsv('conn', `${ID} proto conn_state`, `${AT} 443 tcp SF`);
    const second = tsv('conn', 'id.resp_p id.resp_h id.orig_p id.orig_h proto ts', '53 10.0.0.2 9 10.0.0.1 udp 7.5'); // prettier-ignore
    const third = tsv('dns', `${ID} query`, `${AT} 53 x.y`);
    const { flows, events, skippedLines } = await readText(
      zeekTsv,
      `${first}${second}cut\n${third}`,
    );
    expect(flows).toMatchObject([
      { responderPort: 443, connState: 'SF' },
      { responderPort: 53, startUs: 7_500_000, connState: '' },
    ]);
    expect(events).toMatchObject([{ kind: 'dns-query', name: 'x.y' }]);
    expect(skippedLines).toEqual([{ reason: 'malformedLine', count: 1, firstLine: 19, ordinary: false }]); // prettier-ignore
  });

  test('JSON times in milliseconds are known by their size', async () => {
    const { flows } = await readText(zeekJson, '{"ts":1714521600250.125,"id.orig_h":"10.0.0.1","id.orig_p":1,"id.resp_h":"10.0.0.2","id.resp_p":2,"proto":"tcp","conn_state":"SF"}\n'); // prettier-ignore
    expect(flows[0]!.startUs).toBe(1_714_521_600_250_125);
  });
});
