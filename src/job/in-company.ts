import { addressScope, parseAddress } from '../bytes/ip-address.ts';
import type { TrafficSink } from '../flow/event.ts';
import { parseRecipe, type Recipe } from '../synth/recipe.ts';

/** Who else uses an infected machine. */
const COMPANY = ['windows-desktop', 'office-client', 'iot-device', 'web-server', 'resolver'];
const PACKETS = 400;
const LONGEST_S = 7200;
/** At most so many hosts of a run get company. */
const IN_COMPANY = 12;

/** Hosts that may have somebody working at them: those of private networks. */
export function mayHaveCompany(hosts: readonly string[]): string[] {
  const isInside = (host: string): boolean => {
    const words = parseAddress(host);
    return words !== undefined && addressScope(words) === 'private';
  };
  return hosts.filter(isInside).slice(0, IN_COMPANY);
}

/** Ordinary clients in the network and at the time of `recipe`, enough for so many hosts. */
export function companyOf(recipe: Recipe, hosts: number): Recipe {
  const count = Math.ceil(hosts / COMPANY.length);
  const { actors } = parseRecipe({
    name: 'company',
    durationS: 1,
    actors: COMPANY.map((actor) => ({ actor, count, maximumPackets: PACKETS })),
  });
  const durationS = Math.min(recipe.durationS, LONGEST_S);
  return { ...recipe, name: `company-${recipe.name}`, durationS, actors };
}

/** Who keeps whom company, by its name in the company's run: clients two attackers of three, servers the third. */
export function companions(
  labels: ReadonlyMap<string, readonly string[]>,
  attackers: readonly string[],
): Map<string, string> {
  const ofDetail = (wanted: string): string[] =>
    [...labels].filter(([, [, detail]]) => detail === wanted).map(([host]) => host);
  const clients = ofDetail('client');
  const servers = ofDetail('server');
  const names = new Map<string, string>();
  for (const [i, attacker] of attackers.entries()) {
    const companion = (i % 3 === 2 ? servers : clients).shift();
    if (companion !== undefined) names.set(companion, attacker);
  }
  return names;
}

interface Ends {
  readonly originator: string;
  readonly responder: string;
}

/** Passes on what the named hosts took part in, under their new names; nothing of anybody else. */
export function renamedHosts(names: ReadonlyMap<string, string>, sink: TrafficSink): TrafficSink {
  const isMeant = ({ originator, responder }: Ends): boolean =>
    names.has(originator) || names.has(responder);
  const rename = <T extends Ends>(what: T): T => ({
    ...what,
    originator: names.get(what.originator) ?? what.originator,
    responder: names.get(what.responder) ?? what.responder,
  });
  return {
    flow: (flow) => {
      if (isMeant(flow)) sink.flow(rename(flow));
    },
    event: (event) => {
      if (isMeant(event)) sink.event(rename(event));
    },
    visibility: (shown) => {
      sink.visibility(shown);
    },
    skipped: () => undefined,
  };
}
