import type { TrafficSink } from '../event.ts';
import { dnsCode, dnsName, dnsType } from './dns-names.ts';
import type { JsonObject } from './json-line.ts';
import { isObject, listOf, numberOf, objectOf, textOf } from './json-line.ts';
import { logAddress } from './log-address.ts';
import type { LineOutcome } from './log-reader.ts';
import type { Conversation } from './zeek-conversation.ts';

const MOST_ADDRESSES = 16;
const DNS = 53;

/**
 * `dns` events in the three forms Suricata gave them.
 *
 * | version                   | query                                   | answer                                             |
 * |---------------------------|-----------------------------------------|----------------------------------------------------|
 * | 1 (to 4.1)                | `type: query`, `rrname`, `rrtype`       | `type: answer`, one event a record, with its       |
 * |                           |                                         | `rdata`; only the first of an answer is passed on  |
 * | 2 (5 to 7)                | the same                                | `rrname`, `rcode`, `answers[]` or `grouped`        |
 * | 3 (8), also inside alerts | `type: request`, `queries[]`            | `type: response`, `queries[]`, `rcode`, `answers[]`|
 *
 * It never shows: the size of the messages (`messageBytes` is `NaN`).
 */
export class SuricataDns {
  readonly #sink: TrafficSink;
  /** Flow and transaction of the version 1 answer that was passed on last. */
  #answered = '';

  constructor(sink: TrafficSink) {
    this.#sink = sink;
  }

  readonly pass = (event: JsonObject, seen: Conversation): LineOutcome => {
    const dns = objectOf(event, 'dns');
    if (dns === undefined) return 'malformedLine';
    const at = seen.originatorPort === DNS && seen.responderPort !== DNS ? turned(seen) : seen;
    const [first] = [...listOf(dns, 'queries'), ...listOf(dns, 'query')].filter(isObject);
    const question = first ?? dns;
    const name = dnsName(textOf(question, 'rrname'));
    const queryType = dnsType(textOf(question, 'rrtype'));
    const type = textOf(dns, 'type') || (first === undefined ? '' : 'request');
    if (type === 'query' || type === 'request') {
      this.#sink.event({ kind: 'dns-query', name, queryType, ...at });
      return 'record';
    }
    if (type !== 'answer' && type !== 'response') return 'malformedLine';
    const isVersion1 = Number.isNaN(numberOf(dns, 'version')) && !Object.hasOwn(dns, 'answers');
    if (isVersion1) {
      const key = `${textOf(event, 'flow_id')}/${textOf(dns, 'id')}/${textOf(dns, 'tx_id')}`;
      if (key === this.#answered) return 'unusedLine';
      this.#answered = key;
    }
    const answers = answersOf(dns, isVersion1);
    const ttls = answers.map((answer) => answer.ttl).filter((ttl) => ttl >= 0);
    this.#sink.event({
      kind: 'dns-response',
      name,
      queryType,
      responseCode: dnsCode(textOf(dns, 'rcode')),
      answers: answers.length,
      messageBytes: Number.NaN,
      addresses: answers.flatMap(({ rdata }) => logAddress(rdata) ?? []).slice(0, MOST_ADDRESSES),
      minTtl: ttls.length === 0 ? Number.NaN : ttls.reduce((a, b) => Math.min(a, b)),
      ...at,
    });
    return 'record';
  };
}

interface Answer {
  readonly rdata: string;
  readonly ttl: number;
}

function answersOf(dns: JsonObject, isVersion1: boolean): Answer[] {
  const toAnswer = (record: JsonObject): Answer => ({ rdata: textOf(record, 'rdata'), ttl: numberOf(record, 'ttl') }); // prettier-ignore
  if (isVersion1) return textOf(dns, 'rdata') === '' ? [] : [toAnswer(dns)];
  const listed = listOf(dns, 'answers').filter(isObject).map(toAnswer);
  const grouped = objectOf(dns, 'grouped');
  if (listed.length > 0 || grouped === undefined) return listed;
  return Object.keys(grouped).flatMap((type) =>
    listOf(grouped, type).map((rdata) => ({
      rdata: typeof rdata === 'string' ? rdata : '',
      ttl: NaN,
    })),
  );
}

/** Before version 5 an answer's source is the server. */
function turned(at: Conversation): Conversation {
  return {
    timeUs: at.timeUs,
    originator: at.responder,
    originatorPort: at.responderPort,
    responder: at.originator,
    responderPort: at.originatorPort,
    protocol: at.protocol,
  };
}
