import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonicalAddress, formatAddress } from '../../src/bytes/ip-address.ts';
import { FAMILY_NAMES } from '../../src/score/family.ts';
import { ACTORS } from '../../src/synth/actor-catalogue.ts';
import { parseRecipe } from '../../src/synth/recipe.ts';
import { simulate } from './simulated.ts';

const folder = new URL('../../datasets/recipes/', import.meta.url);
const load = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const training = readdirSync(new URL('training/', folder)).map((name) => `training/${name}`);

const one = (actor: unknown, rest: object = {}): unknown => ({ name: 'x', durationS: 30, actors: [{ actor, ...rest }] }); // prettier-ignore

describe('parseRecipe', () => {
  test('names the known actors when it does not know one', () => {
    expect(() => parseRecipe(one('office-cat'))).toThrow(
      /^recipe\.actors\[0\]\.actor: expected one of .*office-client.*, got "office-cat"$/,
    );
  });

  test.each([
    [[], 'recipe: expected an object, got []'],
    [{ durationS: 5, actors: [] }, 'recipe.name: expected a text, got nothing'],
    [
      { name: 'x', durationS: 5, actors: [] },
      'recipe.actors: expected a list with at least one actor',
    ],
    [
      { name: 'x', durationS: 0, actors: [{ actor: 'miner' }] },
      'recipe.durationS: expected a number in 1',
    ],
    [{ name: 'x', durationS: 5, actors: [{ actor: 'miner' }], speed: 1 }, 'recipe: expected name,'],
    [one('miner', { count: [3, 1] }), 'recipe.actors[0].count: expected a whole number'],
    [one('miner', { parameters: { pace: 1 } }), 'recipe.actors[0].parameters: expected dialect, '],
    [one('miner', { parameters: { pools: 'two' } }), 'parameters.pools: expected a number'],
    [
      one('miner', { parameters: { dialect: 'gold' } }),
      'parameters.dialect: expected bitcoin or monero or ethereum or zcash',
    ],
    [
      { ...(one('miner') as object), network: { inside: '10.0.0.0' } },
      'recipe.network.inside: expected a prefix',
    ],
    [
      { ...(one('miner') as object), network: { ipVersion: 5 } },
      'recipe.network.ipVersion: expected 4 or 6',
    ],
  ])('refuses %j and says what it wanted', (json, message) => {
    expect(() => parseRecipe(json)).toThrow(message);
  });

  test('a given parameter is used, a pair is drawn between', () => {
    const scan = {
      targets: 77,
      ratePerS: 500,
      method: 'syn',
      probesPerTarget: 1,
      ports: 1,
      aliveShare: 0,
    };
    const { packets } = simulate(one('horizontal-scan', { parameters: scan }), 1);
    const targets = new Set(packets.map((p) => formatAddress(p.destination)));
    expect(targets.size).toBeGreaterThan(60); // random orders repeat some
    expect(targets.size).toBeLessThanOrEqual(77);
  });
});

describe('generateTraffic', () => {
  test('the same seed gives the same bytes, another seed another network', () => {
    const recipe = load('sample.json');
    const first = simulate(recipe, 'a');
    expect(Buffer.compare(simulate(recipe, 'a').bytes, first.bytes)).toBe(0);
    const hosts = new Set(first.labels.map((row) => row.host));
    const others = simulate(recipe, 'b').labels.filter((row) => !hosts.has(row.host));
    expect(others.length).toBeGreaterThan(10);
  });

  test('one more actor leaves the others as they were', () => {
    const parameters = (extra: object[]): unknown => ({ name: 'x', durationS: 60, network: { inside: '10.9.0.0/16' }, actors: [{ actor: 'ntp-client' }, ...extra] }); // prettier-ignore
    const alone = simulate(parameters([]), 1).packets.length;
    const both = simulate(parameters([{ actor: 'icmp-sweep' }]), 1).packets;
    expect(both.filter((p) => p.protocol === 17)).toHaveLength(alone);
  });

  test('a host falls silent at its most packets', () => {
    const { packets } = simulate(one('syn-flood', { maximumPackets: 50 }), 1);
    expect(packets.length).toBeGreaterThanOrEqual(50);
    expect(packets.length).toBeLessThan(55);
  });

  test('an IPv6 run has no IPv4 in it', () => {
    const recipe = { ...(one('office-client') as object), network: { ipVersion: 6 } };
    const { packets } = simulate(recipe, 1);
    expect(packets.length).toBeGreaterThan(0);
    expect(new Set(packets.map((p) => p.ipVersion))).toEqual(new Set([6]));
  });
});

describe('the sample recipe', () => {
  test('is small, and has one attacker of each of six kinds', () => {
    const run = simulate(load('sample.json'), 1);
    expect(run.bytes.length).toBeLessThan(1_500_000);
    const attackers = run.labels
      .map((row) => row.label)
      .filter((label) => !label.startsWith('benign'));
    expect(attackers.sort()).toEqual([
      'bruteforce/ssh', 'c2/beacon', 'dos/syn', 'scan/horizontal', 'scan/vertical', 'tunnel/dns',
    ]); // prettier-ignore
  });
});

describe('the training recipes', () => {
  const seen = new Set<string>();

  test.each(training)('%s stays small, decodes whole, and tells the truth', (name) => {
    const run = simulate(load(name), 3);
    expect(run.packets.length).toBeGreaterThan(500);
    expect(run.packets.length).toBeLessThan(30_000);
    expect([...run.skipped]).toEqual([]);
    const senders = new Map<string, [number, number]>();
    let before = 0;
    for (const packet of run.packets) {
      expect(packet.timeUs).toBeGreaterThan(before);
      before = packet.timeUs;
      const sender = formatAddress(packet.source);
      const span = senders.get(sender);
      if (span === undefined) senders.set(sender, [packet.timeUs, packet.timeUs]);
      else span[1] = packet.timeUs;
    }
    expect(new Set(run.labels.map((row) => row.host)).size).toBe(run.labels.length);
    for (const row of run.labels) {
      expect(canonicalAddress(row.host)).toBe(row.host);
      expect(senders.get(row.host)).toEqual([row.startUs, row.endUs]);
      const family = row.label.split('/')[0]!;
      expect(FAMILY_NAMES).toContain(family);
      seen.add(family);
    }
  });

  test('cover every family', () => {
    expect([...seen].sort()).toEqual([...FAMILY_NAMES].sort());
  });

  test('cover every actor', () => {
    const used = new Set(training.flatMap((name) => parseRecipe(load(name)).actors.map((actor) => actor.definition.name))); // prettier-ignore
    expect(ACTORS.map((actor) => actor.name).filter((name) => !used.has(name))).toEqual([]);
  });
});
