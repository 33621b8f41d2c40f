import { describe, expect, test } from 'vitest';
import { suricata } from '../../../src/flow/logs/suricata.ts';
import { readText } from './recording-sink.ts';

const ENDS =
  '"timestamp":"2021-06-06T16:00:00.000001+0200","flow_id":7,"src_ip":"10.0.0.1","src_port":40000,"dest_ip":"192.0.2.5","dest_port":443,"proto":"TCP"';
const AT = {
  timeUs: 1622988000000001,
  originator: '10.0.0.1',
  originatorPort: 40000,
  responder: '192.0.2.5',
  responderPort: 443,
  protocol: 6,
};
const event = (type: string, rest: string): string => `{${ENDS},"event_type":"${type}",${rest}}\n`;

describe('eve.json', () => {
  const flow = (tcp: string, more = ''): string =>
    event('flow', `"app_proto":"tls","flow":{"pkts_toserver":9,"pkts_toclient":8,"bytes_toserver":1000,"bytes_toclient":4000,"start":"2021-06-06T15:59:00.5+0200","end":"2021-06-06T15:59:02+0200"${more}}${tcp}`); // prettier-ignore

  test('gives a flow in our units', async () => {
    const { flows, shown, records } = await readText(suricata, flow(',"tcp":{"tcp_flags_ts":"1b","tcp_flags_tc":"1b"}')); // prettier-ignore
    expect(flows).toEqual([
      {
        startUs: 1622987940500000,
        endUs: 1622987942000000,
        originator: '10.0.0.1',
        responder: '192.0.2.5',
        originatorPort: 40000,
        responderPort: 443,
        protocol: 6,
        service: 'ssl',
        originatorPackets: 9,
        responderPackets: 8,
        originatorIpBytes: 1000,
        responderIpBytes: 4000,
        originatorBytes: NaN,
        responderBytes: NaN,
        connState: 'SF',
        history: '',
        established: true,
      },
    ]);
    expect(shown).toMatchObject([{ packets: true, connState: true, history: false, tls: false }]);
    expect(records).toBe(1);
  });

  test.each([
    ['02', '14', 'REJ', false],
    ['02', '00', 'S0', false],
    ['1a', '1e', 'RSTR', true],
    ['1e', '1a', 'RSTO', true],
    ['1a', '1a', 'S1', true],
  ])('flags %s and %s are %s', async (there, back, connState, established) => {
    const { flows } = await readText(suricata, flow(`,"tcp":{"tcp_flags_ts":"${there}","tcp_flags_tc":"${back}"}`)); // prettier-ignore
    expect(flows[0]).toMatchObject({ connState, established });
  });

  test('a flow that was closed without flags does not say how', async () => {
    const { flows } = await readText(suricata, flow('', ',"state":"closed"'));
    expect(flows[0]).toMatchObject({ connState: '', established: false });
  });

  test('keeps alerts as evidence', async () => {
    const { events, flows, skips } = await readText(suricata, event('alert', '"alert":{"signature_id":2403388,"signature":"ET X","category":"Misc Attack","severity":2}')); // prettier-ignore
    expect(events).toEqual([
      {
        kind: 'alert',
        detector: 'suricata',
        signature: 'ET X',
        category: 'Misc Attack',
        severity: 2,
        signatureId: 2403388,
        ...AT,
      },
    ]);
    expect([flows, skips]).toEqual([[], {}]);
  });

  const ANSWER = { kind: 'dns-response', name: 'a.b', queryType: 1, responseCode: 0, answers: 1, addresses: ['192.0.2.9'] }; // prettier-ignore

  test.each([
    ['2', '"dns":{"version":2,"type":"answer","id":2,"rrname":"A.b","rrtype":"A","rcode":"NOERROR","answers":[{"rrname":"a.b","rrtype":"A","ttl":91,"rdata":"192.0.2.9"}]}', 91],
    ['2, grouped', '"dns":{"version":2,"type":"answer","id":2,"rrname":"a.b","rrtype":"A","rcode":"NOERROR","grouped":{"A":["192.0.2.9"]},"answers":[]}', NaN],
    ['3', '"dns":{"version":3,"type":"response","id":2,"queries":[{"rrname":"a.b","rrtype":"A"}],"rcode":"NOERROR","answers":[{"rrname":"a.b","rrtype":"A","ttl":91,"rdata":"192.0.2.9"}]}', 91],
    ['1', '"dns":{"type":"answer","id":2,"rcode":"NOERROR","rrname":"a.b","rrtype":"A","ttl":91,"rdata":"192.0.2.9"}', 91],
  ])('reads answers of version %s', async (_, dns, minTtl) => {
    const { events } = await readText(suricata, event('dns', dns));
    expect(events).toMatchObject([{ ...ANSWER, minTtl, originator: '10.0.0.1' }]);
  }); // prettier-ignore

  test('reads queries, and answers whose source is the server', async () => {
    const query = event('dns', '"dns":{"type":"query","id":2,"rrname":"x.y","rrtype":"TYPE65"}');
    const three = event('dns', '"dns":{"version":3,"type":"request","queries":[{"rrname":"x.y","rrtype":"HTTPS"}]}'); // prettier-ignore
    const turned = query.replace('"src_port":40000', '"src_port":53').replace('"query"', '"answer","rcode":"NXDOMAIN"'); // prettier-ignore
    const { events } = await readText(suricata, query + three + turned);
    expect(events.slice(0, 2)).toMatchObject([{ queryType: 65 }, { queryType: 65 }]);
    expect(events[2]).toMatchObject({ kind: 'dns-response', responseCode: 3, originator: '192.0.2.5', responderPort: 53 }); // prettier-ignore
  });

  test('takes several version 1 records of one answer for one answer', async () => {
    const record = event('dns', '"dns":{"type":"answer","id":2,"rcode":"NOERROR","rrname":"a.b","rrtype":"A","ttl":9,"rdata":"192.0.2.9"}'); // prettier-ignore
    const { events, skips } = await readText(suricata, record + record);
    expect(events).toHaveLength(1);
    expect(skips).toEqual({ unusedLine: 1 });
  });

  test.each([
    ['http', '"http":{"hostname":"h","url":"/u","http_user_agent":"ua","http_method":"GET","status":404}', [
      { kind: 'http-request', method: 'GET', host: 'h', uri: '/u', userAgent: 'ua', ...AT },
      { kind: 'http-response', status: 404, ...AT }]],
    ['tls', '"tls":{"subject":"CN=x","issuerdn":"CN=x","sni":"WWW.x.com","version":"TLS 1.1","ja3":{"hash":"abc"}}', [
      { kind: 'tls-client-hello', serverName: 'www.x.com', fingerprint: 'abc', ...AT },
      { kind: 'tls-server-hello', version: 0x0302, selfSigned: true, ...AT }]],
    ['ssh', '"ssh":{"client":{"software_version":"libssh2_1.9"},"server":{"software_version":"OpenSSH_9"}}', [
      { kind: 'ssh-banner', fromClient: true, software: 'libssh2_1.9', ...AT },
      { kind: 'ssh-banner', fromClient: false, software: 'OpenSSH_9', ...AT }]],
    ['smtp', '"smtp":{"mail_from":"<a@b>","rcpt_to":["<c@d>","<e@f>"]}', [
      { kind: 'command', service: 'smtp', verb: 'MAIL', ...AT },
      { kind: 'command', service: 'smtp', verb: 'RCPT', ...AT },
      { kind: 'command', service: 'smtp', verb: 'RCPT', ...AT }]],
    ['ftp', '"ftp":{"command":"pass","completion_code":["530"]}', [
      { kind: 'command', service: 'ftp', verb: 'PASS', ...AT },
      { kind: 'login', service: 'ftp', outcome: 'failure', userName: '', ...AT }]],
    ['smb', '"smb":{"command":"SMB2_COMMAND_SESSION_SETUP","status":"STATUS_LOGON_FAILURE","ntlmssp":{"user":"bob"}}', [
      { kind: 'login', service: 'smb', outcome: 'failure', userName: 'bob', ...AT }]],
    ['rdp', '"rdp":{"event_type":"initial_request","cookie":"bob"}', [
      { kind: 'login', service: 'rdp', outcome: 'unknown', userName: 'bob', ...AT }]],
    ['krb5', '"krb5":{"msg_type":"KRB_ERROR","cname":"bob","error_code":"KDC_ERR_PREAUTH_FAILED"}', [
      { kind: 'login', service: 'kerberos', outcome: 'failure', userName: 'bob', ...AT }]],
    ['krb5', '"krb5":{"msg_type":"KRB_ERROR","cname":"bob","error_code":"KDC_ERR_PREAUTH_REQUIRED"}', []],
  ])('reads %s', async (type, message, expected) => {
    expect((await readText(suricata, event(type, message))).events).toEqual(expected);
  }); // prettier-ignore

  test('counts what it has no use for apart from what is wrong', async () => {
    const text = `${event('fileinfo', '"fileinfo":{}')}{"event_type":"flow"}\n{"a":1}\n{cut\n`;
    const { skips, skippedLines } = await readText(suricata, text);
    expect(skips).toEqual({ unusedLine: 1, malformedLine: 3 });
    expect(skippedLines.map(({ reason, firstLine }) => [reason, firstLine])).toEqual([
      ['malformedLine', 2],
      ['unusedLine', 1],
    ]);
  });
});
