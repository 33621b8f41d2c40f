import { describe, expect, it } from 'vitest';
import type { AppEvent, TrafficSink, Visibility } from '../../src/flow/event.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { viewTraffic, type TrafficView } from '../../src/flow/log-views.ts';
import { makeFlow } from '../host/any-traffic.ts';

const SHOWN: Visibility = { packets: true, connState: true, history: true, dns: true, http: true, tls: true, ssh: true, payload: true }; // prettier-ignore
const ends = { timeUs: 1, originator: '10.0.0.1', originatorPort: 4000, responder: '10.0.0.2', responderPort: 22, protocol: 6 }; // prettier-ignore

/** What the view lets through of a web flow, a shell, a shell that never opened, and their messages. */
function seen(view: TrafficView): { flows: Flow[]; events: AppEvent[]; shown: Visibility } {
  const flows: Flow[] = [];
  const events: AppEvent[] = [];
  let shown = SHOWN;
  const sink: TrafficSink = {
    flow: (flow) => flows.push(flow),
    event: (event) => events.push(event),
    visibility: (facts) => { shown = facts; },
    skipped: () => undefined,
  }; // prettier-ignore
  const through = viewTraffic(view, sink);
  through.visibility(SHOWN);
  through.flow(makeFlow({ responderPort: 80, service: 'http' }));
  through.flow(makeFlow({ responderPort: 22, service: 'ssh' }));
  through.flow(makeFlow({ responderPort: 22, service: '', established: false, connState: 'S0' }));
  through.event({ kind: 'login', ...ends, service: 'ssh', outcome: 'failure', userName: 'root' });
  through.event({ kind: 'login', ...ends, service: 'ssh', outcome: 'unknown', userName: 'root' });
  through.event({ kind: 'dns-query', ...ends, name: 'example.com', queryType: 1 });
  return { flows, events, shown };
}

describe('captured traffic', () => {
  it('as a log of connections shows it: sizes and states, no messages', () => {
    const { flows, events, shown } = seen('flow-log');
    expect(flows).toHaveLength(3);
    expect(flows.every(({ service, history }) => service === '' && history === '')).toBe(true);
    expect(flows[0]).toMatchObject({
      originatorBytes: makeFlow().originatorBytes,
      connState: 'SF',
    });
    expect(events).toEqual([]);
    expect(shown).toMatchObject({ connState: true, dns: false, payload: false });
  });

  it('as a router exports it: packets and bytes on the wire alone', () => {
    const { flows, events, shown } = seen('flow-export');
    expect(flows).toHaveLength(3);
    for (const flow of flows) {
      expect(flow).toMatchObject({ connState: '', originatorBytes: NaN, responderBytes: NaN });
      expect(flow.originatorPackets).toBe(makeFlow().originatorPackets);
    }
    expect(events).toEqual([]);
    expect(shown).toMatchObject({ packets: true, connState: false, http: false });
  });

  it('as a honeypot tells it: sessions of its services, and logins whose outcome it knows', () => {
    const { flows, events, shown } = seen('honeypot-log');
    expect(flows).toHaveLength(1);
    expect(flows[0]).toMatchObject({
      responder: 'honeypot',
      service: 'ssh',
      originatorPackets: NaN,
    });
    expect(events).toEqual([
      { kind: 'login', ...ends, responder: 'honeypot', service: 'ssh', outcome: 'failure', userName: 'root', atHoneypot: true },
    ]); // prettier-ignore
    expect(shown).toMatchObject({ packets: false, ssh: false });
  });

  it('as a firewall’s log shows it: who was kept out and who was not', () => {
    const { flows, events, shown } = seen('firewall-log');
    expect(flows).toMatchObject([
      { responderPort: 80, connState: '', responderPackets: NaN },
      { responderPort: 22, connState: '', responderPackets: NaN },
      { responderPort: 22, connState: 'S0', responderPackets: 0, originatorPackets: NaN },
    ]);
    expect(events).toEqual([]);
    expect(Object.values(shown).some(Boolean)).toBe(false);
  });
});
