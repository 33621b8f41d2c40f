import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { AppEvent } from '../../src/flow/event.ts';
import { CaptureSequence } from '../../src/flow/read-capture.ts';
import { conversationKey, conversationOf, type Conversations } from './conversation.ts';
import { emptySayings, type Sayings } from './sayings.ts';
import { printable } from './tshark-reading.ts';
import { DATA } from './witness.ts';

/** What rapsheet makes of a capture, in the shape it is compared in. */
export interface Reading {
  readonly frames: number;
  readonly packets: number;
  readonly stopped: string | undefined;
  readonly skipped: ReadonlyMap<string, number>;
  readonly conversations: Conversations;
  readonly sayings: Sayings;
}

export function ourReading(name: string): Reading {
  const conversations: Conversations = new Map();
  const sayings = emptySayings();
  const skipped = new Map<string, number>();
  const sequence = new CaptureSequence({
    flow: (flow) => {
      const { protocol, originator, originatorPort, responder, responderPort } = flow;
      const key = conversationKey(protocol, originator, originatorPort, responder, responderPort);
      const found = conversationOf(conversations, key);
      found.packets += flow.originatorPackets + flow.responderPackets;
      found.ipBytes += flow.originatorIpBytes + flow.responderIpBytes;
      found.payloadBytes += flow.originatorBytes + flow.responderBytes;
      found.firstUs = Math.min(found.firstUs, flow.startUs);
      found.lastUs = Math.max(found.lastUs, flow.endUs);
      if (flow.tunnel !== undefined) found.marks.add(`tunnel:${flow.tunnel.kind}`);
    },
    event: (event) => addEvent(sayings, event),
    visibility: () => undefined,
    skipped: (reason, count) => skipped.set(reason, (skipped.get(reason) ?? 0) + count),
  });
  const decoder = sequence.decoder();
  const chunk = new Uint8Array(1 << 20);
  const file = openSync(join(DATA, name), 'r');
  for (;;) {
    const length = readSync(file, chunk);
    if (length === 0) break;
    decoder.push(chunk.subarray(0, length));
  }
  closeSync(file);
  const { frames, packets, stopped } = sequence.endCapture(decoder);
  sequence.end();
  return { frames, packets, stopped, skipped, conversations, sayings };
}

function addEvent(sayings: Sayings, event: AppEvent): void {
  switch (event.kind) {
    case 'dns-query':
    case 'dns-response':
      if (event.name !== '') sayings.dnsName.add(printable(event.name));
      return;
    case 'tls-client-hello':
      if (event.serverName !== '') sayings.serverName.add(event.serverName.toLowerCase());
      return;
    case 'http-request':
      if (event.host !== '') sayings.httpHost.add(event.host.toLowerCase());
      if (event.userAgent !== '') sayings.userAgent.add(event.userAgent);
      sayings.httpMethod.add(event.method);
      return;
    case 'http-response':
      sayings.httpStatus.add(String(event.status));
      return;
    case 'ssh-banner':
      sayings.sshSoftware.add(event.software);
      return;
    default:
  }
}
