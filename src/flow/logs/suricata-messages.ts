import type { LoginEvent, TrafficSink } from '../event.ts';
import type { JsonObject } from './json-line.ts';
import { listOf, numberOf, objectOf, textOf } from './json-line.ts';
import type { LineOutcome } from './log-reader.ts';
import type { Conversation } from './zeek-conversation.ts';

/** A message to more names the same thing; it bounds what one line can make. */
const MOST_RECIPIENTS = 100;

type Pass = (message: JsonObject, at: Conversation, sink: TrafficSink) => void;

/**
 * Events of application protocols: the member of the type's name holds the message.
 *
 * | type   | Suricata                                        | ours                                                     |
 * |--------|-------------------------------------------------|----------------------------------------------------------|
 * | `http` | `http_method hostname url http_user_agent`, `status` | `http-request`, `http-response`                     |
 * | `tls`  | `sni`, `ja4` else `ja3.hash`, `version`, subject = issuer | both hellos, `selfSigned`                      |
 * | `ssh`  | `client.software_version`, `server.…`           | `ssh-banner`                                             |
 * | `smtp` | `mail_from`, `rcpt_to`                          | `MAIL` and `RCPT` commands                               |
 * | `ftp`  | `command`, `completion_code`                    | a command; 230 and 530 are logins (RFC 959 §5.4)         |
 * | `smb`  | SESSION_SETUP with `status`, `ntlmssp.user`     | `login` (MS-ERREF: logon failure, account states)        |
 * | `rdp`  | `initial_request` with its `cookie`             | `login` of unknown outcome                               |
 * | `krb5` | `KRB_AS_REP`; `KRB_ERROR` that refuses          | `login`                                                  |
 */
export const SURICATA_MESSAGES: readonly (readonly [
  string,
  (event: JsonObject, at: Conversation, sink: TrafficSink) => LineOutcome,
])[] = [
  inside('http', passHttp),
  inside('tls', passTls),
  inside('ssh', passSsh),
  inside('smtp', passSmtp),
  inside('ftp', passFtp),
  inside('smb', passSmb),
  inside('rdp', passRdp),
  inside('krb5', passKerberos),
];

function inside(
  type: string,
  pass: Pass,
): readonly [string, (event: JsonObject, at: Conversation, sink: TrafficSink) => LineOutcome] {
  return [
    type,
    (event, at, sink) => {
      const message = objectOf(event, type);
      if (message === undefined) return 'malformedLine';
      pass(message, at, sink);
      return 'record';
    },
  ];
}

function passHttp(http: JsonObject, at: Conversation, sink: TrafficSink): void {
  const method = textOf(http, 'http_method').slice(0, 64);
  if (method !== '') {
    sink.event({
      kind: 'http-request',
      method,
      host: textOf(http, 'hostname').slice(0, 1024),
      uri: textOf(http, 'url').slice(0, 2048),
      userAgent: textOf(http, 'http_user_agent').slice(0, 2048),
      ...at,
    });
  }
  const status = numberOf(http, 'status');
  if (status > 0) sink.event({ kind: 'http-response', status, ...at });
}

const TLS_VERSIONS: Readonly<Record<string, number>> = {
  'SSLv2': 0x0002, 'SSLv3': 0x0300, 'TLSv1': 0x0301, 'TLS1.0': 0x0301, 'TLS1.1': 0x0302, 'TLS1.2': 0x0303, 'TLS1.3': 0x0304,
}; // prettier-ignore

function passTls(tls: JsonObject, at: Conversation, sink: TrafficSink): void {
  const ja4 = textOf(tls, 'ja4');
  sink.event({
    kind: 'tls-client-hello',
    serverName: textOf(tls, 'sni').toLowerCase().slice(0, 1024),
    fingerprint: (ja4 === '' ? textOf(objectOf(tls, 'ja3'), 'hash') : ja4).slice(0, 64),
    ...at,
  });
  const version = textOf(tls, 'version').replace(/\s/g, '');
  if (version === '' || version === 'UNDETERMINED') return;
  const subject = textOf(tls, 'subject');
  const selfSigned = subject !== '' && subject === textOf(tls, 'issuerdn') ? true : undefined;
  sink.event({
    kind: 'tls-server-hello',
    version: Object.hasOwn(TLS_VERSIONS, version) ? TLS_VERSIONS[version]! : Number.NaN,
    selfSigned,
    ...at,
  });
}

function passSsh(ssh: JsonObject, at: Conversation, sink: TrafficSink): void {
  for (const side of ['client', 'server'] as const) {
    const software = textOf(objectOf(ssh, side), 'software_version').slice(0, 255);
    if (software === '') continue;
    sink.event({ kind: 'ssh-banner', fromClient: side === 'client', software, ...at });
  }
}

function passSmtp(smtp: JsonObject, at: Conversation, sink: TrafficSink): void {
  const pass = (verb: string): void =>
    sink.event({ kind: 'command', service: 'smtp', verb, ...at });
  if (textOf(smtp, 'mail_from') !== '') pass('MAIL');
  const recipients = Math.min(listOf(smtp, 'rcpt_to').length, MOST_RECIPIENTS);
  for (let i = 0; i < recipients; i++) pass('RCPT');
}

function passFtp(ftp: JsonObject, at: Conversation, sink: TrafficSink): void {
  const verb = textOf(ftp, 'command').toUpperCase().slice(0, 64);
  if (verb !== '') sink.event({ kind: 'command', service: 'ftp', verb, ...at });
  const codes = listOf(ftp, 'completion_code');
  const outcome = codes.includes('230') ? 'success' : codes.includes('530') ? 'failure' : '';
  if (outcome !== '') passLogin('ftp', outcome, '', at, sink);
}

function passSmb(smb: JsonObject, at: Conversation, sink: TrafficSink): void {
  if (!textOf(smb, 'command').includes('SESSION_SETUP')) return;
  const userName = textOf(objectOf(smb, 'ntlmssp'), 'user');
  const status = textOf(smb, 'status');
  if (status === 'STATUS_SUCCESS') passLogin('smb', 'success', userName, at, sink);
  else if (/LOGON_FAILURE|NO_SUCH_USER|WRONG_PASSWORD|ACCESS_DENIED|ACCOUNT_|PASSWORD_|LOGON_TYPE/.test(status)) {
    passLogin('smb', 'failure', userName, at, sink);
  } // prettier-ignore
}

function passRdp(rdp: JsonObject, at: Conversation, sink: TrafficSink): void {
  if (textOf(rdp, 'event_type') !== 'initial_request') return;
  passLogin('rdp', 'unknown', textOf(rdp, 'cookie'), at, sink);
}

function passKerberos(krb5: JsonObject, at: Conversation, sink: TrafficSink): void {
  const user = textOf(krb5, 'cname').replace(/^<empty>$/, '');
  const type = textOf(krb5, 'msg_type');
  const refused = /^KDC_ERR_(PREAUTH_FAILED|C_PRINCIPAL_UNKNOWN|CLIENT_REVOKED|KEY_EXPIRED)$/;
  if (type === 'KRB_AS_REP') passLogin('kerberos', 'success', user, at, sink);
  else if (type === 'KRB_ERROR' && refused.test(textOf(krb5, 'error_code'))) {
    passLogin('kerberos', 'failure', user, at, sink);
  }
}

function passLogin(
  service: string,
  outcome: LoginEvent['outcome'],
  userName: string,
  at: Conversation,
  sink: TrafficSink,
): void {
  sink.event({ kind: 'login', service, outcome, userName: userName.slice(0, 255), ...at });
}
