/** Every field of Zeek's logs that is read, or that tells which log a record is from, in Zeek's names. */
const NAMES = [
  'ts', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto', 'ip_proto', 'service', 'duration',
  'orig_bytes', 'resp_bytes', 'conn_state', 'history', 'orig_pkts', 'orig_ip_bytes', 'resp_pkts', 'resp_ip_bytes',
  'query', 'qtype', 'qtype_name', 'qclass', 'rcode', 'rcode_name', 'rtt', 'answers', 'TTLs', 'trans_id', 'rejected',
  'method', 'host', 'uri', 'user_agent', 'status_code', 'request_body_len', 'trans_depth',
  'server_name', 'ja3', 'ja4', 'version', 'validation_status', 'resumed', 'established',
  'client', 'server', 'auth_success', 'auth_attempts', 'kex_alg', 'host_key_alg',
  'user', 'password', 'command', 'arg', 'reply_code', 'nick',
  'mailfrom', 'rcptto', 'last_reply', 'helo', 'tls', 'call_id', 'request_path',
  'request_type', 'success', 'error_msg', 'username', 'hostname', 'domainname', 'cookie', 'result', 'security_protocol',
  'note', 'msg', 'sub', 'src', 'dst', 'p', 'actions', 'name', 'notice', 'addl', 'peer',
  'tunnel_type', 'action', 'fuid', 'uids', 'orig_h', 'operation', 'software_type', 'certificate.version',
  'machine', 'is_exe', 'node', 'filter', '_path', 'label', 'detailed-label',
] as const; // prettier-ignore

export type ZeekFieldName = (typeof NAMES)[number];

/** Fields by number: a record finds a column with an index instead of a name. */
export const ZEEK_FIELDS: readonly string[] = NAMES;

/** The number of each field, by its name. */
export const F = Object.fromEntries(NAMES.map((name, index) => [name, index])) as Readonly<
  Record<ZeekFieldName, number>
>;
