import { defineActor } from '../actor.ts';
import { ALPHABETS, domainName, randomText } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { addressData, DNS_TYPES, txtData } from '../payloads/dns-message.ts';
import { browseBeside } from '../sessions/background.ts';
import { lookUp } from '../sessions/dns-lookup.ts';

/** An antivirus or a block-list client that asks its vendor through DNS: long hashed names, TXT answers, nothing hidden. */
export const reputationClient = defineActor({
  name: 'reputation-client',
  family: 'benign',
  detail: 'client',
  summary: 'looks hashes up in a vendor zone through DNS, as antivirus programs do',
  place: 'inside',
  parameters: {
    alphabet: oneOf('hex', 'base32', 'base36'),
    labels: count(1, 4),
    labelLength: count(8, 40),
    ratePerS: magnitude(0.02, 4),
    bursts: between(0, 0.3),
    type: oneOf('A', 'A', 'TXT'),
    missingShare: between(0, 0.7),
    browses: flag(0.7),
  },
  *run(actor): Script {
    const { network, random, host, durationS, parameters: p } = actor;
    if (p.browses) browseBeside(actor, random.logUniform(10, 200));
    const zone = `${random.pick(['avqs', 'r', 'hash', 'lookup', 'dnsbl'])}.${domainName(random)}`;
    const rate = Math.min(Math.max(p.ratePerS, 15 / durationS), 1500 / durationS);
    const type = DNS_TYPES[p.type];
    const ask = function* (): Script {
      const name = Array.from({ length: p.labels }, () => randomText(random, ALPHABETS[p.alphabet], p.labelLength)).join('.'); // prettier-ignore
      const data = p.type === 'A' ? addressData(Uint32Array.of(0, 0, 0xffff, 0x7f000000 + random.integer(2, 20)), type) : txtData(`${random.integer(0, 9)} clean`); // prettier-ignore
      const answers = random.chance(p.missingShare) ? undefined : [{ type, ttl: 300, data }];
      yield* lookUp(actor, host, { name: `${name}.${zone}`, type, answers });
    };
    for (;;) {
      yield random.exponential(1 / rate);
      const asks = random.chance(p.bursts) ? random.integer(3, 30) : 1;
      for (let i = 0; i < asks; i++) network.spawn(ask(), random.exponential(0.2));
      if (asks > 1) yield asks / rate;
    }
  },
});
