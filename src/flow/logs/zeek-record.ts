import type { TextCache } from './text-cache.ts';
import { F } from './zeek-field.ts';

/**
 * One line of a Zeek log, whichever syntax it was written in. A field is its number in `F`; what is unset, or not in
 * this log at all, reads as `''`, `NaN`, `undefined` or no elements.
 */
export interface ZeekRecord {
  /** The field is set (JSON), or the log has such a column (tabs). */
  has(field: number): boolean;
  text(field: number): string;
  /** What the text stands for; `cache` unescapes it. */
  cached<T>(field: number, cache: TextCache<T>): T;
  number(field: number): number;
  flag(field: number): boolean | undefined;
  list(field: number): readonly string[];
  /** Microseconds; `NaN` if the field is unset. */
  timeUs(field: number): number;
}

/** The logs that are read; `other` is a Zeek log that is not. */
const READ = [
  'conn', 'dns', 'http', 'ssl', 'ssh', 'ftp', 'smtp', 'irc', 'rdp', 'ntlm', 'kerberos', 'notice',
] as const; // prettier-ignore

export type ReadZeekLog = (typeof READ)[number];
export type ZeekLog = ReadZeekLog | 'other';

/** Sets of fields of which one log alone has all: the first that fits wins. */
const BY_FIELDS: readonly (readonly [ZeekLog, readonly number[]])[] = [
  ['conn', [F.conn_state, F.proto]],
  ['conn', [F.orig_pkts, F.resp_pkts, F.proto]],
  ['dns', [F.query, F.trans_id]],
  ['dns', [F.qclass, F.rejected]],
  ['dns', [F.rcode, F.rejected]],
  ['dns', [F.trans_id, F.rejected]],
  ['other', [F.call_id]], // sip.log, which otherwise looks like http.log
  ['other', [F.request_path]],
  ['smtp', [F.trans_depth, F.helo]],
  ['smtp', [F.trans_depth, F.mailfrom]],
  ['smtp', [F.trans_depth, F.tls]],
  ['http', [F.trans_depth, F.method]],
  ['http', [F.trans_depth, F.status_code]],
  ['http', [F.trans_depth, F.request_body_len]],
  ['ssl', [F.resumed, F.established]],
  ['ssh', [F.auth_attempts]],
  ['ssh', [F.auth_success, F.client]],
  ['ssh', [F.kex_alg, F.host_key_alg]],
  ['irc', [F.nick, F.user, F.command]],
  ['ftp', [F.user, F.command, F.reply_code]],
  ['ftp', [F.user, F.command, F.arg]],
  ['ftp', [F.user, F.password, F.command]],
  ['kerberos', [F.request_type, F.client]],
  ['kerberos', [F.request_type, F.service]],
  ['ntlm', [F.username, F.hostname, F['id.resp_h']]],
  ['ntlm', [F.username, F.domainname, F['id.resp_h']]],
  ['rdp', [F.cookie, F.security_protocol]],
  ['rdp', [F.cookie, F.result]],
  ['notice', [F.note, F.actions]],
  ['notice', [F.note, F.msg]],
  ['other', [F['id.orig_h'], F['id.resp_h']]],
  ['other', [F.fuid]],
  ['other', [F.uids]],
  ['other', [F.orig_h, F.operation]],
  ['other', [F.software_type]],
  ['other', [F['certificate.version']]],
  ['other', [F.machine, F.is_exe]],
  ['other', [F.name, F.notice, F.peer]],
  ['other', [F.node, F.filter]],
];

/** Which log a `#path` (or `_path`) names. */
export function zeekLogOfPath(path: string): ZeekLog {
  return READ.find((name) => name === path) ?? 'other';
}

/** Which log these fields belong to; `undefined` if they look like none of Zeek's. */
export function zeekLogOfFields(record: Pick<ZeekRecord, 'has'>): ZeekLog | undefined {
  for (const [log, fields] of BY_FIELDS) {
    if (fields.every((field) => record.has(field))) return log;
  }
  return undefined;
}

/** Undoes the escapes of Zeek's ASCII writer: `\x2c`, `\\`. Bytes above 0x7f become their Latin-1 characters. */
export function unescapeZeek(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|\\)/g, (_, hex: string | undefined) =>
    hex === undefined ? '\\' : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
