import type { TrafficSink, Visibility } from '../event.ts';
import type { LineOutcome } from './log-reader.ts';
import { passZeekConn } from './zeek-conn.ts';
import { passZeekDns } from './zeek-dns.ts';
import { passZeekFtp } from './zeek-ftp.ts';
import { passZeekHttp } from './zeek-http.ts';
import { passZeekIrc } from './zeek-irc.ts';
import type { ZeekLog, ZeekRecord } from './zeek-record.ts';
import { passZeekSmtp } from './zeek-smtp.ts';
import { passZeekSsh } from './zeek-ssh.ts';
import { passZeekSsl } from './zeek-ssl.ts';

type PassRecord = (record: ZeekRecord, sink: TrafficSink) => LineOutcome;

const PASS: Readonly<Record<Exclude<ZeekLog, 'other'>, PassRecord>> = {
  conn: passZeekConn,
  dns: passZeekDns,
  http: passZeekHttp,
  ssl: passZeekSsl,
  ssh: passZeekSsh,
  ftp: passZeekFtp,
  smtp: passZeekSmtp,
  irc: passZeekIrc,
};

const NOTHING: Visibility = {
  packets: false,
  connState: false,
  history: false,
  dns: false,
  http: false,
  tls: false,
  ssh: false,
};

/** What each log can show: a directory of them shows their sum. */
const SHOWN: Readonly<Record<Exclude<ZeekLog, 'other'>, Visibility>> = {
  conn: { ...NOTHING, packets: true, connState: true, history: true },
  dns: { ...NOTHING, dns: true },
  http: { ...NOTHING, http: true },
  ssl: { ...NOTHING, tls: true },
  ssh: { ...NOTHING, ssh: true },
  ftp: NOTHING,
  smtp: NOTHING,
  irc: NOTHING,
};

/** Passes records of any of Zeek's logs on, saying what a log can show when its first record comes. */
export function passZeekRecord(
  sink: TrafficSink,
): (log: ZeekLog, record: ZeekRecord) => LineOutcome {
  const announced = new Set<ZeekLog>();
  return (log, record) => {
    if (log === 'other') return 'unusedZeekLog';
    if (!announced.has(log)) {
      announced.add(log);
      sink.visibility(SHOWN[log]);
    }
    return PASS[log](record, sink);
  };
}
