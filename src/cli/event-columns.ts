import type { AppEvent, EventKind } from '../flow/event.ts';
import { known, type Cell, type Column, type ColumnType } from '../report/column.ts';
import { knownCommunityId } from './known-community-id.ts';

/** The fields of a kind that every event has are columns of their own. */
type CommonField = 'kind' | 'timeUs' | 'originator' | 'originatorPort' | 'responder' | 'responderPort' | 'protocol'; // prettier-ignore
type EventOf<Kind extends EventKind> = Extract<AppEvent, { readonly kind: Kind }>;

/** The column types that can show a field of this type. */
type TypesFor<Value> =
  NonNullable<Value> extends number
    ? 'integer' | 'timeUs'
    : NonNullable<Value> extends boolean
      ? 'flag'
      : NonNullable<Value> extends readonly string[]
        ? 'texts'
        : 'text' | 'texts';

/** One column for each field of a kind, in the order of the table. A field that is forgotten does not compile. */
type FieldsOf<Kind extends EventKind> = {
  readonly [Field in Exclude<keyof EventOf<Kind>, CommonField>]-?: readonly [
    type: TypesFor<EventOf<Kind>[Field]>,
    meaning: string,
    /** Where another kind has a field of this name and of another type. */
    columnName?: string,
  ];
};

/** What each kind of event says beside when and between whom. A new kind is one entry here. */
const FIELDS: { readonly [Kind in EventKind]: FieldsOf<Kind> } = {
  'dns-query': {
    name: ['text', 'name in lower case, without the final dot'],
    queryType: ['integer', 'RR type: 1 A, 28 AAAA, 16 TXT …'],
  },
  'dns-response': {
    name: ['text', 'name in lower case, without the final dot'],
    queryType: ['integer', 'RR type: 1 A, 28 AAAA, 16 TXT …'],
    responseCode: ['integer', 'RCODE: 0 no error, 3 no such name …'],
    answers: ['integer', 'records in the answer section'],
    messageBytes: ['integer', 'bytes of the DNS message'],
    addresses: ['texts', 'addresses among the answers, at most 16'],
    minTtl: ['integer', 'smallest TTL among the answers, seconds'],
  },
  'http-request': {
    method: ['text', 'GET, POST …'],
    host: ['text', 'Host header'],
    uri: ['text', 'request target, at most 2,048 characters'],
    userAgent: ['text', 'User-Agent header'],
    hasReferer: ['flag', 'a Referer header was there'],
    contentType: ['text', 'media type, lower case'],
    contentLength: ['integer', 'Content-Length header, bytes'],
  },
  'http-response': {
    status: ['integer', 'status code'],
    contentType: ['text', 'media type, lower case'],
    contentLength: ['integer', 'Content-Length header, bytes'],
    isProgram: ['flag', 'the body begins as a program does (PE, ELF)'],
  },
  'tls-client-hello': {
    serverName: ['text', 'server name indication'],
    fingerprint: ['text', 'JA4 of the hello'],
    ja3: ['text', 'JA3 of the hello'],
    version: ['integer', 'highest version offered, as on the wire: 771 TLS 1.2, 772 TLS 1.3'],
    alpn: ['texts', 'ALPN protocols offered, at most 16'],
  },
  'tls-server-hello': {
    version: ['integer', 'version chosen, as on the wire: 771 TLS 1.2, 772 TLS 1.3'],
    selfSigned: ['flag', 'a log says that the certificate could not be validated'],
    ja3s: ['text', 'JA3S of the hello'],
    cipherSuite: ['integer', 'cipher suite chosen, as on the wire'],
    alpn: ['texts', 'ALPN protocol chosen, where it is said in the clear'],
  },
  'tls-certificate': {
    subject: ['text', 'common name of the subject'],
    issuer: ['text', 'common name of the issuer'],
    dnsNames: ['texts', 'DNS names of the subject alternative name, at most 64'],
    notBeforeUs: ['timeUs', 'valid from'],
    notAfterUs: ['timeUs', 'valid until'],
    selfSigned: ['flag', 'subject and issuer are the same'],
  },
  'ssh-banner': {
    fromClient: ['flag', 'the client said it, not the server'],
    software: ['text', 'software version field'],
  },
  'ssh-key-exchange': {
    fromClient: ['flag', 'the client said it, not the server'],
    hassh: ['text', 'HASSH of a client, hasshServer of a server'],
  },
  login: {
    service: ['text', 'ssh, ftp, smtp, http, smb, mysql …'],
    outcome: ['text', 'success, failure, or unknown: an attempt'],
    userName: ['text', 'name that was given'],
    atHoneypot: ['flag', 'the server is a honeypot'],
  },
  command: {
    service: ['text', 'smtp, irc, ftp, stratum, ldap …'],
    verb: ['text', 'MAIL, RCPT, NICK, PRIVMSG, STOR …'],
  },
  smb: {
    version: ['integer', 'dialect family: 1, or 2 for SMB 2 and 3'],
    command: ['text', 'TREE_CONNECT, CREATE, NT_CREATE_ANDX …'],
    path: ['text', 'share, pipe or file that a request names'],
    status: ['integer', 'NTSTATUS of an answer'],
  },
  rpc: {
    interface: ['text', 'endpoint’s name, else UUID'],
    operation: ['integer', 'operation number of a request', 'operationNumber'],
    contextId: ['integer', 'joins a request to its bind'],
  },
  ntlm: {
    userName: ['text', 'name that was given'],
    domainName: ['text', 'domain that was given'],
    hostName: ['text', 'name the client gives itself'],
  },
  dhcp: {
    messageType: ['integer', '1 DISCOVER, 3 REQUEST, 5 ACK …'],
    hostName: ['text', 'name the client gives itself'],
    vendorClass: ['text', 'option 60'],
    hardwareAddress: ['text', 'the client’s hardware address'],
  },
  snmp: {
    version: ['integer', '1, 2 (2c) or 3'],
    operation: ['text', 'GET, SET, TRAP …'],
    community: ['text', 'default (public, private), other, none'],
  },
  alert: {
    detector: ['text', 'who raised it: suricata, zeek'],
    signature: ['text', 'text of the signature or notice'],
    category: ['text', 'its category'],
    severity: ['integer', '1 is the gravest'],
    signatureId: ['integer', 'Suricata’s sid'],
  },
};

export type EventColumn = Column<AppEvent>;

/** Columns that every kind has. */
const COMMON: readonly EventColumn[] = [
  column('timeUs', 'timeUs', 'time of the packet that completed the message'),
  column('kind', 'text', 'what was said'),
  column('originator', 'text', 'client’s side of the conversation, for answers too'),
  column('originatorPort', 'integer', 'its port'),
  column('responder', 'text', 'server’s side'),
  column('responderPort', 'integer', 'its port'),
  column('protocol', 'integer', 'IANA protocol number: 6 TCP, 17 UDP …'),
  {
    name: 'communityId',
    type: 'text',
    meaning: 'Community ID v1 of the flow it belongs to',
    read: knownCommunityId,
  },
];

/** Every kind, in the order of the help. */
export const EVENT_KINDS = Object.keys(FIELDS) as readonly EventKind[];

/** The columns of one kind, without those that every kind has. */
export function fieldColumns(kind: EventKind): readonly EventColumn[] {
  return Object.entries<readonly [ColumnType, string, string?]>(FIELDS[kind]).map(
    ([field, [type, meaning, name = field]]) => column(name, type, meaning, field),
  );
}

/** The columns of a table of these kinds, each once; an event has `null` where it has no such field. */
export function eventColumns(kinds: Iterable<EventKind>): readonly EventColumn[] {
  const columns = new Map(COMMON.map((common) => [common.name, common]));
  for (const kind of kinds) {
    for (const field of fieldColumns(kind)) {
      if (!columns.has(field.name)) columns.set(field.name, field);
    }
  }
  return [...columns.values()];
}

function column(name: string, type: ColumnType, meaning: string, field = name): EventColumn {
  const read = (event: AppEvent): Cell => known(Reflect.get(event, field) as Cell);
  if (type !== 'texts') return { name, type, meaning, read };
  return {
    name,
    type,
    meaning,
    read(event) {
      const cell = read(event);
      return typeof cell === 'string' ? [cell] : cell;
    },
  };
}
