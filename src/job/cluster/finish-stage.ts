import type { HostVector } from '../../host/feature-schema.ts';
import { HostBatch } from './host-batch.ts';
import { allFactsKeys, DONE, FACTS, HOST, SKIPS_KEY } from './job-keys.ts';
import { groupsByKey, type JobRecord, type Put } from './job-record.ts';
import { readHosts } from './judge-rounds.ts';
import { factsLine, profileLine } from './profile-lines.ts';
import { mergedSkips, readFacts } from './reduce-stage.ts';

/** Vectors, a line each. */
export function finishVectors(
  records: Iterable<JobRecord>,
  put: Put,
  toLine: (vector: HostVector) => string,
): void {
  readHosts(records, put, ({ vector }) => put(DONE + vector.host, Buffer.from(toLine(vector))));
}

/** Whole profiles as lines, one a host, and one for the facts of the whole. */
export function finishProfiles(records: Iterable<JobRecord>, put: Put): void {
  const [firstFacts] = allFactsKeys();
  const hosts = new HostBatch();
  for (const [key, values] of groupsByKey(records)) {
    if (key.startsWith(HOST)) {
      const { host, bytes } = hosts.whole(key, values);
      put(DONE + host, Buffer.from(profileLine(host, bytes)));
    } else if (key === firstFacts) put(DONE, Buffer.from(factsLine(readFacts(values))));
    else if (key === SKIPS_KEY) put(key, mergedSkips(values));
    else if (!key.startsWith(FACTS)) for (const value of values) put(key, value);
  }
}
