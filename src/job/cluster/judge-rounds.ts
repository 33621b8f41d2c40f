import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Visibility } from '../../flow/event.ts';
import { readChannels } from '../../host/channel-readings.ts';
import { vectorOf, type HostVector } from '../../host/feature-schema.ts';
import type { HostProfile } from '../../host/host-profile.ts';
import { contextOf, neighboursOf, NOBODY, type SideReading } from '../../host/neighbours.ts';
import { decodeSideReading } from '../../host/side-reading-codec.ts';
import { crowdOfOne, crowdVerdict, mergeCrowds, type CrowdPart } from '../../score/crowd.ts';
import { floodTarget, judgeHost, missingFacts, rememberVectors } from '../../score/judge.ts';
import type { ModelBundle } from '../../score/model-bundle.ts';
import type { Verdict } from '../../score/verdict.ts';
import { HostBatch } from './host-batch.ts';
import { decodeFacts } from './job-facts.ts';
import {
  CROWD,
  crowdKey,
  DONE,
  FACTS,
  HOST,
  PROFILE,
  SHOWN,
  SKIPS_KEY,
  TARGET,
  VICTIM,
} from './job-keys.ts';
import { groupsByKey, WireError, type JobRecord, type Put } from './job-record.ts';
import { parseJson } from './job-skips.ts';
import { mergedSkips } from './reduce-stage.ts';

/** A host with all that its vector is read from, and what the whole input can show. */
export interface HostInContext {
  readonly vector: HostVector;
  readonly shown: Required<Visibility>;
}

/**
 * What follows the exchange among neighbours: each host's profile meets what was answered. `onHost` gets the host,
 * everything else is passed on.
 */
export function readHosts(
  records: Iterable<JobRecord>,
  put: Put,
  onHost: (host: HostInContext) => void,
): void {
  const hosts = new HostBatch();
  for (const [key, values] of groupsByKey(records)) {
    if (key.startsWith(HOST)) {
      const host = readHost(key, values, hosts);
      if (host !== undefined) onHost(host);
    } else if (key === SKIPS_KEY) put(key, mergedSkips(values));
    else if (!key.startsWith(FACTS)) for (const value of values) put(key, value);
  }
}

function readHost(
  key: string,
  values: Iterable<Uint8Array>,
  hosts: HostBatch,
): HostInContext | undefined {
  let profile: HostProfile | undefined;
  let shown: Required<Visibility> | undefined;
  let atTarget: SideReading = NOBODY;
  let atVictim: SideReading = NOBODY;
  for (const value of values) {
    const tag = value[0];
    if (tag === PROFILE) profile = hosts.decoded(key, value);
    else if (tag === SHOWN) ({ shown } = decodeFacts(value.subarray(1)));
    else if (tag === TARGET) atTarget = readReading(value);
    else if (tag === VICTIM) atVictim = readReading(value);
    else throw new WireError(`${key}: expected a profile or an answer`);
  }
  if (profile === undefined) return undefined;
  if (shown === undefined) throw new WireError(`${key}: nothing says what the input shows`);
  const host = key.slice(HOST.length);
  const channels = readChannels(profile);
  const neighbours = neighboursOf(host, profile, channels.busiest);
  const context = contextOf(neighbours, channels.busiest, atTarget, atVictim);
  return { vector: vectorOf({ host, profile, channels, context }, shown), shown };
}

function readReading(value: Uint8Array): SideReading {
  const reader = new ByteReader(value, 1);
  const reading = decodeSideReading(reader);
  if (reader.truncated || reader.left > 0) throw new WireError('an answer that is damaged');
  return reading;
}

/** A verdict as the line that the job gives in the end, without its end. */
export type VerdictLine = (verdict: Verdict) => string;

/** Round 4: a verdict for every host, and what of it counts towards a crowd. */
export function judgeRecords(
  records: Iterable<JobRecord>,
  put: Put,
  model: ModelBundle,
  toLine: VerdictLine,
): void {
  const judge = rememberVectors(model);
  const crowds = new CrowdParts(put);
  readHosts(records, put, ({ vector, shown }) => {
    const verdict = judgeHost(vector, model, missingFacts({ shown }), judge);
    put(DONE + verdict.host, Buffer.from(toLine(verdict)));
    const target = floodTarget(verdict, vector.profile);
    if (target !== undefined) crowds.add(target, crowdOfOne(verdict));
  });
  crowds.flush();
}

/** Targets of which parts of a crowd are held before they are given away: nearly all floods have few. */
const MOST_TARGETS = 1024;

/** Parts of crowds, merged as far as one task sees them: a crowd's members are many, and each part holds a verdict. */
class CrowdParts {
  readonly #put: Put;
  readonly #byTarget = new Map<string, CrowdPart>();

  constructor(put: Put) {
    this.#put = put;
  }

  add(target: string, one: CrowdPart): void {
    const others = this.#byTarget.get(target);
    this.#byTarget.set(target, others === undefined ? one : mergeCrowds(others, one));
    if (this.#byTarget.size > MOST_TARGETS) this.flush();
  }

  flush(): void {
    for (const [target, part] of this.#byTarget) {
      this.#put(CROWD + target, Buffer.from(JSON.stringify(part)));
    }
    this.#byTarget.clear();
  }
}

/**
 * The last round: verdicts as lines, and those on the crowds that their members add up to, under `*` and the first
 * member: their order is that of one process.
 */
export function addUpCrowds(records: Iterable<JobRecord>, put: Put, toLine: VerdictLine): void {
  for (const [key, values] of groupsByKey(records)) {
    if (key.startsWith(DONE)) {
      for (const value of values) put(key, value);
    } else if (key.startsWith(CROWD)) {
      putCrowd(key.slice(CROWD.length), values, put, toLine);
    } else if (key === SKIPS_KEY) put(key, mergedSkips(values));
    else for (const value of values) put(key, value);
  }
}

function putCrowd(
  target: string,
  values: Iterable<Uint8Array>,
  put: Put,
  toLine: VerdictLine,
): void {
  let crowd: CrowdPart | undefined;
  for (const value of values) {
    // Of this program's own making, one stage before.
    const part = parseJson(value) as CrowdPart;
    crowd = crowd === undefined ? part : mergeCrowds(crowd, part);
  }
  const verdict = crowd === undefined ? undefined : crowdVerdict(target, crowd);
  if (verdict !== undefined) put(crowdKey(crowd!.firstHost), Buffer.from(toLine(verdict)));
}
