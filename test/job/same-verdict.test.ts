import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { labelInputs } from '../../src/job/label-inputs.ts';
import { loadModel } from '../../src/job/load-model.ts';
import type { ModelBundle } from '../../src/score/model-bundle.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** One host of a real capture of every family that a log without payload can show. */
const HOSTS: readonly (readonly [capture: string, host: string])[] = [
  ['trace-share/SSH-Hydra/hydra-1_tasks.pcap', '240.0.1.2'],
  ['trace-share/SSH-Hydra/hydra-4_tasks.pcap', '240.0.1.3'],
  ['esnet-curated/attacks/scanners/masscan/tcp_0_1000_20190821.pcap', '172.31.15.102'],
  ['esnet-curated/attacks/scanners/masscan/udp_0_1000_20190821.pcap', '172.31.15.102'],
  ['esnet-curated/attacks/scanners/nmap/nmap_80_all.pcap', '10.87.1.10'],
  ['esnet-curated/attacks/scanners/nmap/nmap_80_w_service_detection.pcap', '10.87.1.10'],
  ['slips/test7-malicious.pcap', '192.168.2.16'],
  ['lucid-ddos/sample-dataset/CIC-DDoS-2019-SynFlood.pcap', '172.16.0.5'],
  ['lucid-ddos/sample-dataset/CIC-DDoS-2019-WebDDoS.pcap', '172.16.0.5'],
  ['cryptomining/PCAPs/eth-eu1.nanopool.org.pcapng', '147.229.13.222'],
  ['cryptomining/PCAPs/pool.eth.pp.ua.pcapng', '147.229.13.222'],
  ['ndpi/pcap/WebattackSQLinj.pcap', '172.16.0.1'],
  ['chrissanders/ratinfected.pcapng', '172.16.0.114'],
  ['chrissanders/cryptowall4_c2.pcapng', '192.168.122.145'],
  ['malcolm/pcaps/plugins/bro-simple-scan/445_scan.pcap', '176.192.150.3'],
  ['malcolm/pcaps/plugins/bro-simple-scan/multiport_scan.pcap', '125.27.226.209'],
  ['malcolm/pcaps/plugins/zeek-agenttesla-detector/f9421792-7d2c-47d3-90e0-07eb54ae12fa.pcap', '192.168.100.164'],
  ['malcolm/pcaps/plugins/zeek-EternalSafety/eternalblue-success-unpatched-win7.pcap', '192.168.198.204'],
  ['malcolm/pcaps/plugins/zeek-EternalSafety/metasploit-ms017-010-win7x64.pcap', '192.168.198.224'],
  ['ndpi/pcap/sql_injection.pcap', '192.168.3.109'],
]; // prettier-ignore

const STOLEN = 'a few short FTP sessions: what makes them theft is the names of the files';
const QUERY = 'one request of two packets: the injection is in its path';
const ASKED = 'some sessions that one web server answered: what was asked for gives them away';
/** Logs that say another family than the capture, and why. Everything else must say the same. */
const MAY_DIFFER: Readonly<Record<string, string>> = {
  'argus malcolm/pcaps/plugins/zeek-agenttesla-detector/f9421792-7d2c-47d3-90e0-07eb54ae12fa.pcap': STOLEN,
  'nfcapd malcolm/pcaps/plugins/zeek-agenttesla-detector/f9421792-7d2c-47d3-90e0-07eb54ae12fa.pcap': STOLEN,
  'argus esnet-curated/attacks/scanners/nmap/nmap_80_all.pcap': ASKED,
  'argus esnet-curated/attacks/scanners/nmap/nmap_80_w_service_detection.pcap': ASKED,
  'argus ndpi/pcap/sql_injection.pcap': QUERY,
  'nfcapd ndpi/pcap/sql_injection.pcap': QUERY,
  'nfcapd lucid-ddos/sample-dataset/CIC-DDoS-2019-WebDDoS.pcap': '150 requests that one web server answered: as sessions alone they are a busy client',
  'argus chrissanders/cryptowall4_c2.pcapng': 'three sessions with one web server: the paths asked for give them away',
  'nfcapd chrissanders/ratinfected.pcapng': 'a handful of even sessions with a machine of the same LAN, cut anew by the exporter',
}; // prettier-ignore

const data = process.env['RAPSHEET_DATA'] ?? '../shared/data';
const hasTool = (name: string): boolean => spawnSync('which', [name]).status === 0;
const missing = [
  ...(existsSync(join(data, HOSTS[0]![0])) ? [] : [data]),
  ...['argus', 'racluster', 'nfpcapd', 'nfdump'].filter((name) => !hasTool(name)),
];
if (missing.length > 0) {
  console.warn(`SKIPPED: verdicts of captures and of logs of the same traffic are not compared, there is no ${missing.join(', ')}`); // prettier-ignore
}

const folder = temporaryFolder();

/** Where a tool puts the log that it makes of a capture. */
const LOGS = {
  argus: (capture: string, to: string): string => {
    spawnSync('argus', ['-r', capture, '-w', `${to}.argus`]);
    const fields = 'stime dur proto saddr sport dir daddr dport state spkts dpkts sbytes dbytes';
    const { stdout } = spawnSync('racluster', ['-r', `${to}.argus`, '-n', '-u', '-c', ',', '-s', ...fields.split(' ')], { maxBuffer: 1 << 28 }); // prettier-ignore
    writeFileSync(`${to}.csv`, stdout);
    return `${to}.csv`;
  },
  nfcapd: (capture: string, to: string): string => {
    mkdirSync(to);
    spawnSync('nfpcapd', ['-r', capture, '-l', to]);
    expect(readdirSync(to).length).toBeGreaterThan(0);
    return to;
  },
} as const;

let model: ModelBundle | undefined;

async function familyOf(input: string, host: string): Promise<string | undefined> {
  model ??= loadModel();
  const { verdicts } = await labelInputs([input], model);
  return verdicts.find((verdict) => verdict.host === host)?.label;
}

describe.skipIf(missing.length > 0)('the same traffic', () => {
  test.each(Object.keys(LOGS) as (keyof typeof LOGS)[])(
    'as a capture and as records of %s is of the same family',
    async (tool) => {
      const differing: string[] = [];
      for (const [index, [capture, host]] of HOSTS.entries()) {
        const path = join(data, capture);
        const log = LOGS[tool](path, join(folder, `${tool}-${index}`));
        const [captured, logged] = [await familyOf(path, host), await familyOf(log, host)];
        expect(captured).toBeDefined();
        if (logged !== captured && MAY_DIFFER[`${tool} ${capture}`] === undefined) {
          differing.push(`${capture}: ${captured} as a capture, ${logged} as a log`);
        }
      }
      expect(differing).toEqual([]);
    },
  );

  test("as a capture and as Zeek's own conn.log is of the same family", async () => {
    const log = join(data, 'idps-comparison-history/test7-malicious-pcap/zeek_files/conn.log.labeled'); // prettier-ignore
    const host = '192.168.2.16';
    expect(await familyOf(log, host)).toBe(
      await familyOf(join(data, 'slips/test7-malicious.pcap'), host),
    );
  });
});
