import type { TrafficSink, Visibility } from '../event.ts';
import type { LineOutcome } from './log-reader.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { passZeekConn } from './zeek-conn.ts';
import { passZeekDns } from './zeek-dns.ts';
import { F } from './zeek-field.ts';
import { passZeekFtp } from './zeek-ftp.ts';
import { passZeekHttp } from './zeek-http.ts';
import { passZeekIrc } from './zeek-irc.ts';
import { passZeekKerberos } from './zeek-kerberos.ts';
import { passZeekNotice } from './zeek-notice.ts';
import { passZeekNtlm } from './zeek-ntlm.ts';
import { passZeekRdp } from './zeek-rdp.ts';
import type { ReadZeekLog, ZeekLog, ZeekRecord } from './zeek-record.ts';
import { passZeekSmtp } from './zeek-smtp.ts';
import { passZeekSsh } from './zeek-ssh.ts';
import { passZeekSsl } from './zeek-ssl.ts';

type PassRecord = (record: ZeekRecord, sink: TrafficSink) => LineOutcome;
type Fact = Exclude<keyof Visibility, 'payload'>;

const PASS: Readonly<Record<ReadZeekLog, PassRecord>> = {
  conn: passZeekConn,
  dns: passZeekDns,
  http: passZeekHttp,
  ssl: passZeekSsl,
  ssh: passZeekSsh,
  ftp: passZeekFtp,
  smtp: passZeekSmtp,
  irc: passZeekIrc,
  rdp: passZeekRdp,
  ntlm: passZeekNtlm,
  kerberos: passZeekKerberos,
  notice: passZeekNotice,
};

/** What each log can show, and with which column: a log without it does not. A directory shows their sum. */
const SHOWN: Readonly<Partial<Record<ReadZeekLog, readonly (readonly [Fact, number])[]>>> = {
  conn: [
    ['packets', F.orig_pkts],
    ['connState', F.conn_state],
    ['history', F.history],
  ],
  dns: [['dns', F.ts]],
  http: [['http', F.ts]],
  ssl: [['tls', F.ts]],
  ssh: [['ssh', F.ts]],
};

/** A record in tabs shows its columns at once; one in JSON only those that are set, so later ones are looked at too. */
const MOST_LOOKS = 1000;

/**
 * Passes records of any of Zeek's logs on, saying what a log can show when a record of it first has the column.
 *
 * | log                                        | gives                                                              |
 * |--------------------------------------------|--------------------------------------------------------------------|
 * | conn                                       | flows                                                              |
 * | dns http ssl ssh ftp smtp irc              | their messages                                                     |
 * | rdp ntlm kerberos                          | logins                                                             |
 * | notice                                     | alerts, which are evidence and never learnt from                   |
 * | x509 files smb_files smb_mapping dce_rpc   | nothing (`unusedZeekLog`): no feature is made of files and         |
 * | dhcp weird tunnel sip quic …               | certificates; ssl.log says itself whether a certificate was valid  |
 *
 * Lines are not joined by `uid`: every message line carries its own five-tuple and time, which is what a profile needs
 * and what stays true when a log is cut or its lines are read in another order.
 */
export function passZeekRecord(
  sink: TrafficSink,
): (log: ZeekLog, record: ZeekRecord) => LineOutcome {
  const left = new Map<ZeekLog, { facts: (readonly [Fact, number])[]; looks: number }>();
  const announce = (log: ReadZeekLog, record: ZeekRecord): void => {
    let unsaid = left.get(log);
    if (unsaid === undefined) {
      unsaid = { facts: [...(SHOWN[log] ?? [])], looks: 0 };
      left.set(log, unsaid);
      const shown = shownBy(record, unsaid.facts);
      unsaid.facts = unsaid.facts.filter(([fact]) => !shown[fact]);
      sink.visibility(shown);
    } else if (unsaid.facts.length > 0 && unsaid.looks++ < MOST_LOOKS) {
      const shown = shownBy(record, unsaid.facts);
      const before = unsaid.facts.length;
      unsaid.facts = unsaid.facts.filter(([fact]) => !shown[fact]);
      if (unsaid.facts.length < before) sink.visibility(shown);
    }
  };
  return (log, record) => {
    if (log === 'other') return 'unusedZeekLog';
    announce(log, record);
    return PASS[log](record, sink);
  };
}

function shownBy(record: ZeekRecord, facts: readonly (readonly [Fact, number])[]): Visibility {
  const shown: Record<Fact, boolean> = { ...NOTHING_SHOWN };
  for (const [fact, field] of facts) shown[fact] ||= record.has(field);
  return shown;
}
