import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AppEvent, Visibility } from '../../src/flow/event.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { FEATURES, hostVector, hostVectors, plainFeature } from '../../src/host/feature-schema.ts';
import { HostTable } from '../../src/host/host-table.ts';
import { events, flows, makeFlow } from './any-traffic.ts';

const ALL: Visibility = {
  packets: true, connState: true, history: true, dns: true, http: true, tls: true, ssh: true, payload: true,
}; // prettier-ignore
const HOST = '10.0.0.1';

function tableOf(
  list: readonly Flow[],
  said: readonly AppEvent[] = [],
  shown: Partial<Visibility> = {},
): HostTable {
  const table = new HostTable();
  table.visibility({ ...ALL, ...shown });
  for (const flow of list) table.flow(flow);
  for (const event of said) table.event(event);
  return table;
}

/** Plain values of the named features. */
function read(table: HostTable, host: string, ...names: string[]): Record<string, number> {
  const { vector } = hostVector(table, host)!;
  return Object.fromEntries(
    names.map((name) => [name, Math.round(plainFeature(vector, name) * 1e9) / 1e9]),
  );
}

const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** A SYN that nobody answers. */
const unanswered = (wish: Partial<Flow>): Flow =>
  makeFlow({
    endUs: 1_700_000_000e6,
    originatorPackets: 1,
    responderPackets: 0,
    originatorIpBytes: 40,
    responderIpBytes: 0,
    originatorBytes: 0,
    responderBytes: 0,
    connState: 'S0',
    history: 'S',
    established: false,
    ...wish,
  });

/** A SYN to a closed port. */
const refused = (wish: Partial<Flow>): Flow =>
  unanswered({
    responderPackets: 1,
    responderIpBytes: 40,
    connState: 'REJ',
    history: 'Sr',
    ...wish,
  });

const eventOf = (wish: Partial<Flow> = {}) => {
  const { originator, originatorPort, responder, responderPort, protocol, startUs } =
    makeFlow(wish);
  return { timeUs: startUs, originator, originatorPort, responder, responderPort, protocol };
};

describe('volume and outcome', () => {
  test('shares of payload, protocols and outcomes are those of hand-made flows', () => {
    const table = tableOf([
      makeFlow({ originatorBytes: 300, responderBytes: 700 }),
      makeFlow({ originatorBytes: 100, responderBytes: 900, responder: '10.0.0.3' }),
      refused({ responderPort: 23 }),
      makeFlow({ protocol: 17, responderPort: 53, connState: 'SF', established: false, originatorBytes: 40, responderBytes: 60 }), // prettier-ignore
    ]);
    expect(
      read(table, HOST, 'flows', 'tcp_share', 'udp_share', 'upload_share', 'succeeded_share', 'rejected_share',
        'established_share', 'sf_share', 'empty_tcp_share', 'originated_share', 'outcome_entropy', 'sent_packet_size', 'answer_packet_ratio'),
    ).toEqual({
      flows: 4,
      tcp_share: 0.75,
      udp_share: 0.25,
      upload_share: 0.20952381, // 440 / 2100
      succeeded_share: 0.75,
      rejected_share: 0.25,
      established_share: 0.666666667,
      sf_share: 0.666666667, // the UDP flow's SF is no TCP flow's
      empty_tcp_share: 0.333333333,
      originated_share: 1,
      outcome_entropy: 0.811278124, // −¾ log₂ ¾ − ¼ log₂ ¼
      sent_packet_size: 77.5, // (3 × 400 + 40) / (3 × 5 + 1)
      answer_packet_ratio: 1,
    }); // prettier-ignore
  });

  test('a UDP client has no share of TCP states at all', () => {
    const udp = { protocol: 17, responderPort: 53, established: false };
    const table = tableOf([makeFlow(udp), makeFlow({ ...udp, connState: 'S0' })]);
    expect(read(table, HOST, 'sf_share', 'half_open_share', 'midstream_share')).toEqual({
      sf_share: Number.NaN,
      half_open_share: Number.NaN,
      midstream_share: Number.NaN,
    });
  });

  test('half-open is what was answered and never acknowledged: SYN scans of open ports, not silence', () => {
    const table = tableOf([
      makeFlow({ connState: 'RSTO', history: 'ShR', established: false }),
      makeFlow({ connState: 'S1', history: 'Sh', established: false }),
      makeFlow({ connState: 'RSTO', history: 'ShADR', established: true }),
      unanswered({ connState: 'RSTOS0', history: 'SR' }),
      unanswered({ connState: 'SH', history: 'SF' }),
      unanswered({}),
      refused({}),
      makeFlow({ connState: 'OTH', history: 'Aa', established: false }),
    ]);
    expect(read(table, HOST, 'half_open_share')).toEqual({ half_open_share: 0.25 });
  });
});

describe('scanning', () => {
  /** Jung et al. 2004, equation 1: the product over first contacts, θ₀ = 0.8, θ₁ = 0.2. */
  function jung(contacts: readonly boolean[]): number {
    let ratio = 1;
    for (const success of contacts) ratio *= success ? 0.2 / 0.8 : (1 - 0.2) / (1 - 0.8);
    return Math.log2(ratio);
  }

  test('sequential_hypothesis_ratio is the likelihood ratio of a direct test, in signed bits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('answered', 'silent', 'refused'), { minLength: 1, maxLength: 60 }),
        (contacts) => {
          const table = tableOf(
            contacts.map((how, i) => {
              const wish = { responder: `10.9.0.${i}` };
              return how === 'answered'
                ? makeFlow(wish)
                : how === 'silent'
                  ? unanswered(wish)
                  : refused(wish);
            }),
          );
          const bits = jung(contacts.map((how) => how === 'answered'));
          const expected = Math.sign(bits) * Math.log2(1 + Math.abs(bits));
          const { vector } = hostVector(table, HOST)!;
          expect(plainFeature(vector, 'sequential_hypothesis_ratio')).toBeCloseTo(expected, 9);
        },
      ),
    );
  });

  test('a horizontal scan: one port, many addresses, one network', () => {
    const table = tableOf(
      times(50, (i) => unanswered({ responder: `10.9.${i % 2}.${i}`, responderPort: 445 })),
    );
    expect(
      read(table, HOST, 'destinations', 'destination_ports', 'destination_networks', 'addresses_per_network', 'ports_per_destination',
        'destinations_per_port', 'top_port_share', 'top_destination_share', 'silent_destination_share', 'smb_share', 'unanswered_share'),
    ).toEqual({
      destinations: 50,
      destination_ports: 1,
      destination_networks: 2,
      addresses_per_network: 25,
      ports_per_destination: 1,
      destinations_per_port: 50,
      top_port_share: 1,
      top_destination_share: 0.02,
      silent_destination_share: 1,
      smb_share: 1,
      unanswered_share: 1,
    }); // prettier-ignore
  });

  test('a vertical scan: many ports of one address among some browsing', () => {
    const table = tableOf([
      ...times(60, (i) => refused({ responder: '10.9.0.1', responderPort: 1 + i })),
      makeFlow({ responder: '10.9.0.2', responderPort: 443 }),
    ]);
    expect(
      read(table, HOST, 'destinations', 'destination_ports', 'ports_at_one_destination', 'ports_per_destination', 'rejected_share'),
    ).toEqual({
      destinations: 2,
      destination_ports: 61,
      ports_at_one_destination: 60,
      ports_per_destination: 30.5,
      rejected_share: 0.983606557,
    }); // prettier-ignore
  });
});

describe('password guessing', () => {
  test('login features are those of the worst login channel, whatever else the host does', () => {
    const guess = { responder: '10.9.0.5', responderPort: 22, connState: 'SF' } as const;
    const login = { ...eventOf(guess), kind: 'login' as const, service: 'ssh', userName: 'root' };
    const table = tableOf(
      [
        ...times(40, (i) =>
          makeFlow({
            ...guess,
            startUs: 1_700_000_000e6 + i * 2e6,
            endUs: 1_700_000_000e6 + i * 2e6 + 1e6,
            originatorBytes: 1000,
            responderBytes: 2000 + (i % 4 === 0 ? 4000 : 0),
          }),
        ),
        ...times(3, () => makeFlow({ responder: '10.9.0.6', responderPort: 21 })),
        ...times(300, () => makeFlow({ responderPort: 443 })),
      ],
      [
        ...times(7, () => ({ ...login, outcome: 'failure' as const })),
        { ...login, outcome: 'success' as const },
        { ...login, outcome: 'unknown' as const },
      ],
    );
    expect(
      read(table, HOST, 'login_attempts', 'login_alike_share', 'login_success_share', 'login_targets', 'channel_login_failures',
        'login_failures', 'login_successes', 'login_flow_share', 'login_session_duration', 'busiest_channel_flows'),
    ).toEqual({
      login_attempts: 40,
      login_alike_share: 0.75,
      login_success_share: 1,
      login_targets: 2,
      channel_login_failures: 7,
      login_failures: 7,
      login_successes: 1,
      login_flow_share: 0.125364431, // 43 / 343
      login_session_duration: expect.closeTo(1, 1) as number,
      busiest_channel_flows: 300,
    }); // prettier-ignore
  });
});

describe('uploads and look-ups', () => {
  test('upload features are those of the channel that got most', () => {
    const table = tableOf([
      ...times(9, () => makeFlow({ originatorBytes: 100, responderBytes: 900 })),
      makeFlow({ responder: '203.0.113.9', responderPort: 443, originatorBytes: 8100, responderBytes: 900 }),
    ]); // prettier-ignore
    expect(
      read(table, HOST, 'upload_channel_bytes', 'upload_channel_share', 'upload_concentration', 'upload_share'),
    ).toEqual({
      upload_channel_bytes: 8100,
      upload_channel_share: 0.9,
      upload_concentration: 0.9,
      upload_share: 0.5,
    }); // prettier-ignore
  });

  const answer = {
    ...eventOf({ responder: '10.0.0.53', responderPort: 53, protocol: 17 }),
    kind: 'dns-response' as const,
    name: 'a.example',
    queryType: 1,
    responseCode: 0,
    answers: 1,
    messageBytes: 60,
    minTtl: 60,
  };

  test('contacts without a look-up are the responders that no answer named', () => {
    const table = tableOf(
      times(10, (i) => makeFlow({ responder: `198.51.100.${i}` })),
      times(4, (i) => ({ ...answer, addresses: [`198.51.100.${i}`, `203.0.113.${i}`] })),
    );
    const { contacts_without_lookup_share: share } = read(
      table,
      HOST,
      'contacts_without_lookup_share',
    );
    expect(share).toBe(0.6);
  });

  test('and are missing for a host that resolved nothing', () => {
    const table = tableOf([makeFlow()], [{ ...answer, responseCode: 3, addresses: [] }]);
    expect(
      read(table, HOST, 'contacts_without_lookup_share', 'dns_nxdomain_share', 'dns_failed_names'),
    ).toEqual({ contacts_without_lookup_share: Number.NaN, dns_nxdomain_share: 1, dns_failed_names: 1 }); // prettier-ignore
  });
});

describe('rates', () => {
  test('do not fall because somebody recorded for longer: bursts of flows a day apart', () => {
    const names = ['flow_rate', 'busiest_channel_rate', 'target_flow_rate', 'active_seconds_per_minute', 'active_minutes_per_hour', 'login_rate']; // prettier-ignore
    const burst = (day: number) =>
      times(200, (i) => {
        const startUs = 1_700_000_000e6 + day * 86_400e6 + Math.floor(i / 20) * 1e6;
        return makeFlow({ startUs, endUs: startUs, responderPort: 22 });
      });
    const once = read(tableOf(burst(0)), HOST, ...names);
    expect(once).toEqual({
      flow_rate: 20,
      busiest_channel_rate: 20,
      target_flow_rate: 20,
      active_seconds_per_minute: 10,
      active_minutes_per_hour: 1,
      login_rate: 20,
    });
    const daily = read(tableOf([0, 1, 2, 3, 4].flatMap(burst)), HOST, ...names);
    expect(daily).toEqual(once);
  });

  test('share of active minutes: of the clock, from the first to the last', () => {
    const startUs = 28_333_334 * 60e6; // a full minute
    const at = (minute: number) => makeFlow({ startUs: startUs + minute * 60e6 });
    expect(read(tableOf([at(0), at(0), at(3), at(9)]), HOST, 'active_share')).toEqual({
      active_share: 0.3,
    });
    expect(read(tableOf([at(0), at(6)]), HOST, 'active_share')['active_share']).toBeNaN();
  });

  test('of packets: one long flow is no flood', () => {
    const startUs = 1_700_000_000e6;
    const stream = makeFlow({ startUs, endUs: startUs + 999e6, originatorPackets: 50_000 });
    expect(read(tableOf([stream]), HOST, 'packet_rate')).toEqual({ packet_rate: 50 });
  });
});

describe('who never answered', () => {
  test('is told from who refused, and from who was cut off by a router', () => {
    const table = tableOf([
      makeFlow({ responder: '10.9.0.1' }),
      refused({ responder: '10.9.0.1' }),
      refused({ responder: '10.9.0.2' }),
      unanswered({ responder: '10.9.0.3' }),
      unanswered({ responder: '10.9.0.4', icmpError: 'unreachable' }),
      unanswered({ responder: '10.9.0.4', icmpError: 'timeExceeded' }),
    ]);
    expect(
      read(table, HOST, 'silent_destination_share', 'refusing_destination_share', 'icmp_unreachable_share'),
    ).toEqual({
      silent_destination_share: 0.5,
      refusing_destination_share: 0.25,
      icmp_unreachable_share: 0.166666667,
    }); // prettier-ignore
  });

  test('and a host of few flows keeps what routers said of them', () => {
    const table = tableOf([unanswered({ icmpError: 'unreachable' })]);
    const merged = HostTable.decode(table.encode());
    expect(read(merged, HOST, 'icmp_unreachable_share')).toEqual({ icmp_unreachable_share: 1 });
  });

  test('own ports are hashed: 3,000 of them share no cell of the count-min sketch for long', () => {
    const table = tableOf(times(3000, (i) => makeFlow({ originatorPort: 20_000 + 16 * i })));
    const { top_source_port_share: share } = read(table, HOST, 'top_source_port_share');
    expect(share).toBeLessThan(0.04); // raw ports in steps of 16 would fill 4 cells of 64: 0.25
  });
});

describe('what got no answer', () => {
  const NAMES = ['failed_targets_on_one_port', 'failed_ports_at_one_target'] as const;

  test('is counted at the worst port and at the worst target, and not across them', () => {
    const table = tableOf([
      ...times(30, (i) => unanswered({ responder: `10.7.0.${i}`, responderPort: 445 })),
      ...times(12, (i) => refused({ responder: '10.8.0.1', responderPort: 100 + i })),
      // A file-sharing client: many peers gone, each at a port of its own.
      ...times(20, (i) => unanswered({ responder: `10.9.0.${i}`, responderPort: 20_000 + i })),
      makeFlow({ responder: '10.7.1.1', responderPort: 445 }),
    ]);
    expect(read(table, HOST, ...NAMES)).toEqual({
      failed_targets_on_one_port: 30,
      failed_ports_at_one_target: 12,
    });
  });

  test('a target that answered once at the port did not fail there', () => {
    const table = tableOf([
      unanswered({ responder: '10.7.0.1', responderPort: 22 }),
      makeFlow({ responder: '10.7.0.1', responderPort: 22 }),
    ]);
    expect(read(table, HOST, ...NAMES)).toEqual({
      failed_targets_on_one_port: 0,
      failed_ports_at_one_target: 0,
    });
  });

  test('is estimated where channels are too many to be told apart', () => {
    const sweep = tableOf(
      times(3000, (i) => unanswered({ responder: `10.7.${i >> 8}.${i & 255}`, responderPort: 23 })),
    );
    expect(read(sweep, HOST, NAMES[0])[NAMES[0]]).toBeGreaterThan(2700);
    const ports = tableOf(
      times(3000, (i) => refused({ responder: '10.8.0.1', responderPort: 1 + i })),
    );
    expect(read(ports, HOST, NAMES[1])[NAMES[1]]).toBeGreaterThan(2700);
  });
});

describe('conversations at unusual ports', () => {
  test('are the answered TCP channels that no service is registered for, and the worst of them', () => {
    const talk = (responderPort: number, seconds: number, originatorBytes: number): Flow =>
      makeFlow({
        responder: '10.7.0.1',
        responderPort,
        endUs: 1_700_000_000e6 + seconds * 1e6,
        originatorBytes,
      });
    const table = tableOf([
      talk(443, 900, 90_000),
      talk(7084, 300, 400),
      talk(4041, 20, 5000),
      unanswered({ responder: '10.7.0.1', responderPort: 7777 }),
    ]);
    expect(
      read(table, HOST, 'unlisted_channels', 'unlisted_channel_duration', 'unlisted_channel_bytes'),
    ).toEqual({
      unlisted_channels: 2,
      unlisted_channel_duration: 300,
      unlisted_channel_bytes: 5000,
    });
  });
});

describe('messages', () => {
  const at = (responderPort: number) => ({
    timeUs: 1_700_000_000e6, originator: HOST, originatorPort: 50_000, responder: '10.7.0.1', responderPort, protocol: 6,
  }); // prettier-ignore

  test('of programs and their gates: counts beside the shares', () => {
    const request = (method: string, host: string, port = 80): AppEvent =>
      ({ kind: 'http-request', ...at(port), method, host, uri: '/', userAgent: 'x' }); // prettier-ignore
    const response = (more: object): AppEvent =>
      ({ kind: 'http-response', ...at(80), status: 200, ...more }); // prettier-ignore
    const table = tableOf(
      [makeFlow()],
      [
        request('POST', '10.7.0.1'),
        request('GET', 'site.example', 7070),
        request('GET', 'site.example', 61_234),
        response({ isProgram: true, contentType: 'application/octet-stream' }),
        response({ contentType: 'application/x-msdownload' }),
        response({ contentType: 'text/html' }),
      ],
    );
    expect(
      read(table, HOST, 'http_posts', 'http_address_host_requests', 'http_unlisted_port_requests', 'http_programs'),
    ).toEqual({
      http_posts: 1,
      http_address_host_requests: 1,
      http_unlisted_port_requests: 2,
      http_programs: 2,
    }); // prettier-ignore
  });

  test('of DNS: services that tell an address, and names that anybody may move', () => {
    const query = (name: string): AppEvent => ({
      kind: 'dns-query',
      ...at(53),
      name,
      queryType: 1,
    });
    const table = tableOf(
      [makeFlow()],
      ['api.ipify.org', 'checkip.dyndns.org', 'home.duckdns.org', 'www.example.com'].map(query),
    );
    expect(read(table, HOST, 'dns_address_echo_queries', 'dns_dynamic_queries')).toEqual({
      dns_address_echo_queries: 2,
      dns_dynamic_queries: 2, // dyndns.org gives such names, too
    });
  });

  test('of TLS at unusual ports, of honeypots and of rare SMB transactions', () => {
    const hello = (port: number, serverName: string): AppEvent =>
      ({ kind: 'tls-client-hello', ...at(port), serverName, fingerprint: '' }); // prettier-ignore
    const smb = (command: string, status = Number.NaN): AppEvent =>
      ({ kind: 'smb', ...at(445), version: 1, command, path: '', status }); // prettier-ignore
    const table = tableOf(
      [makeFlow()],
      [
        hello(443, 'site.example'),
        hello(7084, ''),
        { kind: 'login', ...at(22), service: 'ssh', outcome: 'failure', userName: '', atHoneypot: true },
        { kind: 'login', ...at(22), service: 'ssh', outcome: 'failure', userName: '' },
        smb('NT_TRANSACT'),
        smb('TRANS2_SESSION_SETUP'),
        smb('TRANS2_SESSION_SETUP', 0xc0000002),
        smb('NEGOTIATE'),
      ],
    ); // prettier-ignore
    expect(
      read(table, HOST, 'tls_unnamed_hellos', 'tls_unlisted_port_hellos', 'honeypot_logins', 'smb_rare_transactions'),
    ).toEqual({
      tls_unnamed_hellos: 1,
      tls_unlisted_port_hellos: 1,
      honeypot_logins: 1,
      smb_rare_transactions: 2,
    }); // prettier-ignore
  });

  test('of Windows: shares, refusals, and binds that control another machine', () => {
    const to = (responder: string) => ({ ...eventOf({ responder, responderPort: 445 }) });
    const smb = (responder: string, path: string, status = Number.NaN) =>
      ({
        ...to(responder),
        kind: 'smb',
        version: 2,
        command: 'TREE_CONNECT',
        path,
        status,
      }) as const;
    const bind = (responder: string, name: string, operation = Number.NaN) =>
      ({ ...to(responder), kind: 'rpc', interface: name, operation, contextId: 0 }) as const;
    const table = tableOf(
      [makeFlow({ responder: '10.9.0.1', responderPort: 445 })],
      [
        smb('10.9.0.1', String.raw`\\10.9.0.1\IPC$`),
        smb('10.9.0.1', '', 0),
        smb('10.9.0.1', String.raw`\\10.9.0.1\admin$`),
        smb('10.9.0.2', String.raw`\\host\C$`),
        smb('10.9.0.2', '', 0xc0000022),
        smb('10.9.0.2', String.raw`\\host\public`),
        bind('10.9.0.1', 'svcctl'),
        bind('10.9.0.1', '', 15),
        bind('10.9.0.1', '', 12),
        bind('10.9.0.3', 'samr'),
        bind('10.9.0.3', 'epmapper', 3),
      ],
    );
    expect(
      read(table, HOST, 'smb_peers', 'smb_tree_connects', 'smb_admin_shares', 'smb_admin_share_peers', 'smb_refusals',
        'smb_refused_share', 'rpc_binds', 'rpc_control_binds', 'rpc_control_peers', 'rpc_account_binds', 'rpc_requests'),
    ).toEqual({
      smb_peers: 2,
      smb_tree_connects: 4,
      smb_admin_shares: 2,
      smb_admin_share_peers: 2,
      smb_refusals: 1,
      smb_refused_share: 0.166666667,
      rpc_binds: 3,
      rpc_control_binds: 1,
      rpc_control_peers: 1,
      rpc_account_binds: 1,
      rpc_requests: 3,
    }); // prettier-ignore
    const key = { responder: '10.9.0.1', protocol: 6, responderPort: 445 };
    const { channel } = hostVector(table, HOST)!.channels.busiest!;
    const { responder, protocol, responderPort } = hostVector(table, HOST)!.channels.busiest!.key!;
    expect({ responder, protocol, responderPort }).toEqual(key);
    expect(channel.count('controlMessages')).toBe(2);
  });

  test('of a mining pool: how many, how fast, and the share of flows to it', () => {
    const command = (second: number, verb: string) => ({
      ...eventOf({ startUs: 1_700_000_040e6 + second * 1e6, responderPort: 3333 }),
      kind: 'command' as const,
      service: 'stratum' as const,
      verb,
    });
    const table = tableOf(
      [makeFlow({ responderPort: 3333 }), ...times(3, () => makeFlow({ responderPort: 443 }))],
      [command(0, 'login'), command(10, 'job'), command(50, 'submit'), command(70, 'job')],
    );
    expect(
      read(table, HOST, 'mining_commands', 'mining_commands_per_minute', 'mining_flow_share'),
    ).toEqual({ mining_commands: 4, mining_commands_per_minute: 2, mining_flow_share: 0.25 });
  });

  test('of programs and shells that cross TCP outright, and of files sent by FTP', () => {
    const raw = (service: string, responderPort: number) => makeFlow({ service, responderPort });
    const command = (verb: string, service: 'ftp' | 'smtp') =>
      ({ ...eventOf(), kind: 'command', service, verb }) as const;
    const table = tableOf(
      [raw('shell', 4444), raw('program', 4444), raw('program', 5555), raw('', 4444)],
      [...['USER', 'STOR', 'APPE', 'RETR'].map((verb) => command(verb, 'ftp')), command('STOR', 'smtp')], // prettier-ignore
    );
    expect(read(table, HOST, 'program_flows', 'shell_flows', 'ftp_uploads')).toEqual({
      program_flows: 2,
      shell_flows: 1,
      ftp_uploads: 2,
    });
  });

  test('of logins: an attempt and its answer are one, and guests have no name', () => {
    const login = (
      userName: string,
      outcome: 'success' | 'failure' | 'unknown',
      service = 'kerberos',
    ) => ({ ...eventOf(), kind: 'login' as const, service, outcome, userName });
    const table = tableOf(
      [makeFlow()],
      [
        ...['anna', 'bert', 'carl', 'anna'].flatMap((name) => [
          login(name, 'unknown'),
          login(name, 'failure'),
        ]),
        login('', 'failure', 'ssh'),
        login('guest', 'unknown', 'smb'),
      ],
    );
    expect(
      read(table, HOST, 'login_user_names', 'login_unique_name_share', 'login_failures', 'login_successes'),
    ).toEqual({
      login_user_names: 3,
      login_unique_name_share: 0.75,
      login_failures: 5,
      login_successes: 0,
    }); // prettier-ignore
  });

  test('of IRC: the words of the client alone', () => {
    const irc = (verb: string) =>
      ({ ...eventOf(), kind: 'command', service: 'irc', verb }) as const;
    const verbs = ['NICK', 'USER', '001', '376', 'PING', 'PONG', 'NOTICE', 'JOIN'];
    expect(read(tableOf([makeFlow()], verbs.map(irc)), HOST, 'irc_commands')).toEqual({
      irc_commands: 4,
    });
  });

  test('of TLS, SSH, SNMP and DHCP', () => {
    const certificate = (selfSigned: boolean) =>
      ({
        ...eventOf(), kind: 'tls-certificate', subject: 'a', issuer: 'b', dnsNames: [], notBeforeUs: 0, notAfterUs: 1,
        selfSigned,
      }) as const; // prettier-ignore
    const exchange = (hassh: string, fromClient = true) =>
      ({ ...eventOf(), kind: 'ssh-key-exchange', fromClient, hassh }) as const;
    const snmp = (operation: string, community: 'default' | 'other') =>
      ({ ...eventOf(), kind: 'snmp', version: 2, operation, community }) as const;
    const dhcp = (messageType: number, hardwareAddress: string) =>
      ({ ...eventOf(), kind: 'dhcp', messageType, hostName: '', vendorClass: '', hardwareAddress }) as const; // prettier-ignore
    const table = tableOf(
      [makeFlow()],
      [
        ...[true, false, false, false].map(certificate),
        exchange('aa'),
        exchange('bb'),
        exchange('cc', false),
        snmp('GET', 'default'),
        snmp('GETBULK', 'other'),
        snmp('RESPONSE', 'default'),
        snmp('TRAP', 'default'),
        dhcp(1, '02:00:00:00:00:01'),
        dhcp(1, '02:00:00:00:00:02'),
        dhcp(1, '02:00:00:00:00:02'),
        dhcp(3, '02:00:00:00:00:03'),
      ],
    );
    expect(
      read(table, HOST, 'tls_self_signed_share', 'ssh_hasshes', 'snmp_default_requests', 'dhcp_discovers', 'dhcp_hardware_addresses'),
    ).toEqual({
      tls_self_signed_share: 0.25,
      ssh_hasshes: 2,
      snmp_default_requests: 1,
      dhcp_discovers: 3,
      dhcp_hardware_addresses: 2,
    }); // prettier-ignore
  });
});

describe('what the input cannot show', () => {
  test.each(['packets', 'connState', 'dns', 'http', 'tls', 'ssh', 'payload'] as const)(
    'without %s every feature that needs it is NaN, and counts of what was not done are 0 with it',
    (kind) => {
      const needing = FEATURES.filter((feature) => feature.needs === kind);
      expect(needing.length).toBeGreaterThan(0);
      const blind = hostVector(tableOf([makeFlow()], [], { [kind]: false }), HOST)!;
      const seeing = hostVector(tableOf([makeFlow()]), HOST)!;
      for (const { name, unit } of needing) {
        expect(plainFeature(blind.vector, name), name).toBeNaN();
        // Who resolved nothing has no contact that it should have looked up.
        if (unit === 'count' && name !== 'contacts_without_lookup') {
          expect(plainFeature(seeing.vector, name), name).toBeGreaterThanOrEqual(0);
        }
      }
      for (const { name, needs } of FEATURES) {
        if (needs === kind) continue;
        expect(plainFeature(blind.vector, name), name).toEqual(plainFeature(seeing.vector, name));
      }
    },
  );
});

describe('hosts that only answer', () => {
  test('a server has features of a responder, and none of what it never did', () => {
    const table = tableOf(
      times(20, (i) => makeFlow({ originator: `10.1.0.${i}`, responder: '10.0.0.80' })),
    );
    expect(
      read(table, '10.0.0.80', 'flows', 'originated_share', 'answered_flows', 'sources', 'own_ports', 'own_success_share', 'unsolicited_share',
        'served_upload_share', 'succeeded_share', 'sequential_hypothesis_ratio', 'beacon_score', 'login_attempts', 'target_sources'),
    ).toEqual({
      flows: 0,
      originated_share: 0,
      answered_flows: 20,
      sources: 20,
      own_ports: 1,
      own_success_share: 1,
      unsolicited_share: 0,
      served_upload_share: 0.833333333, // 1000 of 1200
      succeeded_share: Number.NaN,
      sequential_hypothesis_ratio: Number.NaN,
      beacon_score: Number.NaN,
      login_attempts: 0,
      target_sources: Number.NaN,
    }); // prettier-ignore
  });

  test('an address that was named but never spoke is no host to judge', () => {
    const table = tableOf(times(5, (i) => unanswered({ responder: `10.9.0.${i}` })));
    expect([...hostVectors(table)].map(({ host }) => host)).toEqual([HOST]);
  });
});

describe('floods with spoofed sources', () => {
  const VICTIM = '203.0.113.80';

  test('a source of one packet has the context of its target', () => {
    const table = tableOf(
      times(3000, (i) =>
        unanswered({
          startUs: 1_700_000_000e6 + i * 100,
          endUs: 1_700_000_000e6 + i * 100,
          originator: `10.${i >> 8}.${i & 255}.7`,
          originatorPort: 1024 + (i % 50_000),
          responder: VICTIM,
        }),
      ),
    );
    const context = read(table, '10.3.7.7', 'flows', 'target_unanswered_share', 'target_alike_share', 'target_sources',
      'target_flows_per_source', 'target_flow_rate', 'target_own_share'); // prettier-ignore
    expect(context).toMatchObject({ flows: 1, target_unanswered_share: 1, target_alike_share: 1 });
    expect(context['target_sources']).toBeGreaterThan(2700); // HyperLogLog, 3.3 %
    expect(context['target_sources']).toBeLessThan(3300);
    expect(context['target_flows_per_source']).toBeCloseTo(3000 / context['target_sources']!, 6);
    expect(context['target_flow_rate']).toBeGreaterThan(1000);
    expect(context['target_own_share']).toBeCloseTo(1 / 3000, 9);
    expect([...hostVectors(table)].some(({ host }) => host === VICTIM)).toBe(false);
  });

  /** The answer of a flooded server to an address that never asked. */
  const backscatter = (i: number): Flow =>
    makeFlow({
      originator: '198.51.100.1',
      originatorPort: 1024 + i,
      responder: `203.0.113.${i % 40}`,
      originatorPackets: 0,
      originatorIpBytes: 0,
      originatorBytes: 0,
      responderPackets: 1,
      responderIpBytes: 44,
      responderBytes: 0,
      connState: 'SHR',
      history: '^h',
      established: false,
    });

  test('backscatter: whoever answers unasked is no scanner, and is shown who got the answers', () => {
    const table = tableOf(times(80, backscatter));
    expect(
      read(table, '203.0.113.7', 'flows', 'answered_flows', 'unsolicited_share', 'own_success_share', 'victim_sources', 'victim_unsolicited_share'),
    ).toEqual({
      flows: 0,
      answered_flows: 2,
      unsolicited_share: 1,
      own_success_share: 0,
      victim_sources: 40,
      victim_unsolicited_share: 1,
    }); // prettier-ignore
    // The address that was forged never spoke.
    expect([...hostVectors(table)].some(({ host }) => host === '198.51.100.1')).toBe(false);
  });

  test('the address that got the answers is not its own victim', () => {
    const table = tableOf([
      ...times(80, backscatter),
      makeFlow({ originator: '198.51.100.1' }),
      makeFlow({ responder: '198.51.100.1' }),
    ]);
    expect(hostVector(table, '198.51.100.1')!.context.victim).toBeUndefined();
  });
});

describe('the vector', () => {
  test('of any traffic has numbers and missing entries, never an infinity, and shares in 0 … 1', () => {
    fc.assert(
      fc.property(
        fc.array(flows, { maxLength: 30, size: 'max' }),
        fc.array(events, { maxLength: 30, size: 'max' }),
        (list, said) => {
          for (const { vector } of hostVectors(tableOf(list, said))) {
            for (const [index, value] of vector.entries()) {
              if (Number.isNaN(value)) continue;
              const { name, unit } = FEATURES[index]!;
              expect(Number.isFinite(value), `${name}: ${value}`).toBe(true);
              if (unit !== 'share') continue;
              expect(value >= 0 && value <= 1, `${name}: ${value}`).toBe(true);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is the same whether one host is asked for or all', () => {
    const table = tableOf(times(200, (i) => makeFlow({ originator: `10.1.0.${i % 100}` })));
    for (const { host, vector } of hostVectors(table)) {
      expect(hostVector(table, host)!.vector).toEqual(vector);
    }
    expect(hostVector(table, '9.9.9.9')).toBeUndefined();
  });

  test('has entries that are plain again after scaling', () => {
    const { vector } = hostVector(tableOf(times(9, () => makeFlow())), HOST)!;
    expect(plainFeature(vector, 'flows')).toBeCloseTo(9, 12);
    expect(() => plainFeature(vector, 'no_such')).toThrow(
      'feature: expected a name of the schema, got no_such',
    );
  });
});
