/**
 * One line of a Zeek log, whichever syntax it was written in. Fields have the names Zeek documents
 * (`id.orig_h`); what is unset, or not in this log at all, reads as `''`, `NaN`, `undefined` or no elements.
 */
export interface ZeekRecord {
  text(field: string): string;
  number(field: string): number;
  flag(field: string): boolean | undefined;
  list(field: string): readonly string[];
  /** Microseconds; `NaN` if the field is unset. */
  timeUs(field: string): number;
}

/** The logs that are read; `other` is a Zeek log that is not. */
export type ZeekLog = 'conn' | 'dns' | 'http' | 'ssl' | 'ssh' | 'ftp' | 'smtp' | 'irc' | 'other';

const READ = new Set<string>(['conn', 'dns', 'http', 'ssl', 'ssh', 'ftp', 'smtp', 'irc']);

/** Sets of fields of which one log alone has all: the first that fits wins. */
const BY_FIELDS: readonly (readonly [ZeekLog, readonly string[]])[] = [
  ['conn', ['conn_state', 'proto']],
  ['conn', ['orig_pkts', 'resp_pkts', 'proto']],
  ['dns', ['query', 'trans_id']],
  ['dns', ['qclass', 'rejected']],
  ['dns', ['rcode', 'rejected']],
  ['dns', ['trans_id', 'rejected']],
  ['other', ['call_id']], // sip.log, which otherwise looks like http.log
  ['other', ['request_path']],
  ['smtp', ['trans_depth', 'helo']],
  ['smtp', ['trans_depth', 'mailfrom']],
  ['smtp', ['trans_depth', 'tls']],
  ['http', ['trans_depth', 'method']],
  ['http', ['trans_depth', 'status_code']],
  ['http', ['trans_depth', 'request_body_len']],
  ['ssl', ['resumed', 'established']],
  ['ssh', ['auth_attempts']],
  ['ssh', ['auth_success', 'client']],
  ['ssh', ['kex_alg', 'host_key_alg']],
  ['irc', ['nick', 'user', 'command']],
  ['ftp', ['user', 'command', 'reply_code']],
  ['ftp', ['user', 'command', 'arg']],
  ['ftp', ['user', 'password', 'command']],
  ['other', ['id.orig_h', 'id.resp_h']],
  ['other', ['fuid']],
  ['other', ['uids']],
  ['other', ['note', 'actions']],
  ['other', ['orig_h', 'operation']],
  ['other', ['software_type']],
  ['other', ['certificate.version']],
  ['other', ['machine', 'is_exe']],
  ['other', ['name', 'notice', 'peer']],
  ['other', ['node', 'filter']],
];

/** Which log a `#path` (or `_path`) names. */
export function zeekLogOfPath(path: string): ZeekLog {
  return READ.has(path) ? (path as ZeekLog) : 'other';
}

/** Which log these fields belong to; `undefined` if they look like none of Zeek's. */
export function zeekLogOfFields(has: (field: string) => boolean): ZeekLog | undefined {
  return BY_FIELDS.find(([, fields]) => fields.every(has))?.[0];
}

/** Undoes the escapes of Zeek's ASCII writer: `\x2c`, `\\`. Bytes above 0x7f become their Latin-1 characters. */
export function unescapeZeek(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|\\)/g, (_, hex: string | undefined) =>
    hex === undefined ? '\\' : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
