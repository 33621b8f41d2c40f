import { describe, expect, it } from 'vitest';
import { HostTable } from '../../src/host/host-table.ts';
import { clusterHosts } from '../../src/job/cluster-hosts.ts';
import { makeFlow } from '../host/any-traffic.ts';

/** Twelve sweepers of port 23, ten visitors of one web server, and one host like nobody. */
function honeypot(): HostTable {
  const table = new HostTable();
  for (let i = 0; i < 12; i++) {
    for (let k = 0; k < 40 + i; k++) {
      table.flow(makeFlow({ originator: `10.1.0.${i}`, responder: `10.9.${i}.${k}`, responderPort: 23, connState: 'S0', history: 'S', established: false, originatorBytes: 0, responderBytes: 0, responderPackets: 0, responderIpBytes: 0 })); // prettier-ignore
    }
  }
  for (let i = 0; i < 10; i++) {
    for (let k = 0; k < 5 + (i % 3); k++) {
      table.flow(makeFlow({ originator: `10.2.0.${i}`, responder: '10.8.0.1', responderPort: 443, service: 'ssl', originatorBytes: 900 + k, responderBytes: 9000 + 10 * k })); // prettier-ignore
    }
  }
  table.flow(makeFlow({ originator: '10.3.0.1', responder: '10.8.0.2', protocol: 17, responderPort: 9999, originatorBytes: 5e8, connState: 'SF', history: 'Dd', established: false })); // prettier-ignore
  return table;
}

/** Who was visited. */
const SERVERS = '10.8';
const kind = (host: string): string => host.slice(0, 4);

describe('groups of hosts', () => {
  it('by density are of one kind each; who is like nobody is in none, and comes last', () => {
    const { clusters, stability } = clusterHosts(honeypot(), { method: 'density', smallest: 5 });
    const groups = clusters.filter(({ cluster }) => cluster >= 0);
    expect(groups.length).toBeGreaterThanOrEqual(2);
    for (const { hosts } of groups) {
      expect(new Set(hosts.map(kind).filter((of) => of !== SERVERS)).size).toBe(1);
    }
    expect(clusters.at(-1)).toMatchObject({ cluster: -1, name: 'in no group' });
    expect(clusters.at(-1)!.hosts).toContain('10.3.0.1');
    expect(stability).toBeNaN();
  });

  it('by means hold every host', () => {
    const { clusters } = clusterHosts(honeypot(), { clusters: 2 });
    expect(clusters).toHaveLength(2);
    expect(clusters.reduce((sum, { hosts }) => sum + hosts.length, 0)).toBeGreaterThanOrEqual(23);
  });

  it('are refused to a handful of hosts', () => {
    const table = new HostTable();
    table.flow(makeFlow());
    expect(() => clusterHosts(table, { method: 'density' })).toThrow(/hosts sent anything/);
  });
});
