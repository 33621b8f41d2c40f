/**
 * One run for the bench, in a process of its own and from `dist`, because vitest's imports cost a hot loop half its
 * speed: `node capture-flows.mjs CAPTURE [events]`. Prints what was counted as a line of JSON.
 */
import { Buffer } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import process from 'node:process';
import { CaptureDecoder } from '../dist/capture/capture-decoder.js';
import { FlowTable } from '../dist/flow/flow-table.js';

const [, , path, what] = process.argv;
const MOST_FLOWS = 4_000_000;

const counted = { packets: 0, flows: 0, ipBytes: 0, events: 0, skipped: 0, rssAtPeak: 0 };
const sink = {
  flow: (flow) => {
    counted.flows++;
    counted.ipBytes += flow.originatorIpBytes + flow.responderIpBytes;
  },
  event: () => counted.events++,
  visibility: () => undefined,
  skipped: (reason, count) => (counted.skipped += reason.startsWith('flow') ? count : 0),
};

function* chunks() {
  const buffer = Buffer.allocUnsafeSlow(1 << 20);
  const file = openSync(path, 'r');
  for (;;) {
    const length = readSync(file, buffer, 0, buffer.length, null);
    if (length === 0) break;
    yield buffer.subarray(0, length);
  }
  closeSync(file);
}

// Room for every flow of the flood, as the C witness has.
const options = { maxFlows: MOST_FLOWS };
if (what === 'events') {
  const { readCapture } = await import('../dist/flow/read-capture.js');
  const { packets } = await readCapture(chunks(), sink, options);
  counted.packets = packets;
} else {
  const table = new FlowTable(sink, options);
  const observe = (packet) => table.observe(packet);
  const decoder = new CaptureDecoder(observe, undefined, undefined, table.plainSink());
  for (const chunk of chunks()) decoder.push(chunk);
  decoder.end();
  counted.packets = decoder.packets;
  table.flush();
}
counted.rssAtPeak = process.resourceUsage().maxRSS * 1024;
process.stdout.write(`${JSON.stringify(counted)}\n`);
