import type { TrafficSink } from '../event.ts';
import type { LineOutcome } from './log-reader.ts';
import { zeekAddress, zeekProtocol } from './zeek-conversation.ts';
import { F } from './zeek-field.ts';
import type { ZeekRecord } from './zeek-record.ts';

/**
 * Zeek's notice.log: what Zeek's own scripts found worth a notice. Kept as evidence, never learnt from.
 *
 * | Zeek                              | ours                                                                     |
 * |-----------------------------------|--------------------------------------------------------------------------|
 * | `ts` (s → µs)                     | `timeUs`                                                                 |
 * | `note` (`Scan::Port_Scan`)        | `category`                                                               |
 * | `msg`                             | `signature`                                                              |
 * | `src`, else `id.orig_h`           | `originator`                                                             |
 * | `dst`, else `id.resp_h`; `p`      | `responder`, `responderPort`; without one the source itself, and 0       |
 *
 * Notices about no host (packet loss, a worker that left) are `unusedLine`. It never shows: a severity.
 */
export function passZeekNotice(record: ZeekRecord, sink: TrafficSink): LineOutcome {
  const timeUs = record.timeUs(F.ts);
  const category = record.text(F.note).slice(0, 128);
  if (Number.isNaN(timeUs) || category === '') return 'malformedLine';
  const originator = zeekAddress(record, F.src) ?? zeekAddress(record, F['id.orig_h']);
  if (originator === undefined) return 'unusedLine';
  const protocol = zeekProtocol(record);
  sink.event({
    kind: 'alert',
    detector: 'zeek',
    signature: record.text(F.msg).slice(0, 256),
    category,
    severity: Number.NaN,
    signatureId: Number.NaN,
    timeUs,
    originator,
    originatorPort: portOf(record.number(F['id.orig_p'])),
    responder: zeekAddress(record, F.dst) ?? zeekAddress(record, F['id.resp_h']) ?? originator,
    responderPort: portOf(record.number(F.p)) || portOf(record.number(F['id.resp_p'])),
    protocol: Number.isNaN(protocol) ? 0 : protocol,
  });
  return 'record';
}

function portOf(value: number): number {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff ? value : 0;
}
