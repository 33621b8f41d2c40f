import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { labelsFromLogs } from '../../src/job/labels-from-logs.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

/** Each in a folder of its own, so that nothing is found beside it. */
let made = 0;
function inFolder(files: Readonly<Record<string, string | readonly string[]>>): string {
  const path = join(folder, String(made++));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), typeof content === 'string' ? content : content.join('\n') + '\n'); // prettier-ignore
  }
  return path;
}

async function hostsOf(files: Parameters<typeof inFolder>[0], words?: string): Promise<string[]> {
  const found = await labelsFromLogs(inFolder(files), words === undefined ? {} : { words });
  return found.labels.rows.map(({ hostText, family, detail }) => [hostText, family, detail].filter(Boolean).join(' ')); // prettier-ignore
}

const BINETFLOW = 'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label'; // prettier-ignore
const flow = (from: string, arrow: string, to: string, label: string): string =>
  `2011/08/10 09:46:59.607825,1.0,tcp,${from},1577,   ${arrow},${to},6881,S_RA,0,0,4,276,156,${label}`;

describe('labels in logs', () => {
  test('of CTU-13 are of the source, and what is background says nothing', async () => {
    const hosts = await hostsOf({
      'a.binetflow': [
        BINETFLOW,
        flow('147.32.84.165', '->', '192.0.2.1', 'flow=From-Botnet-V42-TCP-Attempt'),
        flow('147.32.84.165', '<-', '192.0.2.2', 'flow=From-Botnet-V42-TCP-CC6'),
        flow('147.32.84.164', '->', '192.0.2.1', 'flow=From-Normal-V42-Stribrek'),
        flow('192.0.2.9', '->', '147.32.84.165', 'flow=To-Botnet-V42-UDP'),
        flow('192.0.2.8', '->', '147.32.84.59', 'flow=Background-TCP-Established'),
        flow('147.32.84.164', '->', '192.0.2.3', 'flow=Background-google-analytics2'),
      ],
    });
    expect(hosts).toEqual(['147.32.84.165 c2', '147.32.84.164 benign']);
  });

  test('of Zeek are the detailed one of an attack, also behind three blanks, and with underscores in JSON', async () => {
    const fields = '#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\ttunnel_parents   label   detailed-label'; // prettier-ignore
    const line = (host: string, labels: string): string =>
      `1.0\t${host}\t4000\t192.0.2.1\t23\ttcp\tS0\t-   ${labels}`;
    const hosts = await hostsOf({
      'iot/conn.log.labeled': ['#path\tconn', fields, line('10.0.0.1', 'Malicious   PartOfAHorizontalPortScan'), line('10.0.0.2', 'Benign   -'), line('10.0.0.3', 'Malicious   C&C-HeartBeat')], // prettier-ignore
      'json/conn.log': ['{"ts":1,"id.orig_h":"10.0.0.4","id.orig_p":1,"id.resp_h":"10.0.0.2","id.resp_p":2,"proto":"tcp","conn_state":"S0","label":"Malicious","detailed_label":"DDoS"}'], // prettier-ignore
    });
    expect(hosts).toEqual(['10.0.0.1 scan horizontal', '10.0.0.2 benign', '10.0.0.3 c2', '10.0.0.4 dos botnet']); // prettier-ignore
  });

  test('of UNSW-NB15 stand in the last two of 49 columns, which copies name wrongly or not at all', async () => {
    const row = (host: string, category: string, label: 0 | 1): string =>
      `${host},1390,10.0.0.2,53,udp,CON,0.001055,132,164,31,29,0,0,dns,500473.9,621800.9,2,2,0,0,0,0,66,82,0,0,0,0,1421927414,1421927414,0.017,0.013,0,0,0,0,0,0,0,0,3,7,1,3,1,1,1,${category},${label}`;
    const rows = [row('175.45.176.1', ' Fuzzers ', 1), row('175.45.176.1', 'Exploits', 1), row('175.45.176.2', 'Reconnaissance', 1), row('59.166.0.1', '', 0)]; // prettier-ignore
    expect(await hostsOf({ 'x.csv': rows })).toEqual(['175.45.176.1 exploit', '175.45.176.2 scan', '59.166.0.1 benign']); // prettier-ignore
  });

  test('of CICFlowMeter may have lost their dash, and what was only attempted is no attack', async () => {
    const heading = 'Flow ID,Src IP,Src Port,Dst IP,Dst Port,Protocol,Timestamp,Flow Duration,Total Fwd Packet,Total Bwd packets,Label,Attempted Category'; // prettier-ignore
    const row = (host: string, label: string, category: number): string =>
      `x,${host},40000,192.168.10.50,80,6,2017-07-07 15:59:33.123,1000,3,2,${label},${category}`;
    const hosts = await hostsOf({
      'x.csv': [heading, row('172.16.0.1', 'Web Attack \ufffd Brute Force', -1), row('172.16.0.2', 'DoS Hulk', 3), row('172.16.0.3', 'DoS Hulk - Attempted', -1), row('172.16.0.3', 'BENIGN', -1)], // prettier-ignore
    });
    expect(hosts).toEqual(['172.16.0.1 bruteforce http', '172.16.0.3 benign']);
  });

  test('of ToN-IoT, BoT-IoT and NF- tables are read under the names of their columns', async () => {
    const hosts = await hostsOf({
      'ton.csv': [
        'ts,src_ip,src_port,dst_ip,dst_port,proto,service,duration,src_bytes,dst_bytes,conn_state,missed_bytes,src_pkts,src_ip_bytes,dst_pkts,dst_ip_bytes,label,type',
        '1554198358,3.122.49.24,1883,192.168.1.152,52976,tcp,-,80549.5,1762852,41933215,OTH,0,252181,14911156,2,236,1,injection',
      ],
      'bot.csv': [
        'pkSeqID,stime,flgs,proto,saddr,sport,daddr,dport,pkts,bytes,state,ltime,dur,spkts,dpkts,sbytes,dbytes,attack,category,subcategory',
        '1,1526344032.6,e,udp,192.168.100.149,40000,192.168.100.7,80,5,300,INT,1526344033,1,5,0,300,0,1,DDoS,UDP',
      ],
      'nf.csv': [
        'IPV4_SRC_ADDR,L4_SRC_PORT,IPV4_DST_ADDR,L4_DST_PORT,PROTOCOL,IN_BYTES,IN_PKTS,OUT_BYTES,OUT_PKTS,Label,Attack',
        '10.0.0.9,40000,192.0.2.5,443,6,900,9,4000,8,1,DoS attacks-Slowloris',
      ],
    });
    expect(hosts.sort()).toEqual(['10.0.0.9 dos slow', '192.168.100.149 dos udp', '3.122.49.24 webattack']); // prettier-ignore
  });

  test('a host of several kinds has that of more than half its attack lines, or none', async () => {
    const path = inFolder({
      'a.binetflow': [
        BINETFLOW,
        ...['SPAM', 'SPAM', 'CC'].map((what) => flow('10.0.0.1', '->', '192.0.2.1', `flow=From-Botnet-V1-${what}`)), // prettier-ignore
        ...['SPAM', 'CC'].map((what) => flow('10.0.0.2', '->', '192.0.2.1', `flow=From-Botnet-V1-${what}`)), // prettier-ignore
        flow('10.0.0.1', '->', '192.0.2.1', 'flow=Normal'),
      ],
    });
    const { labels, unclear } = await labelsFromLogs(path);
    expect(labels.rows.map(({ hostText, family }) => [hostText, family])).toEqual([['10.0.0.1', 'spam']]); // prettier-ignore
    expect(unclear).toEqual([{ input: 'a.binetflow', host: '10.0.0.2', why: '1 lines spam, 1 lines c2' }]); // prettier-ignore
  });

  test('a host with an attack of no named kind is not called benign', async () => {
    const json = (label: string): string => `{"ts":1,"id.orig_h":"10.0.0.4","id.orig_p":1,"id.resp_h":"10.0.0.2","id.resp_p":2,"proto":"tcp","conn_state":"S0","label":"${label}"}`; // prettier-ignore
    expect(await hostsOf({ 'conn.log': [json('Benign'), json('Malicious')] })).toEqual([]);
  });

  test("Zeek's logs of a folder are one input, and a log without labels gives way to its labelled copy", async () => {
    const line = '{"ts":1,"id.orig_h":"10.0.0.4","id.orig_p":1,"id.resp_h":"10.0.0.2","id.resp_p":2,"proto":"udp"'; // prettier-ignore
    const path = inFolder({
      'd/conn.log': `${line},"conn_state":"S0"}\n`,
      'd/conn.log.labeled': `${line},"conn_state":"S0","label":"Benign"}\n`,
      'd/dns.log': `${line},"query":"a.b","trans_id":1}\n`,
      'e/conn.log': `${line},"conn_state":"S0"}\n`,
      'labels.config': 'Malicious:\n - srcIP=10.0.0.4\n',
    });
    const { labels, unlabelled } = await labelsFromLogs(path);
    expect(labels.rows.map(({ input }) => input)).toEqual(['d/conn.log.labeled + d/dns.log']);
    expect(unlabelled.map((one) => one.slice(path.length + 1)).sort()).toEqual(['e/conn.log', 'labels.config']); // prettier-ignore
  });

  test('a word that no table has is an error that names it and the table, and a table of your own may have it', async () => {
    const files = { 'a.binetflow': [BINETFLOW, flow('10.0.0.1', '->', '192.0.2.1', 'flow=Weird')] };
    await expect(hostsOf(files)).rejects.toThrow(/a\.binetflow: .*label-words\.csv does not say what "flow=Weird" means/); // prettier-ignore
    const words = join(inFolder({ 'w.csv': 'ctu-13,flow=weird,mining # ours\n' }), 'w.csv');
    expect(await hostsOf(files, words)).toEqual(['10.0.0.1 mining']);
  });
});

describe('a table of words', () => {
  test.each([
    ['ctu-13,x,virus', 'w.csv:1: unknown label "virus"'],
    ['ctu13,x,c2', 'w.csv:1: unknown vocabulary "ctu13"'],
    ['ctu-13,c2', 'w.csv:1: expected vocabulary,word,label'],
  ])('with the line %s is refused', async (line, message) => {
    const words = join(inFolder({ 'w.csv': line }), 'w.csv');
    await expect(hostsOf({ 'x.txt': 'x' }, words)).rejects.toThrow(message);
  });
});

const data = process.env['RAPSHEET_DATA'] ?? '../shared/data';
const hasData = existsSync(join(data, 'cicids2017-sampled'));
if (!hasData) {
  console.warn(`SKIPPED: no labelled logs in ${data}: set RAPSHEET_DATA to read labels from them`);
}

describe.skipIf(!hasData)('published labels', () => {
  test('of CIC-IDS2017 make every attacking address of a day what its publishers call it', async () => {
    const { hosts, unclear } = await labelsFromLogs(join(data, 'cicids2017-sampled'));
    expect(Object.fromEntries(hosts)).toEqual({ benign: 16, scan: 3, bruteforce: 3, dos: 5, webattack: 2, exploit: 1, c2: 7 }); // prettier-ignore
    expect(unclear).toEqual([]);
  });

  test('of UNSW-NB15 make the four published attackers exploit hosts, and everybody else benign', async () => {
    const { labels } = await labelsFromLogs(join(data, 'unsw-nb15'));
    const attackers = labels.rows.filter(({ family }) => family !== 'benign');
    expect([...new Set(attackers.map(({ hostText }) => hostText))].sort()).toEqual([0, 1, 2, 3].map((i) => `175.45.176.${i}`)); // prettier-ignore
    expect(new Set(attackers.map(({ family }) => family))).toEqual(new Set(['exploit']));
  });

  test.each(['slips', 'stratosphere-testing', 'idps-comparison', 'idps-comparison-history'])(
    'of %s have no word that the table lacks',
    async (set) => {
      const { labels } = await labelsFromLogs(join(data, set));
      expect(labels.rows.length).toBeGreaterThan(0);
    },
  );
});
