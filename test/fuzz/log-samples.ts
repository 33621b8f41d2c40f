import type { InputFormat } from '../../src/flow/recognise-input.ts';
import { LOG_SAMPLES as TEST_SAMPLES } from '../flow/logs/log-samples.ts';

/** Of those that have none here, the lines of the readers' own tests. */
const SECOND: readonly InputFormat[] = [
  'windows-json',
  'azure-flow-log',
  'gcp-flow-log',
  'w3c-log',
  'alb-log',
];

/** A few lines of every log that is read, of hosts that do not exist. */
export const LOG_SAMPLES: readonly (readonly [format: InputFormat, text: string])[] = [
  ['zeek-tsv', zeekTsv('conn', 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents', '1714521600.25 C1 10.1.2.3 50123 198.51.100.7 443 tcp ssl 1.5 600 4000 SF T F 0 ShADadFf 9 972 8 4328 -', '1714521601.0 C2 10.1.2.3 8 198.51.100.8 0 icmp - 0.1 56 56 OTH T F 0 - 1 84 1 84 (empty)')],
  ['zeek-tsv', zeekTsv('dns', 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto trans_id rtt query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected', '1714521600.25 C1 10.1.2.3 50123 10.0.0.53 53 udp 7 0.02 www.example.com 1 C_INTERNET 1 A 0 NOERROR F F T T 0 192.0.2.1,192.0.2.2 60.0,60.0 F')],
  ['zeek-tsv', zeekTsv('http', 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p trans_depth method host uri referrer version user_agent request_body_len response_body_len status_code status_msg', '1714521600.25 C1 10.1.2.3 50123 198.51.100.7 80 1 GET www.example.com /a?b=c - 1.1 curl/8 0 5 200 OK')],
  ['zeek-tsv', zeekTsv('ssl', 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p version cipher curve server_name resumed last_alert next_protocol established validation_status ja4', '1714521600.25 C1 10.1.2.3 50123 198.51.100.7 443 TLSv12 X secp256r1 www.example.com F - h2 T ok t13d')],
  ['zeek-tsv', zeekTsv('ssh', 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p version auth_success auth_attempts direction client server', '1714521600.25 C1 10.1.2.3 50123 198.51.100.7 22 2 F 3 OUTBOUND SSH-2.0-Go SSH-2.0-OpenSSH_9')],
  ['zeek-json', `${JSON.stringify({ _path: 'conn', ts: 1714521600.25, uid: 'C1', 'id.orig_h': '10.1.2.3', 'id.orig_p': 5, 'id.resp_h': '2001:db8::1', 'id.resp_p': 443, proto: 'tcp', duration: 1, orig_bytes: 2, resp_bytes: 3, conn_state: 'SF', history: 'ShADadfF', orig_pkts: 1, orig_ip_bytes: 9, resp_pkts: 1, resp_ip_bytes: 9 })}\n${JSON.stringify({ ts: '2024-05-01T00:00:00.5Z', uid: 'C2', id_orig_h: '10.1.2.3', id_orig_p: 5, id_resp_h: '10.0.0.53', id_resp_p: 53, proto: 'udp', query: 'a.example', qtype: 1, rcode: 3, answers: ['192.0.2.9'], TTLs: [5] })}\n`],
  ['argus-csv', 'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,SrcPkts,Label\n2019/04/04 16:23:00.325010,0.027947,tcp,10.8.0.69,48427,   ->,203.0.113.5,80,FSPA_FSPA,0,0,12,1500,600,7,flow=x\n2019/04/04 16:23:01.0,1.0,udp,10.0.0.8,0x0035,  <->,10.0.0.1,5000,CON,0,0,10,1000,700,6,\n'],
  ['cicflowmeter-csv', 'Flow ID,Src IP,Src Port,Dst IP,Dst Port,Protocol,Timestamp,Flow Duration,Total Fwd Packet,Total Bwd packets,Total Length of Fwd Packet,Total Length of Bwd Packet,Fwd RST Flags,Bwd RST Flags,Fwd Header Length,Bwd Header Length,FIN Flag Count,SYN Flag Count,ICMP Code,ICMP Type,Label\nx,172.16.0.1,36212,192.168.10.50,80,6,2017-07-06 13:41:54.064531,5013185,7,5,600,4149,0,0,232,168,2,2,-1,-1,BENIGN\n'],
  ['unsw-nb15-csv', '10.0.0.1,1390,10.0.0.2,22,tcp,FIN,0.25,132,164,31,29,0,0,ssh,1.5,2.5,2,3,0,0,0,0,66,82,0,0,0,0,1421927414,1421927415,0.017,0.013,0.2,0.1,0.05,0,0,0,0,0,3,7,1,3,1,1,1,Exploits,1\n'],
  ['web-log', '192.0.2.7 - - [10/Oct/2020:13:55:36 -0700] "GET /a?b=c HTTP/1.1" 404 326 "https://www.example/" "Mozilla/5.0 (X11) \\"q\\""\n"2001:db8::7 - u [10/Oct/2020:13:55:37 +0000] ""POST / HTTP/1.0"" 200 -"\n'],
  ['cowrie-csv', 'session_id,start_time,end_time,duration,src_ip,src_port,dst_port,protocol,total_connexion,login_success,login_failed,avg_time_between_failed,is_business_hours,label\na1,2025-02-18T05:31:55.000000Z,2025-02-18T05:32:03.250000Z,8.25,192.0.2.9,10699,22,ssh,4,1,2,3.5,False,0\n'],
  ['cowrie-json', cowrieJson()],
  ['suricata-json', suricataJson()],
  ['syslog', 'May  1 00:00:01 host sshd[812]: Failed password for invalid user admin from 192.0.2.9 port 41022 ssh2\nMay  1 00:00:02 host sshd[812]: Accepted publickey for root from 2001:db8::9 port 41023 ssh2: RSA SHA256:x\n<38>1 2024-05-01T00:00:00.003Z host sshd 812 - - Connection closed by authenticating user a 192.0.2.9 port 4 [preauth]\nMay  1 00:00:03 host vsftpd: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=a rhost=192.0.2.9\nMay  1 00:00:04 host kernel: [1.0] IN=eth0 OUT= SRC=192.0.2.9 DST=192.0.2.10 LEN=60 PROTO=TCP SPT=4 DPT=22 SYN\n'],
  ['dns-query-log', 'May  1 00:00:01 dnsmasq[44]: query[A] www.example.com from 10.0.0.7\nMay  1 00:00:01 dnsmasq[44]: reply www.example.com is 192.0.2.1\n01-May-2024 00:00:02.123 queries: info: client @0x7f00 10.0.0.7#40123 (a.example): query: a.example IN AAAA +E(0)K (10.0.0.53)\n[1714521600] unbound[7:0] info: 10.0.0.7 b.example. TXT IN\n'],
  ...TEST_SAMPLES.filter(([format]) => SECOND.includes(format) || format === 'syslog'),
]; // prettier-ignore

function zeekTsv(path: string, fields: string, ...rows: readonly string[]): string {
  const head = ['#separator \\x09', '#set_separator\t,', '#empty_field\t(empty)', '#unset_field\t-', `#path\t${path}`]; // prettier-ignore
  const names = `#fields\t${fields.replaceAll(' ', '\t')}`;
  return `${[...head, names, ...rows.map((row) => row.replaceAll(' ', '\t')), '#close\tx'].join('\n')}\n`;
}

function cowrieJson(): string {
  const base = { session: 'a1', src_ip: '192.0.2.9', sensor: 'trap' };
  const rows = [
    { eventid: 'cowrie.session.connect', src_port: 40_100, dst_ip: '192.0.2.10', dst_port: 2222, protocol: 'ssh' },
    { eventid: 'cowrie.client.version', version: 'SSH-2.0-Go', },
    { eventid: 'cowrie.login.failed', username: 'root', password: 'x' },
    { eventid: 'cowrie.login.success', username: 'root', password: 'y' },
    { eventid: 'cowrie.session.closed', duration: 3.5 },
  ]; // prettier-ignore
  return rows
    .map((row, i) => `${JSON.stringify({ ...row, ...base, timestamp: `2024-05-01T00:00:0${i}.000000Z` })}\n`)
    .join(''); // prettier-ignore
}

function suricataJson(): string {
  const ends = {
    src_ip: '10.0.0.7',
    src_port: 50_000,
    dest_ip: '192.0.2.1',
    dest_port: 443,
    proto: 'TCP',
  };
  const rows = [
    { event_type: 'flow', app_proto: 'tls', flow: { pkts_toserver: 5, pkts_toclient: 4, bytes_toserver: 500, bytes_toclient: 900, start: '2024-05-01T00:00:00.000000+0000', end: '2024-05-01T00:00:02.000000+0000', state: 'closed', reason: 'timeout' }, tcp: { tcp_flags: '1b', syn: true, fin: true, ack: true, state: 'closed' } },
    { event_type: 'tls', tls: { sni: 'www.example.com', version: 'TLS 1.3', subject: 'CN=a', issuerdn: 'CN=a', ja3: { hash: 'x' } } },
    { event_type: 'dns', dest_port: 53, proto: 'UDP', dns: { version: 2, type: 'answer', id: 1, rrname: 'a.example', rrtype: 'A', rcode: 'NXDOMAIN', answers: [{ rrname: 'a.example', rrtype: 'A', ttl: 5, rdata: '192.0.2.2' }] } },
    { event_type: 'http', http: { hostname: 'a.example', url: '/x', http_user_agent: 'curl', http_method: 'GET', status: 404, length: 5 } },
    { event_type: 'ssh', ssh: { client: { proto_version: '2.0', software_version: 'Go' }, server: { software_version: 'OpenSSH_9' } } },
  ]; // prettier-ignore
  return rows
    .map((row) => `${JSON.stringify({ timestamp: '2024-05-01T00:00:02.000000+0000', flow_id: 7, ...ends, ...row })}\n`)
    .join(''); // prettier-ignore
}
