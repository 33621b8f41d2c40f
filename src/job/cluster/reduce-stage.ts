import { stitchParts, type FlowPart } from '../../flow/flow-part.ts';
import { ROTATION_SLACK_US } from '../rotated-files.ts';
import { HostCombiner, type CombinerOptions } from './host-combiner.ts';
import { decodeFacts, encodeFacts, mergeFacts, type JobFacts } from './job-facts.ts';
import { EDGES, FACTS, FACTS_OF_PART, HOST, PROFILE, SKIPS_KEY, tagged } from './job-keys.ts';
import { groupsByKey, WireError, type JobRecord, type Put } from './job-record.ts';
import { addSkips, encodeSkips } from './job-skips.ts';
import {
  decodeFlowPart,
  joinedParts,
  readRecordingPart,
  type RecordingPart,
} from './recording-part.ts';

/**
 * Round 1: partial profiles of one host become one, flows that cuts touch are stitched and added to their hosts (as
 * further partial profiles), what parts of the input show becomes what all of it shows.
 */
export function reduceParts(
  records: Iterable<JobRecord>,
  put: Put,
  options: CombinerOptions = {},
): void {
  mergeRecords(records, put, options, true);
}

/** The combiner: what can be merged before the shuffle is. It may run any number of times on any part. */
export function combineParts(
  records: Iterable<JobRecord>,
  put: Put,
  options: CombinerOptions = {},
): void {
  mergeRecords(records, put, options, false);
}

function mergeRecords(
  records: Iterable<JobRecord>,
  put: Put,
  options: CombinerOptions,
  stitches: boolean,
): void {
  const hosts = new HostCombiner(put, options);
  for (const [key, values] of groupsByKey(records)) {
    if (key.startsWith(HOST)) mergeHost(key, values, hosts, put);
    else if (key.startsWith(FACTS)) put(key, tagged(FACTS_OF_PART, encodeFacts(readFacts(values))));
    else if (stitches && key.startsWith(EDGES)) stitch(values, hosts);
    else if (key === SKIPS_KEY) put(key, mergedSkips(values));
    else for (const value of values) put(key, value);
  }
  hosts.end();
}

/** One partial profile goes on as it is, not decoded. */
function mergeHost(key: string, values: Iterable<Uint8Array>, hosts: HostCombiner, put: Put): void {
  const host = key.slice(HOST.length);
  let first: Uint8Array | undefined;
  let isMerged = false;
  for (const value of values) {
    if (value[0] !== PROFILE) throw new WireError(`${key}: expected a profile`);
    if (isMerged) hosts.addEncoded(host, value.subarray(1));
    else if (first === undefined) first = value.slice();
    else {
      hosts.addEncoded(host, first.subarray(1));
      hosts.addEncoded(host, value.subarray(1));
      isMerged = true;
    }
  }
  if (!isMerged && first !== undefined) put(key, first);
}

/** What parts of the input show, as all of it. */
export function readFacts(values: Iterable<Uint8Array>): JobFacts {
  let facts: JobFacts | undefined;
  for (const value of values) {
    if (value[0] !== FACTS_OF_PART) throw new WireError('expected facts');
    const part = decodeFacts(value.subarray(1));
    facts = facts === undefined ? part : mergeFacts(facts, part);
  }
  return facts!;
}

export function mergedSkips(values: Iterable<Uint8Array>): Uint8Array {
  const skips = new Map<string, number>();
  for (const value of values) addSkips(skips, value);
  return encodeSkips(skips);
}

function stitch(values: Iterable<Uint8Array>, hosts: HostCombiner): void {
  const parts: RecordingPart[] = [];
  for (const value of values) parts.push(readRecordingPart(value.slice()));
  for (const sequence of joinedParts(parts, ROTATION_SLACK_US))
    stitchParts(decoded(sequence), hosts);
}

function* decoded(parts: readonly RecordingPart[]): Generator<FlowPart> {
  for (const part of parts) yield decodeFlowPart(part);
}
