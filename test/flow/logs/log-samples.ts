import type { InputFormat } from '../../../src/flow/recognise-input.ts';
import { CONN_LOG_HEADING, connLogRows } from './generated-conn-log.ts';

const rows = [...connLogRows(6)];

/** A few good lines of every text format, made up for the purpose. */
export const LOG_SAMPLES: readonly (readonly [InputFormat, string])[] = [
  ['zeek-tsv', CONN_LOG_HEADING + rows.map((row) => row.join('\t') + '\n').join('')],
  ['zeek-json', lines(
    '{"ts":1714521600.25,"uid":"C1","id.orig_h":"10.1.2.3","id.orig_p":50123,"id.resp_h":"198.51.100.7","id.resp_p":443,"proto":"tcp","service":"ssl","duration":1.5,"orig_bytes":600,"resp_bytes":4000,"conn_state":"SF","history":"ShADadFf","orig_pkts":9,"orig_ip_bytes":972,"resp_pkts":8,"resp_ip_bytes":4328}',
    '{"_path":"dns","ts":1.5,"id":{"orig_h":"10.0.0.1","orig_p":1,"resp_h":"10.0.0.2","resp_p":53},"proto":"udp","query":"a\\u002eb","answers":["192.0.2.1","x"],"TTLs":[1.0,2.0],"rcode":0}',
    '{"_path":"notice","ts":"2024-05-01T00:00:00Z","note":"Scan::Port_Scan","msg":"m","src":"10.0.0.9"}',
  )],
  ['argus-csv', lines(
    'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label',
    '2015/03/09 20:42:36.553183,3.5,tcp,10.0.0.1,40000,   ->,192.0.2.5,80,FSPA_FSPA,0,0,12,1800,900,x',
    '2015/03/09 20:42:37.000000,0,udp,10.0.0.1,0x1388,  <->,192.0.2.5,53,CON,0,0,2,200,80,x',
  )],
  ['cicflowmeter-csv', lines(
    'Flow ID,Src IP,Src Port,Dst IP,Dst Port,Protocol,Timestamp,Flow Duration,Total Fwd Packet,Total Bwd packets,Total Length of Fwd Packet,Total Length of Bwd Packet',
    'x,10.0.0.1,40000,192.0.2.5,80,6,2017-07-07 15:59:33.123,1000,3,2,100,200',
  )],
  ['unsw-nb15-csv', lines(
    '10.0.0.1,1390,10.0.0.2,53,udp,CON,0.001055,132,164,31,29,0,0,dns,500473.9,621800.9,2,2,0,0,0,0,66,82,0,0,0,0,1421927414,1421927414,0.017,0.013,0,0,0,0,0,0,0,0,3,7,1,3,1,1,1,,0',
  )],
  ['web-log', lines(
    '192.0.2.7 - - [10/Oct/2020:13:55:36 -0700] "GET /a?b=1 HTTP/1.1" 404 326 "-" "Mozilla/5.0"',
    '192.0.2.8 - bob [10/Oct/2020:13:55:37 -0700] "POST /login HTTP/1.1" 200 -',
  )],
  ['cowrie-csv', lines(
    'session_id,start_time,end_time,src_ip,src_port,dst_port,protocol,login_success,login_failed,avg_time_between_failed',
    'a,2025-02-01T00:00:00Z,2025-02-01T00:00:09Z,192.0.2.1,4000,22,ssh,1,2,3.0',
  )],
  ['cowrie-json', lines(
    '{"eventid":"cowrie.session.connect","src_ip":"192.0.2.1","src_port":4000,"dst_ip":"10.0.0.5","dst_port":2222,"session":"a1","protocol":"ssh","timestamp":"2025-02-01T00:00:00.000000Z"}',
    '{"eventid":"cowrie.client.version","version":"SSH-2.0-Go","session":"a1","src_ip":"192.0.2.1","timestamp":"2025-02-01T00:00:00.500000Z"}',
    '{"eventid":"cowrie.login.failed","username":"root","password":"x","session":"a1","src_ip":"192.0.2.1","timestamp":"2025-02-01T00:00:01.000000Z"}',
    '{"eventid":"cowrie.login.success","username":"admin","password":"x","session":"a1","src_ip":"192.0.2.1","timestamp":"2025-02-01T00:00:02.000000Z"}',
    '{"eventid":"cowrie.session.closed","duration":9,"session":"a1","src_ip":"192.0.2.1","timestamp":"2025-02-01T00:00:09.000000Z"}',
  )],
  ['suricata-json', lines(
    '{"timestamp":"2021-06-06T15:57:37.272281+0200","event_type":"flow","src_ip":"192.0.2.1","src_port":4000,"dest_ip":"10.0.0.5","dest_port":445,"proto":"TCP","app_proto":"smb","flow":{"pkts_toserver":2,"pkts_toclient":2,"bytes_toserver":120,"bytes_toclient":120,"start":"2021-06-06T17:34:31.140759+0200","end":"2021-06-06T17:34:31.141012+0200","state":"closed"},"tcp":{"tcp_flags_ts":"02","tcp_flags_tc":"14"}}',
    '{"timestamp":"2021-06-06T15:58:37.272281+0200","event_type":"alert","src_ip":"192.0.2.1","src_port":4000,"dest_ip":"10.0.0.5","dest_port":445,"proto":"TCP","alert":{"signature_id":2403388,"signature":"ET X","category":"Misc Attack","severity":2}}',
    '{"timestamp":"2021-06-06T15:59:37.272281+0200","event_type":"stats","stats":{"uptime":1}}',
  )],
  ['syslog', lines(
    'Mar 27 13:06:56 web1 sshd[1291]: Failed password for invalid user bob from 192.0.2.1 port 4000 ssh2',
    'Mar 27 13:06:58 web1 sshd[1291]: message repeated 2 times: [ Failed password for invalid user bob from 192.0.2.1 port 4000 ssh2]',
    'Mar 27 13:07:00 web1 sshd[1291]: Connection closed by invalid user bob 192.0.2.1 port 4000 [preauth]',
    'Mar 27 13:07:01 web1 CRON[7]: pam_unix(cron:session): session opened for user root by (uid=0)',
    'Mar 27 13:07:02 web1 dnsmasq[9]: query[A] example.com from 10.0.0.7',
    'Mar 27 13:07:03 web1 kernel: [1.0] [UFW BLOCK] IN=eth0 OUT= SRC=192.0.2.9 DST=10.0.0.5 LEN=60 PROTO=TCP SPT=40000 DPT=23 RES=0x00 SYN URGP=0',
    'Mar 27 13:07:04 pf filterlog[3]: 5,,,1000000103,igb0,match,block,in,4,0x0,,52,1,0,DF,6,tcp,60,192.0.2.9,10.0.0.5,40001,23,0,S,1,,64240,,mss',
    '<164>Mar 27 2024 13:07:05 fw1 : %ASA-4-106023: Deny tcp src outside:192.0.2.9/40002 dst inside:10.0.0.5/445 by access-group "a" [0x0, 0x0]',
    '<166>Mar 27 2024 13:07:06 fw1 : %ASA-6-302013: Built inbound TCP connection 7 for outside:192.0.2.9/40003 (192.0.2.9/40003) to inside:10.0.0.5/443 (203.0.113.5/443)',
    '<166>Mar 27 2024 13:07:09 fw1 : %ASA-6-302014: Teardown TCP connection 7 for outside:192.0.2.9/40003 to inside:10.0.0.5/443 duration 0:00:03 bytes 4321 TCP FINs',
  )],
  ['dns-query-log', lines(
    '1322849924.408856||10.1.1.1||192.0.2.53||IN||upload.example.com.||A||192.0.2.117||46587||5',
    '27-Mar-2024 12:00:00.123 queries: info: client @0x7f00 10.0.0.5#51234 (www.x.com): query: www.x.com IN AAAA +E(0)K (10.0.0.1)',
    '[1711540800] unbound[12:0] info: 10.0.0.5 www.x.com. A IN NXDOMAIN 0.012 0 58',
    '10.0.0.6\t10.0.0.1\tMar 27, 2024 12:00:00.123456789 CET\twww.y.com',
  )],
  ['nfdump-csv', lines(
    'ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt',
    '2018-01-12 15:37:30,2018-01-12 15:37:30,0.000,10.0.0.1,10.0.0.2,52324,902,TCP,......S.,0,0,1,60,0,0',
    '2018-01-12 15:37:30,2018-01-12 15:37:30,0.000,10.0.0.2,10.0.0.1,902,52324,TCP,...A.R..,0,0,1,40,0,0',
    'Summary',
    'flows,bytes,packets,avg_bps,avg_pps,avg_bpp',
    '2,100,2,1,1,1',
  )],
  ['vpc-flow-log', lines(
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags',
    '2 123456789012 eni-0a1 10.0.0.1 192.0.2.5 40000 443 6 9 900 1620140661 1620140700 ACCEPT OK 3',
    '2 123456789012 eni-0a1 192.0.2.5 10.0.0.1 443 40000 6 8 4000 1620140661 1620140700 ACCEPT OK 19',
    '2 123456789012 eni-0a1 - - - - - - - 1620140661 1620140700 - NODATA -',
  )],
  ['flow-csv', lines(
    'IPV4_SRC_ADDR,L4_SRC_PORT,IPV4_DST_ADDR,L4_DST_PORT,PROTOCOL,L7_PROTO,IN_BYTES,IN_PKTS,OUT_BYTES,OUT_PKTS,TCP_FLAGS,CLIENT_TCP_FLAGS,SERVER_TCP_FLAGS,FLOW_DURATION_MILLISECONDS,Label',
    '10.0.0.1,40000,192.0.2.5,443,6,91.0,900,9,4000,8,27,27,27,1500,0',
  )],
  ['web-json', lines(
    '{"time_iso8601":"2024-05-01T10:00:00+02:00","remote_addr":"192.0.2.7","request":"GET /a?b=1 HTTP/1.1","status":"404","body_bytes_sent":"326","http_user_agent":"curl/8"}',
    '{"level":"info","ts":1714550400.5,"msg":"handled request","request":{"remote_ip":"192.0.2.8","method":"POST","host":"H","uri":"/login","headers":{"User-Agent":["x"]}},"size":12,"status":200}',
  )],
  ['windows-json', lines(
    '{"@timestamp":"2024-05-01T08:00:00.123Z","event":{"code":"4625"},"host":{"name":"srv1"},"winlog":{"channel":"Security","computer_name":"SRV1.example.org","event_id":"4625","event_data":{"IpAddress":"192.0.2.9","IpPort":"50123","LogonType":"3","TargetUserName":"bob"}}}',
    '{"Event":{"System":{"Channel":"Security","Computer":"SRV1","EventID":4624,"TimeCreated":{"#attributes":{"SystemTime":"2024-05-01T08:00:01.5Z"}}},"EventData":{"IpAddress":"10.0.0.7","IpPort":50124,"LogonType":10,"TargetUserName":"eve"}}}',
    '{"EventID":3,"Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":"WS7","EventTime":"2024-05-01 08:00:02","SourceIp":"10.0.0.7","SourcePort":"50125","DestinationIp":"192.0.2.5","DestinationPort":"443","Protocol":"tcp","Initiated":"true"}',
    '{"EventID":22,"Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":"WS7","EventTime":"2024-05-01 08:00:03","QueryName":"www.example.org","QueryStatus":"0","QueryResults":"::ffff:192.0.2.5;"}',
    '{"EventID":1102,"Channel":"Security","Hostname":"WS7","EventTime":"2024-05-01 08:00:04"}',
  )],
  ['azure-flow-log', lines(
    '{"records":[{"time":"2024-05-01T08:00:00Z","category":"NetworkSecurityGroupFlowEvent","properties":{"Version":2,"flows":[{"rule":"a","flows":[{"mac":"0","flowTuples":["1714550400,198.51.100.7,10.0.0.4,50123,3389,T,I,D,B,,,,","1714550401,10.0.0.4,192.0.2.5,50124,443,T,O,A,B,,,,"]}]}]}}]}',
    '{"records":[{"time":"2024-05-01T08:01:00Z","properties":{"flows":[{"flows":[{"flowTuples":["1714550460,10.0.0.4,192.0.2.5,50124,443,T,O,A,E,9,900,8,4000"]}]}]}}]}',
  )],
  ['gcp-flow-log', lines(
    '{"jsonPayload":{"connection":{"src_ip":"10.0.0.4","src_port":50124,"dest_ip":"192.0.2.5","dest_port":443,"protocol":6},"reporter":"SRC","start_time":"2024-05-01T08:00:00.000000001Z","end_time":"2024-05-01T08:00:05Z","packets_sent":"9","bytes_sent":"900"},"timestamp":"2024-05-01T08:00:09Z"}',
    '{"jsonPayload":{"connection":{"src_ip":"192.0.2.5","src_port":443,"dest_ip":"10.0.0.4","dest_port":50124,"protocol":6},"reporter":"DEST","start_time":"2024-05-01T08:00:00.2Z","end_time":"2024-05-01T08:00:05Z","packets_sent":"8","bytes_sent":"4000"},"timestamp":"2024-05-01T08:00:09Z"}',
    '{"jsonPayload":{"connection":{"src_ip":"198.51.100.7","src_port":50125,"dest_ip":"10.0.0.4","dest_port":22,"protocol":6},"disposition":"DENIED"},"timestamp":"2024-05-01T08:00:10Z"}',
  )],
  ['w3c-log', lines(
    '#Software: Microsoft Internet Information Services 10.0',
    '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-bytes',
    '2024-05-01 08:00:00 10.0.0.8 GET /a q=1 443 - 192.0.2.9 Mozilla/5.0+(X11) 200 512',
    '2024-05-01 08:00:01 10.0.0.8 POST /login - 443 - 192.0.2.9 - 401 0',
  )],
  ['alb-log', lines(
    'https 2024-05-01T08:00:00.186641Z app/lb/50dc 192.0.2.9:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.org:443/a?b=1 HTTP/1.1" "curl/7.46.0" ECDHE TLSv1.2 arn "Root=1" "www.example.org" "-" 0 2024-05-01T08:00:00.364Z "forward" "-" "-"',
    'http 2024-05-01T08:00:01.186641Z app/lb/50dc [2001:db8::9]:2818 - -1 -1 -1 400 - 0 272 "- http://www.example.org:80- -" "-" - - - "-" "-" "-" - 2024-05-01T08:00:01Z "-" "-" "-"',
  )],
]; // prettier-ignore

function lines(...texts: string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
