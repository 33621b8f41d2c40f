import { FEATURES, SCHEMA_VERSION } from './feature-schema.ts';
import type { FeatureDefinition, FeatureGroup } from './features/feature.ts';

const GROUPS: Readonly<Record<FeatureGroup, string>> = {
  volume: 'Volume and direction, as originator',
  outcome: 'What became of the flows it opened',
  scanning: 'Scanning, as originator',
  service: 'Services it used',
  bruteforce: 'Password guessing, by channel',
  flood: 'Flooding, by channel',
  beaconing: 'Beacons, uploads and tunnels, by channel',
  dns: 'DNS, as client',
  web: 'HTTP, as client',
  session: 'TLS, SSH, logins, mail, chat, mining, SNMP and DHCP, as client',
  windows: 'SMB and RPC, as client',
  responder: 'As responder',
  neighbours: "Its neighbours' context",
  time: 'Activity over time, as originator',
};

/** The README of this folder: every feature, from the table that the vectors are made by. */
export function renderFeatureTable(): string {
  const groups = Object.entries(GROUPS) as [FeatureGroup, string][];
  const sections = groups.map(([group, title]) => {
    const features = FEATURES.filter((feature) => feature.group === group);
    return `## ${title}\n\n${features.map(renderFeature).join('\n')}\n`;
  });
  return `${HEAD}\n${sections.join('\n')}`;
}

const HEAD = `# Features of a host

Flows and events become a \`HostProfile\` for each address, which merges exactly, and a profile becomes a vector of
${FEATURES.length} numbers (schema version ${SCHEMA_VERSION}). What follows is made from the table in \`feature-schema.ts\`: change a
feature there, then write this file anew with \`UPDATE_FEATURE_TABLE=1 npx vitest run test/host/feature-table.test.ts\`.

- Units \`count\`, \`bytes\`, \`seconds\`, \`per-second\`, \`ratio\` and \`characters\` enter the vector as log₂(1 + value).
- A feature is \`NaN\` where the input cannot show it (_needs_ says what it must show), and where there is nothing to
  divide by: no flows, no queries, no such channel.
- A **channel** is what one originator did with one (responder, protocol, responder port). Beyond 1,024 channels of a
  host they are added up in 1,024 lanes by hash.
- Distinct counts are exact to 64, then within about 3 %; medians and percentiles within 1 %; the share of the
  commonest is exact to 64 distinct, then an upper bound.
- No rate and no share depends on how long somebody recorded: rates are over the seconds of the clock in which a flow
  began, minutes and hours are the clock's, too. Counts grow with the traffic, as its number of flows does.
- Of more than 128 contacts of a channel a beacon score knows the buckets of time (at most 256, of a power of two µs).
`;

function renderFeature({ name, unit, needs, definition }: FeatureDefinition): string {
  const needed = needs === undefined ? '' : `, needs \`${needs}\``;
  return `- \`${name}\` (${unit}${needed}): ${definition}`;
}
