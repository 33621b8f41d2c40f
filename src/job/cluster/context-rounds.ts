import { ByteWriter } from '../../bytes/byte-writer.ts';
import { readChannels } from '../../host/channel-readings.ts';
import { isJudged } from '../../host/feature-schema.ts';
import type { HostProfile } from '../../host/host-profile.ts';
import { neighboursOf, readSide } from '../../host/neighbours.ts';
import { encodeSideReading } from '../../host/side-reading-codec.ts';
import type { Role } from '../../host/flow-digest.ts';
import { encodeFacts, type JobFacts } from './job-facts.ts';
import { AskerList } from './asker-list.ts';
import { HostBatch, type WholeHost } from './host-batch.ts';
import {
  ASKS_FACTS, ASKS_TARGET, ASKS_VICTIM, FACTS, FACTS_OF_PART, factsKeyFor, HOST, PROFILE, SHOWN, SILENT_PROFILE, SKIPS_KEY, tagged,
  TARGET, VICTIM,
} from './job-keys.ts'; // prettier-ignore
import { groupsByKey, WireError, type JobRecord, type Put } from './job-record.ts';
import { mergedSkips, readFacts } from './reduce-stage.ts';

/**
 * Round 2: every host's profile is whole now. It goes on, and asks whom it has to know something of: its target, who
 * got its answers unasked, and (all that is judged) what the whole input can show.
 */
export function askNeighbours(records: Iterable<JobRecord>, put: Put): void {
  const hosts = new HostBatch();
  for (const [key, values] of groupsByKey(records)) {
    if (key.startsWith(HOST)) askFor(key, hosts.whole(key, values), put);
    else if (key.startsWith(FACTS)) put(key, tagged(FACTS_OF_PART, encodeFacts(readFacts(values))));
    else if (key === SKIPS_KEY) put(key, mergedSkips(values));
    else for (const value of values) put(key, value);
  }
}

function askFor(key: string, { host, profile, bytes }: WholeHost, put: Put): void {
  const judged = isJudged(host, profile);
  put(key, tagged(judged ? PROFILE : SILENT_PROFILE, bytes));
  if (!judged) return;
  const asker = Buffer.from(host);
  const { target, victim } = neighboursOf(host, profile, readChannels(profile).busiest);
  if (target !== undefined) put(HOST + target, tagged(ASKS_TARGET, asker));
  if (victim !== undefined) put(HOST + victim, tagged(ASKS_VICTIM, asker));
  put(factsKeyFor(host), tagged(ASKS_FACTS, asker));
}

/** Round 3: who was asked answers; a host that gets no verdict is of no more use. */
export function answerNeighbours(records: Iterable<JobRecord>, put: Put): void {
  const hosts = new HostBatch();
  for (const [key, values] of groupsByKey(records)) {
    if (key.startsWith(HOST)) answerFor(key, values, hosts, put);
    else if (key.startsWith(FACTS)) answerFacts(values, put);
    else if (key === SKIPS_KEY) put(key, mergedSkips(values));
    else for (const value of values) put(key, value);
  }
}

function answerFor(key: string, values: Iterable<Uint8Array>, hosts: HostBatch, put: Put): void {
  let profile: Uint8Array | undefined;
  const askers = { responder: new AskerList(), originator: new AskerList() };
  for (const value of values) {
    const tag = value[0];
    if (tag === PROFILE || tag === SILENT_PROFILE) profile = value.slice();
    else if (tag === ASKS_TARGET) askers.responder.add(value.subarray(1));
    else if (tag === ASKS_VICTIM) askers.originator.add(value.subarray(1));
    else throw new WireError(`${key}: expected a profile or a question`);
  }
  if (profile === undefined) return; // it named an address that nobody saw
  if (profile[0] === PROFILE) put(key, profile);
  if (askers.responder.size + askers.originator.size === 0) return;
  const whole = hosts.decoded(key, profile);
  answer(whole, 'responder', TARGET, askers.responder, put);
  answer(whole, 'originator', VICTIM, askers.originator, put);
}

function answer(profile: HostProfile, role: Role, tag: number, askers: AskerList, put: Put): void {
  const side = profile[role];
  if (side === undefined || askers.size === 0) return;
  const writer = new ByteWriter(64);
  writer.u8(tag);
  encodeSideReading(writer, readSide(side));
  const value = writer.toBytes();
  for (const asker of askers.hosts()) put(HOST + asker, value);
}

function answerFacts(values: Iterable<Uint8Array>, put: Put): void {
  const askers = new AskerList();
  const facts: Uint8Array[] = [];
  for (const value of values) {
    if (value[0] === ASKS_FACTS) askers.add(value.subarray(1));
    else facts.push(value.slice());
  }
  const all: JobFacts | undefined = facts.length === 0 ? undefined : readFacts(facts);
  if (all === undefined) throw new WireError('nothing says what the input shows');
  const value = tagged(SHOWN, encodeFacts(all));
  for (const asker of askers.hosts()) put(HOST + asker, value);
}
