import type { HostTable } from '../host/host-table.ts';
import { factsOf } from './cluster/job-facts.ts';
import { WireError } from './cluster/job-record.ts';
import {
  factsLine,
  NewerProfilesError,
  profileLine,
  readProfileLines,
} from './cluster/profile-lines.ts';
import { RapsheetError } from './errors.ts';

/** A table as a file of host profiles, line by line: what a job leaves, and every command that makes profiles reads. */
export function* profileFile(table: HostTable): Generator<string> {
  yield `${factsLine(factsOf(table), { hosts: table.size, skips: table.skips })}\n`;
  for (const [host, bytes] of table.encodedHosts()) yield `${profileLine(host, bytes)}\n`;
}

/**
 * Adds a file of profiles to a table; gives the number of its hosts. Whatever is wrong with it ends the reading: a part
 * of a profile, or of its hosts, would be taken for the whole.
 */
export async function readProfileFile(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  table: HostTable,
): Promise<number> {
  try {
    return await readProfileLines(chunks, {
      profile: (host, bytes) => addProfile(table, host, bytes),
      facts: ({ shown, startUs, endUs }) => {
        table.visibility(shown);
        table.startUs = Math.min(table.startUs, startUs);
        table.endUs = Math.max(table.endUs, endUs);
      },
      skips: (skips) => {
        for (const [reason, count] of skips) table.skipped(reason, count);
      },
    });
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    throw unreadable(path === '-' ? 'standard input' : path, cause);
  }
}

function addProfile(table: HostTable, host: string, bytes: Uint8Array): void {
  try {
    table.addEncodedHost(host, bytes);
  } catch (cause) {
    throw cause instanceof RangeError ? new WireError(cause.message) : cause;
  }
}

function unreadable(name: string, cause: WireError): RapsheetError {
  if (cause instanceof NewerProfilesError) {
    const hint = 'use the version of rapsheet that wrote it, or make it again from its captures or logs'; // prettier-ignore
    return new RapsheetError('CANNOT_READ', `${name}: ${cause.message}`, { hint, cause });
  }
  const hint = 'it was cut off or changed on its way: copy it again, or make it again with rapsheet hosts'; // prettier-ignore
  return new RapsheetError('CANNOT_READ', `${name}: damaged host profiles (${cause.message})`, { hint, cause }); // prettier-ignore
}
