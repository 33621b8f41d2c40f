import type { TrafficSink } from '../event.ts';
import type { LineOutcome } from './log-reader.ts';
import { TCP, UDP, zeekConversation } from './zeek-conversation.ts';
import { F } from './zeek-field.ts';
import type { ZeekRecord } from './zeek-record.ts';

/** Zeek's `SSL::version_strings` as they stand on the wire. */
const VERSIONS: Readonly<Record<string, number>> = {
  SSLv2: 0x0002, SSLv3: 0x0300, TLSv10: 0x0301, TLSv11: 0x0302, TLSv12: 0x0303, TLSv13: 0x0304,
  DTLSv10: 0xfeff, DTLSv12: 0xfefd, DTLSv13: 0xfefc,
}; // prettier-ignore

/**
 * Zeek's ssl.log: one line a TLS or DTLS handshake.
 *
 * | Zeek                           | ours                                                            |
 * |--------------------------------|-----------------------------------------------------------------|
 * | `ts` (s → µs)                  | `timeUs` of both hellos                                         |
 * | `server_name`                  | `serverName`                                                    |
 * | `ja4`, else `ja3`              | `fingerprint`, if the site's Zeek has the package               |
 * | `version` (`TLSv12`)           | `version` (0x0303); unset: no server hello was seen             |
 * | `validation_status`            | `selfSigned`: `ok` is false, any other text true, unset unknown |
 *
 * It never shows: fingerprints without the package; certificates under TLS 1.3.
 */
export function passZeekSsl(record: ZeekRecord, sink: TrafficSink): LineOutcome {
  const versionText = record.text(F.version);
  const at = zeekConversation(record, versionText.startsWith('DTLS') ? UDP : TCP);
  if (at === undefined) return 'malformedLine';
  sink.event({
    kind: 'tls-client-hello',
    serverName: record.text(F.server_name).toLowerCase().slice(0, 1024),
    fingerprint: (record.text(F.ja4) || record.text(F.ja3)).slice(0, 64),
    ...at,
  });
  if (versionText === '') return 'record';
  const status = record.text(F.validation_status);
  sink.event({
    kind: 'tls-server-hello',
    version: tlsVersion(versionText),
    selfSigned: status === '' ? undefined : status !== 'ok',
    ...at,
  });
  return 'record';
}

function tlsVersion(text: string): number {
  if (text.startsWith('TLSv13')) return 0x0304; // TLSv13-draft28 and the like
  return Object.hasOwn(VERSIONS, text) ? VERSIONS[text]! : Number.NaN;
}
