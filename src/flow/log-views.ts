import type { AppEvent, TrafficSink, Visibility } from './event.ts';
import type { Flow } from './flow.ts';
import { HONEYPOT } from './logs/cowrie-csv.ts';
import { sessionFlow } from './logs/session-flow.ts';
import { WEB_SERVER } from './logs/web-log.ts';
import { serviceOf } from './service.ts';

/**
 * Captured traffic as poorer inputs would have shown it. A model that learnt only from captures takes what a log
 * cannot say for a sign; these views let the same hosts teach it what each kind of input looks like.
 */
export const TRAFFIC_VIEWS = [
  'capture',
  'flow-log',
  'flow-export',
  'web-log',
  'honeypot-log',
  'firewall-log',
] as const;
export type TrafficView = (typeof TRAFFIC_VIEWS)[number];

/** What passes through the view to `sink`. */
export function viewTraffic(view: TrafficView, sink: TrafficSink): TrafficSink {
  switch (view) {
    case 'capture':
      return sink;
    case 'flow-log':
      return flowLogView(sink);
    case 'flow-export':
      return flowExportView(sink);
    case 'web-log':
      return webLogView(sink);
    case 'honeypot-log':
      return honeypotLogView(sink);
    case 'firewall-log':
      return firewallLogView(sink);
  }
}

const NO_EVENTS = {
  history: false,
  dns: false,
  http: false,
  tls: false,
  ssh: false,
  payload: false,
} as const;

/** As a log of connections tells it that looks at no payload: bytes and states are known, messages are not. */
function flowLogView(sink: TrafficSink): TrafficSink {
  return {
    flow: (flow) => sink.flow({ ...flow, service: '', history: '' }),
    event: () => undefined,
    visibility: (shown) => sink.visibility({ ...shown, ...NO_EVENTS }),
    skipped: (reason, count) => sink.skipped(reason, count),
  };
}

/** As routers export it (NetFlow, IPFIX, Argus): packets and bytes on the wire, and nothing of what they carried. */
function flowExportView(sink: TrafficSink): TrafficSink {
  return {
    flow: (flow) =>
      sink.flow({
        ...flow,
        service: '',
        history: '',
        connState: '',
        originatorBytes: NaN,
        responderBytes: NaN,
      }),
    event: () => undefined,
    visibility: (shown) => sink.visibility({ ...shown, ...NO_EVENTS, connState: false }),
    skipped: (reason, count) => sink.skipped(reason, count),
  };
}

/** As web servers' access logs tell it: requests and statuses, whoever the server was, and nothing else. */
function webLogView(sink: TrafficSink): TrafficSink {
  const shown: Visibility = { packets: false, connState: false, ...NO_EVENTS, http: true };
  return {
    flow: () => undefined,
    event: (event) => {
      if (event.kind === 'http-request') {
        sink.flow(requestFlow(event));
        sink.event({ ...event, responder: WEB_SERVER, originatorPort: 0, host: '' });
      }
      if (event.kind === 'http-response') {
        sink.event({ ...event, responder: WEB_SERVER, originatorPort: 0 });
      }
    },
    visibility: () => sink.visibility(shown),
    skipped: (reason, count) => sink.skipped(reason, count),
  };
}

/** Services that honeypots of logins offer. */
const HONEYPOT_SERVICES = ['ssh', 'telnet'];

/** As the log of a honeypot for SSH and telnet tells it: sessions and their logins, and nothing else. */
function honeypotLogView(sink: TrafficSink): TrafficSink {
  const shown: Visibility = { packets: false, connState: false, ...NO_EVENTS };
  return {
    flow: (flow) => {
      const service = serviceOf(flow.protocol, flow.responderPort, flow.service);
      if (!flow.established || !HONEYPOT_SERVICES.includes(service)) return;
      const { originator, originatorPort, responderPort, protocol } = flow;
      const ends = { originator, originatorPort, responder: HONEYPOT, responderPort, protocol };
      sink.flow(sessionFlow({ ...ends, service }, flow.startUs, flow.endUs));
    },
    event: (event) => {
      if (event.kind !== 'login' || !HONEYPOT_SERVICES.includes(event.service)) return;
      if (event.outcome === 'unknown') return;
      sink.event({ ...event, responder: HONEYPOT, atHoneypot: true });
    },
    visibility: () => sink.visibility(shown),
    skipped: (reason, count) => sink.skipped(reason, count),
  };
}

const KEPT_OUT: ReadonlySet<string> = new Set(['S0', 'SH', 'RSTOS0', 'REJ']);

/** As firewalls and clouds tell it that count nothing (Cisco, Azure, GCP): who was kept out, who was let through. */
function firewallLogView(sink: TrafficSink): TrafficSink {
  const shown: Visibility = { packets: false, connState: false, ...NO_EVENTS };
  return {
    flow: (flow) => {
      const isOut = KEPT_OUT.has(flow.connState);
      sink.flow({
        ...flow,
        endUs: flow.startUs,
        service: '',
        history: '',
        connState: isOut ? 'S0' : '',
        established: false,
        originatorPackets: NaN,
        responderPackets: isOut ? 0 : NaN,
        originatorIpBytes: NaN,
        responderIpBytes: isOut ? 0 : NaN,
        originatorBytes: NaN,
        responderBytes: NaN,
      });
    },
    event: () => undefined,
    visibility: () => sink.visibility(shown),
    skipped: (reason, count) => sink.skipped(reason, count),
  };
}

/** The flow that the reader of access logs makes of one line. */
function requestFlow(event: AppEvent): Flow {
  return {
    startUs: event.timeUs,
    endUs: event.timeUs,
    originator: event.originator,
    responder: WEB_SERVER,
    originatorPort: 0,
    responderPort: event.responderPort,
    protocol: event.protocol,
    service: 'http',
    originatorPackets: NaN,
    responderPackets: NaN,
    originatorIpBytes: NaN,
    responderIpBytes: NaN,
    originatorBytes: NaN,
    responderBytes: NaN,
    connState: 'SF',
    history: '',
    established: true,
  };
}
