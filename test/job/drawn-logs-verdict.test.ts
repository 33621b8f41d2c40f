import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/flow/flow.ts';
import { labelInputs } from '../../src/job/label-inputs.ts';
import { loadModel } from '../../src/job/load-model.ts';
import { readInputs } from '../../src/job/read-inputs.ts';
import type { ModelBundle } from '../../src/score/model-bundle.ts';
import { DRAWN_LOGS, type Conversation } from '../flow/logs/drawn-logs.ts';
import { RecordingSink } from '../flow/logs/recording-sink.ts';
import { put, temporaryFolder } from './temporary-folder.ts';

const data = process.env['RAPSHEET_DATA'] ?? '../shared/data';

/** Attackers of real captures whose flows alone give them away, and their family. */
const HOSTS = [
  ['trace-share/SSH-Hydra/hydra-1_tasks.pcap', '240.0.1.2', 'bruteforce'],
  ['trace-share/SSH-Hydra/hydra-4_tasks.pcap', '240.0.1.3', 'bruteforce'],
  ['esnet-curated/attacks/scanners/masscan/tcp_0_1000_20190821.pcap', '172.31.15.102', 'scan'],
  ['esnet-curated/attacks/scanners/nmap/nmap_80_all.pcap', '10.87.1.10', 'scan'],
  ['slips/test7-malicious.pcap', '192.168.2.16', 'scan'],
  ['malcolm/pcaps/plugins/bro-simple-scan/445_scan.pcap', '176.192.150.3', 'scan'],
  ['malcolm/pcaps/plugins/bro-simple-scan/multiport_scan.pcap', '125.27.226.209', 'scan'],
] as const;

const NMAP = 'esnet-curated/attacks/scanners/nmap/nmap_80_all.pcap';
const REQUESTS =
  'three dozen sessions that one web server answered: what was asked for gives them away';
const FEW = 'nine or ten attempts, and neither packets nor bytes of them';
const [FEW_445, FEW_PORTS] = ['445_scan', 'multiport_scan'].map(
  (name) => `malcolm/pcaps/plugins/bro-simple-scan/${name}.pcap`,
) as [string, string];
/** Of what such a log makes another family, and why. Everything else must be of the same. */
const MAY_DIFFER: Readonly<Record<string, string>> = {
  [`netfilter ${NMAP}`]: REQUESTS,
  [`filterlog ${NMAP}`]: REQUESTS,
  [`cisco asa ${NMAP}`]: REQUESTS,
  [`azure nsg ${NMAP}`]: REQUESTS,
  [`azure vnet ${NMAP}`]: REQUESTS,
  [`gcp ${NMAP}`]: REQUESTS,
  [`cisco asa ${FEW_445}`]: FEW,
  [`cisco asa ${FEW_PORTS}`]: FEW,
  [`gcp ${FEW_445}`]: FEW,
  [`gcp ${FEW_PORTS}`]: FEW,
  [`azure nsg ${FEW_445}`]: FEW,
  [`azure nsg ${FEW_PORTS}`]: FEW,
  [`azure vnet ${FEW_445}`]: FEW,
  [`azure vnet ${FEW_PORTS}`]: FEW,
}; // prettier-ignore

/** Some captures count from their own beginning. */
const SHIFT_US = 1.6e15;

const missing = HOSTS.map(([path]) => join(data, path)).filter((path) => !existsSync(path));
if (missing.length > 0) console.warn(`SKIPPED: verdicts of logs drawn from captures, there is no ${missing[0]!}`); // prettier-ignore

const folder = temporaryFolder();
let model: ModelBundle | undefined;

/** The capture's flows as a firewall or a cloud would have had them: what was not answered was kept out. */
function conversationOf(flow: Flow): Conversation {
  const shiftUs = flow.startUs < 1e15 ? SHIFT_US : 0;
  const isOut = ['S0', 'SH', 'RSTOS0', 'REJ'].includes(flow.connState);
  return {
    startUs: flow.startUs + shiftUs,
    endUs: flow.endUs + shiftUs,
    originator: flow.originator,
    originatorPort: flow.originatorPort,
    responder: flow.responder,
    responderPort: flow.responderPort,
    protocol: flow.protocol,
    outcome: isOut ? 'denied' : 'answered',
    sentPackets: flow.originatorPackets,
    sentBytes: flow.originatorIpBytes,
    backPackets: flow.responderPackets,
    backBytes: flow.responderIpBytes,
  };
}

describe.skipIf(missing.length > 0)('the flows of a real attacker', () => {
  test.each(Object.keys(DRAWN_LOGS) as (keyof typeof DRAWN_LOGS)[])(
    'are of the same family as %s',
    async (kind) => {
      model ??= loadModel();
      const differing: string[] = [];
      for (const [capture, host, family] of HOSTS) {
        const sink = new RecordingSink();
        await readInputs([join(data, capture)], sink);
        const conversations = sink.flows.filter(({ protocol }) => protocol === 6 || protocol === 17).map(conversationOf); // prettier-ignore
        const path = put(folder, 'drawn.log', DRAWN_LOGS[kind](conversations));
        const { verdicts } = await labelInputs([path], model);
        const verdict = verdicts.find((one) => one.host === host);
        if (verdict?.label === family || MAY_DIFFER[`${kind} ${capture}`] !== undefined) continue;
        differing.push(`${capture}: ${verdict?.label ?? 'nothing'} (${verdict?.probability ?? 0})`);
      }
      expect(differing).toEqual([]);
    },
    60_000,
  );
});
