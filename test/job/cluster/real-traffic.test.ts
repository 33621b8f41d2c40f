import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { planTasks } from '../../../src/job/cluster/plan-tasks.ts';
import { linesOf, profilesOfLines, profilesOfOne, runInMemory, verdictsOfOne } from './run-in-memory.ts'; // prettier-ignore

const data = process.env['RAPSHEET_DATA'] ?? '../shared/data';

/** Captures and logs of every kind; small, so that all are read in seconds. */
const INPUTS = `
acandeias/PCAP/nmapSV.pcap
acandeias/PCAP/ms08-067.pcap
chrissanders/synscan.pcapng
chrissanders/latency1.pcapng
chrissanders/latency2.pcapng
chrissanders/ratinfected.pcapng
esnet-curated/attacks/scanners/masscan/tcp_0_1000_20190821.pcap
lucid-ddos/sample-dataset/CIC-DDoS-2019-SynFlood.pcap
ndpi/pcap/icmp-tunnel.pcap
ndpi/pcap/teams.pcap
ndpi/pcap/bittorrent_utp.pcap
trace-share/SSH-Hydra/hydra-1_tasks.pcap
cryptomining/PCAPs/xmr.suprnova.cc.pcapng
m57/conn.log
tridium/tridium-jace2/conn.log
slips/test10-mixed-zeek-dir
apache-http-logs/acunetix.txt
cicids2017-sampled/sampled_CICIDS2017_improved_rnd_5000/Botnet_736.csv
`
  .trim()
  .split('\n')
  .map((name) => join(data, name));

const missing = INPUTS.filter((path) => !existsSync(path));
if (missing.length > 0) console.warn(`SKIPPED: a job on real traffic (not there: ${missing.join(', ')})`); // prettier-ignore

describe.skipIf(missing.length > 0)('a job on real traffic', () => {
  let verdictsOf: string[];
  let profilesOf: Map<string, string>;

  beforeAll(async () => {
    verdictsOf = await verdictsOfOne(INPUTS);
    profilesOf = await profilesOfOne(INPUTS);
  });

  test.each([
    ['in one task', 1 << 27],
    ['in ranges of 256 KiB', 1 << 18],
  ])('gives the verdicts and profiles of one process, %s', async (_, rangeBytes) => {
    const tasks = (await planTasks(INPUTS, { rangeBytes })).map(({ sections }) => sections);
    const verdicts = await runInMemory('verdicts', tasks, { wire: 'tsv', combines: true });
    expect(verdicts.failures).toEqual([]);
    expect(linesOf(verdicts)).toEqual(verdictsOf);
    const profiles = await runInMemory('profiles', tasks);
    expect(profilesOfLines(linesOf(profiles))).toEqual(profilesOf);
  });
});
