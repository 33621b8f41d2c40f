import { closeSync, createReadStream, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CaptureDecoder } from '../../src/capture/capture-decoder.ts';
import type { Packet } from '../../src/capture/packet.ts';
import { stitchParts, type FlowPart } from '../../src/flow/flow-part.ts';
import { FlowTable } from '../../src/flow/flow-table.ts';
import { MessageReader } from '../../src/flow/messages/message-reader.ts';
import { readTraffic } from '../../src/flow/read-traffic.ts';
import { HEAD_BYTES, recogniseInput } from '../../src/flow/recognise-input.ts';
import { FEATURES, hostVectors } from '../../src/host/feature-schema.ts';
import { HostTable } from '../../src/host/host-table.ts';
import { seededRandom, shuffle } from '../../src/learn/random.ts';
import { Collector } from '../flow/make-packet.ts';

const data = process.env['RAPSHEET_DATA'] ?? '../shared/data';

/** Captures of every kind that the ground truth has, and benign ones. */
const CAPTURES: readonly string[] = `
trace-share/SSH-Hydra/hydra-1_tasks.pcap
esnet-curated/attacks/scanners/masscan/tcp_0_1000_20190821.pcap
lucid-ddos/sample-dataset/CIC-DDoS-2019-SynFlood.pcap
lucid-ddos/sample-dataset/CIC-DDoS-2019-WebDDoS.pcap
stopddos/amp.TCP.reflection.SYNACK.pcap
cryptomining/PCAPs/eth-eu1.nanopool.org.pcapng
doh-tunnel/doh_tunnel_c2__0b04bdc87563f4909dcf819e299473e0.pcap
doh-tunnel/doh_tunnel_c2__114d3f4082ae9fd03576fbd5b73b40e4.pcap
ndpi/pcap/icmp-tunnel.pcap
ndpi/pcap/WebattackSQLinj.pcap
chrissanders/ratinfected.pcapng
acandeias/PCAP/zeus-gameover-loader.pcap
acandeias/PCAP/metasploit-psexec.pcap
malcolm/pcaps/plugins/zeek-agenttesla-detector/f9421792-7d2c-47d3-90e0-07eb54ae12fa.pcap
malcolm/pcaps/plugins/zeek-EternalSafety/wannacry.pcap
ndpi/pcap/443-curl.pcap
ndpi/pcap/bittorrent_utp.pcap
ndpi/pcap/exe_download_as_png.pcap
ndpi/pcap/http_ua_splitted_in_two_pkts.pcapng
ndpi/pcap/nintendo.pcap
ndpi/pcap/quic.pcap
ndpi/pcap/sip.pcap
ndpi/pcap/stun_wa_call.pcapng
ndpi/pcap/uftp_v4_v5.pcap
fit-iot/blink-cam-02.pcap
sip-captures/private-test-sip.pcapng
ics-tools/ModbusTCP/Modbus/modbus_test_2.pcap
elcabezzonn/capture-Mon-02-13-17-17-15-34_Empire.pcap
comnet-dns/pcaps/dns2tcp/learn.netrack.github.com.pcap
`
  .trim()
  .split('\n');

const CONN_LOGS: readonly string[] = `
slips/port-scans/vertical/conn.log
slips/test10-mixed-zeek-dir/conn.log
stratosphere-testing/001-zeek-scenario-malicious/conn.log
stratosphere-testing/008-zeek-mixed/data/conn.log.labeled
m57/conn.log
tridium/tridium-jace2/conn.log
otrf/compound/apt29/day1/zeek/NASHUA-zeek_logs.d/conn.log
`
  .trim()
  .split('\n');

const present = (names: readonly string[]): string[] =>
  names.filter((name) => existsSync(join(data, name)));

const captures = present(CAPTURES);
const logs = present(CONN_LOGS);
const absent = captures.length + logs.length === 0;
if (absent) {
  console.warn(`SKIPPED: the merge law over real traffic needs ${data} (or RAPSHEET_DATA)`);
}

describe.skipIf(absent)('profiles of real traffic', () => {
  test('are found on as many kinds of traffic as the law asks for', () => {
    expect(captures.length).toBeGreaterThanOrEqual(20);
    expect(logs.length).toBeGreaterThanOrEqual(5);
  });

  test.each([...captures, ...logs])(
    'of %s, split at random and merged in any order, are those of the whole',
    async (name) => {
      const random = seededRandom(name.length * 1009 + name.charCodeAt(0));
      const traffic = await collect(join(data, name));
      const whole = new HostTable();
      const parts = Array.from({ length: 2 + Math.floor(random() * 5) }, () => new HostTable());
      for (const table of [whole, ...parts]) if (traffic.shown) table.visibility(traffic.shown);
      for (const flow of traffic.flows) {
        whole.flow(flow);
        parts[Math.floor(random() * parts.length)]!.flow(flow);
      }
      for (const event of traffic.events) {
        whole.event(event);
        parts[Math.floor(random() * parts.length)]!.event(event);
      }
      expect(whole.size).toBeGreaterThan(1);
      expect(whole.skips.size).toBe(0);

      const bytes = whole.encode();
      const order = shuffle(random, Uint32Array.from(parts.keys()));
      const merged = new HostTable();
      for (const part of order) merged.merge(HostTable.decode(parts[part]!.encode()));
      expect(Buffer.compare(merged.encode(), bytes)).toBe(0);
      expect(Buffer.compare(HostTable.decode(bytes).encode(), bytes)).toBe(0);
      expectSaneVectors(whole);
    },
  );

  const small = captures.filter((name) => readFileSync(join(data, name)).length < 3e6);

  test('are cut from at least twenty captures', () => {
    expect(small.length).toBeGreaterThanOrEqual(20);
  });

  test.each(small)('of %s, cut between packets and stitched, are those of the whole', (name) => {
    const random = seededRandom(name.length * 2003 + name.charCodeAt(0));
    const packets = packetsOf(join(data, name));
    const whole = new HostTable();
    const table = new FlowTable(whole);
    const messages = new MessageReader();
    for (const packet of packets) table.observe(packet, messages.read(packet, whole));
    messages.end(whole);
    table.flush();
    const bytes = whole.encode();
    for (const count of [1, 4]) {
      const cuts = Array.from({ length: count }, () => Math.floor(random() * packets.length));
      const cut = inParts(packets, cuts);
      expect(Buffer.compare(cut.encode(), bytes), `cut at ${cuts.join(' ')}`).toBe(0);
    }
  });
});

async function collect(path: string): Promise<Collector> {
  const sink = new Collector();
  await readTraffic(recogniseInput(headOf(path))!, createReadStream(path), sink);
  return sink;
}

/** Every entry is a number or missing, and shares lie in 0 … 1. */
function expectSaneVectors(table: HostTable): void {
  for (const { host, vector } of hostVectors(table)) {
    for (const [index, value] of vector.entries()) {
      const { name, unit } = FEATURES[index]!;
      if (Number.isNaN(value)) continue;
      expect(Number.isFinite(value), `${name} of ${host}: ${value}`).toBe(true);
      if (unit !== 'share') continue;
      expect(value >= 0 && value <= 1, `${name} of ${host}: ${value}`).toBe(true);
    }
  }
}

/** Each part by its own flow table into its own host table; the stitcher's flows into one more. */
function inParts(packets: readonly Packet[], cuts: readonly number[]): HostTable {
  const places = [0, ...[...cuts].sort((a, b) => a - b), packets.length];
  const merged = new HostTable();
  const parts: FlowPart[] = [];
  const messages = new MessageReader(); // handed from part to part, with what is unfinished
  for (let i = 1; i < places.length; i++) {
    const own = new HostTable();
    const table = new FlowTable(own, { part: true });
    for (const packet of packets.slice(places[i - 1], places[i])) {
      table.observe(packet, messages.read(packet, own));
    }
    if (i === places.length - 1) messages.end(own);
    parts.push(table.finishPart());
    merged.merge(own);
  }
  const seams = new HostTable();
  stitchParts(parts, seams);
  merged.merge(seams);
  return merged;
}

function packetsOf(path: string): Packet[] {
  const packets: Packet[] = [];
  const decoder = new CaptureDecoder((packet) => {
    const start = packet.payloadOffset;
    packets.push({
      ...packet,
      source: packet.source.slice(),
      destination: packet.destination.slice(),
      data: packet.data.slice(start, start + packet.payloadCaptured),
      payloadOffset: 0,
    });
  });
  decoder.push(readFileSync(path));
  decoder.end();
  return packets;
}

function headOf(path: string): Uint8Array {
  const file = openSync(path, 'r');
  const head = new Uint8Array(HEAD_BYTES);
  const length = readSync(file, head, 0, HEAD_BYTES, 0);
  closeSync(file);
  return head.subarray(0, length);
}
