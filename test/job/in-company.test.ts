import { describe, expect, it } from 'vitest';
import type { TrafficSink } from '../../src/flow/event.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { featureNames } from '../../src/host/feature-schema.ts';
import { companions, companyOf, mayHaveCompany, renamedHosts } from '../../src/job/in-company.ts';
import { syntheticHosts } from '../../src/job/synthetic-hosts.ts';
import { parseRecipe } from '../../src/synth/recipe.ts';
import { makeFlow } from '../host/any-traffic.ts';

const recipe = parseRecipe({
  name: 'trojans',
  durationS: 300,
  actors: [{ actor: 'rat-bot', count: 4, maximumPackets: 300, parameters: { browsesToo: false } }],
});

describe('attackers in company', () => {
  it('do what they did alone, and what an ordinary client does', async () => {
    const rows = (await Promise.all([5, 6, 7].map((seed) => syntheticHosts(recipe, seed)))).flat();
    const alone = rows.filter(({ input, view }) => /#\d$/.test(input) && view === 'capture');
    const together = rows.filter(
      ({ input, view }) => input.endsWith(' in company') && view === 'capture',
    );
    const bots = alone.filter(({ family }) => family === 'c2');
    expect(together.map(({ host }) => host).sort()).toEqual(bots.map(({ host }) => host).sort());
    const value = (of: typeof rows, host: string, name: string): number =>
      of.find((row) => row.host === host)!.vector[featureNames.indexOf(name)]!;
    for (const { host, family } of together) {
      expect(family).toBe('c2');
      const seen = (of: typeof rows): number =>
        value(of, host, 'flows') + value(of, host, 'answered_flows');
      expect(seen(together)).toBeGreaterThan(seen(alone));
    }
    const chattering = together.filter(({ host }) => value(together, host, 'multicast_share') > 0);
    expect(chattering.length).toBeGreaterThan(0);
    for (const { host } of bots) expect(value(alone, host, 'multicast_share')).toBe(0);
  });

  it('are hosts of private networks, and not too many', () => {
    expect(mayHaveCompany(['203.0.113.9', '10.0.0.1', 'fd00::1', '2001:db8::1', 'name'])).toEqual(['10.0.0.1', 'fd00::1']); // prettier-ignore
    expect(mayHaveCompany(Array.from({ length: 50 }, (_, i) => `10.0.0.${i}`))).toHaveLength(12);
  });

  it('get company of the same network and time', () => {
    const company = companyOf(recipe, 4);
    expect(company.startUs).toBe(recipe.startUs);
    expect(company.network).toBe(recipe.network);
    expect(company.durationS).toBe(300);
    expect(companyOf({ ...recipe, durationS: 86_400 }, 4).durationS).toBe(7200);
  });

  it('of clients twice as often as of servers, as far as those last', () => {
    const labels = new Map([['c1', 'client'], ['s1', 'server'], ['c2', 'client'], ['c3', 'client']].map(([host, detail]) => [host!, ['benign', detail!]])); // prettier-ignore
    expect([...companions(labels, ['a', 'b', 'c', 'd', 'e', 'f'])]).toEqual([['c1', 'a'], ['c2', 'b'], ['s1', 'c'], ['c3', 'd']]); // prettier-ignore
  });

  it('take over what the named hosts did, in either role, and nothing else', () => {
    const flows: Flow[] = [];
    const sink: TrafficSink = {
      flow: (flow) => flows.push(flow),
      event: () => undefined,
      visibility: () => undefined,
      skipped: () => undefined,
    };
    const renamed = renamedHosts(new Map([['10.0.0.5', '10.9.9.9']]), sink);
    renamed.flow(makeFlow({ originator: '10.0.0.5', responder: '10.0.0.6' }));
    renamed.flow(makeFlow({ originator: '10.0.0.6', responder: '10.0.0.5' }));
    renamed.flow(makeFlow({ originator: '10.0.0.6', responder: '10.0.0.7' }));
    expect(flows.map(({ originator, responder }) => `${originator} ${responder}`)).toEqual([
      '10.9.9.9 10.0.0.6',
      '10.0.0.6 10.9.9.9',
    ]);
  });
});
