import type { TrafficSink } from '../event.ts';
import type { LineOutcome } from './log-reader.ts';
import { TCP, zeekConversation } from './zeek-conversation.ts';
import { F } from './zeek-field.ts';
import type { ZeekRecord } from './zeek-record.ts';

/** RFC 4120 §7.5.9: wrong password, no such client, revoked or locked out. Other errors refuse nobody. */
const REFUSED: ReadonlySet<string> = new Set([
  'KDC_ERR_PREAUTH_FAILED', 'KDC_ERR_C_PRINCIPAL_UNKNOWN', 'KDC_ERR_CLIENT_REVOKED', 'KDC_ERR_KEY_EXPIRED',
]); // prettier-ignore

/**
 * Zeek's kerberos.log: one line a request with its answer. A request for a first ticket (`AS`) is a login.
 *
 * | Zeek                        | ours                                                                       |
 * |-----------------------------|----------------------------------------------------------------------------|
 * | `ts` (s → µs)               | `timeUs`                                                                   |
 * | `client` (`user/REALM`)     | `userName`, before the last `/`                                            |
 * | `success`, `error_msg`      | `outcome`; asked to prove itself first (`PREAUTH_REQUIRED`): no login yet  |
 *
 * It never shows: whether it went over UDP (it is taken for TCP); logins of which the KDC's answer was not seen.
 */
export function passZeekKerberos(record: ZeekRecord, sink: TrafficSink): LineOutcome {
  const at = zeekConversation(record, TCP);
  if (at === undefined) return 'malformedLine';
  if (record.text(F.request_type) !== 'AS') return 'unusedLine';
  const success = record.flag(F.success);
  const refused = REFUSED.has(record.text(F.error_msg));
  if (success !== true && !refused) return 'unusedLine';
  const userName = record.text(F.client).replace(/\/[^/]*$/, '').slice(0, 255); // prettier-ignore
  const outcome = success === true ? 'success' : 'failure';
  sink.event({ kind: 'login', service: 'kerberos', outcome, userName, ...at });
  return 'record';
}
