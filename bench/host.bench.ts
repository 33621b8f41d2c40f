import { existsSync, readFileSync } from 'node:fs';
import { bench, describe } from 'vitest';
import { CaptureDecoder } from '../src/capture/capture-decoder.ts';
import type { Flow } from '../src/flow/flow.ts';
import { FlowTable } from '../src/flow/flow-table.ts';
import { hostVectors } from '../src/host/feature-schema.ts';
import { HostTable } from '../src/host/host-table.ts';

const FLOWS = 500_000;
const FEW = { iterations: 3, time: 0, warmupIterations: 1, warmupTime: 0 };

/** From 200,000 sources, two to three flows each, to one server. */
function floodFlow(i: number): Flow {
  const source = Math.imul(i % 200_000, 2654435761) >>> 0;
  return flowOf(i, { originator: address(source), responder: '203.0.113.80' }, 0);
}

/** 2,000 clients, 97 servers, the sizes and ports of browsing. */
function mixedFlow(i: number): Flow {
  const k = Math.imul(i, 2654435761) >>> 0;
  const originator = address(0x0a000000 + (k % 2000));
  const responder = address(0xc6336400 + (k % 97));
  const responderPort = (k & 64) > 0 ? 443 : 53;
  return flowOf(i, { originator, responder, responderPort }, 1 + (k % 50_000));
}

function address(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

type Ends = Pick<Flow, 'originator' | 'responder'> & Partial<Pick<Flow, 'responderPort'>>;

/** Without bytes a SYN that nobody answers. */
function flowOf(i: number, ends: Ends, bytes: number): Flow {
  const startUs = 1_700_000_000e6 + i * 200;
  const { originator, responder, responderPort = 80 } = ends;
  return {
    startUs,
    endUs: startUs + bytes,
    originator,
    responder,
    originatorPort: 1024 + (i % 60_000),
    responderPort,
    protocol: responderPort === 53 ? 17 : 6,
    service: '',
    originatorPackets: 1 + (bytes >> 10),
    responderPackets: bytes > 0 ? 2 : 0,
    originatorIpBytes: 40 + bytes,
    responderIpBytes: bytes,
    originatorBytes: bytes >> 3,
    responderBytes: bytes,
    connState: bytes > 0 ? 'SF' : 'S0',
    history: bytes > 0 ? 'ShADadFf' : 'S',
    established: bytes > 0 && responderPort !== 53,
  };
}

const flood = Array.from({ length: FLOWS }, (_, i) => floodFlow(i));
const mixed = Array.from({ length: FLOWS }, (_, i) => mixedFlow(i));

function fill(flows: Iterable<Flow>): HostTable {
  const table = new HostTable();
  for (const flow of flows) table.flow(flow);
  if (table.size === 0) throw new Error('nothing was kept');
  return table;
}

/** Divide 500,000 by the time of one run for flows a second. */
describe('HostTable.flow, 500,000 flows', () => {
  bench('SYN flood from 200,000 sources', () => void fill(flood), FEW);
  bench('2,000 clients of 97 servers', () => void fill(mixed), FEW);
});

describe('of a table of 200,000 sources', () => {
  const table = fill(flood);
  bench('the vectors', () => void Array.from(hostVectors(table), ({ host }) => host), FEW);
  bench('encode and decode', () => void HostTable.decode(table.encode()), FEW);
});

/** A capture of your own: RAPSHEET_CAPTURE=file.pcap. */
const capture = process.env['RAPSHEET_CAPTURE'];
if (capture !== undefined && existsSync(capture)) {
  const flows: Flow[] = [];
  const decoded = new FlowTable({ flow: (flow) => flows.push(flow), skipped: () => undefined });
  const decoder = new CaptureDecoder((packet) => {
    decoded.observe(packet);
  });
  decoder.push(readFileSync(capture));
  decoder.end();
  decoded.flush();
  describe(`HostTable.flow, the ${flows.length} flows of ${capture}`, () => {
    bench('all', () => void fill(flows), FEW);
  });
}

printMemory();

/** What one flow between two hosts that nobody else talks to costs, with the flow itself. */
function printMemory(): void {
  const collect = (globalThis as { gc?: () => void }).gc;
  const used = (): number => {
    collect?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  const table = new HostTable();
  for (let i = 0; i < 100_000; i++) {
    const ends = { originator: address(0x0a000000 + i), responder: address(0x0b000000 + i) };
    table.flow(flowOf(i, ends, 0));
  }
  const each = Math.round((used() - before) / (table.size / 2));
  const exact = collect === undefined ? ' at most (node --expose-gc tells it exactly)' : '';
  console.log(`a pair of hosts with one flow: ${each} bytes${exact}`);
}
