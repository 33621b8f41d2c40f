import type { HostProfile } from '../../host/host-profile.ts';
import { HostTable } from '../../host/host-table.ts';
import { HOST, PROFILE, SILENT_PROFILE } from './job-keys.ts';
import { WireError } from './job-record.ts';

/** A host of which all is known. */
export interface WholeHost {
  readonly host: string;
  /** For reading. */
  readonly profile: HostProfile;
  readonly bytes: Uint8Array;
}

/** Hosts in one table: a table of its own for each would take longer than what is done with it. */
const MOST_HOSTS = 1024;
/** Encoded; in memory a profile may be sixty times as large. */
const MOST_BYTES = 1 << 20;

/** Profiles out of records, host after host; each key may come once. */
export class HostBatch {
  #table = new HostTable();
  #bytes = 0;

  /** The host that all its partial profiles amount to. */
  whole(key: string, values: Iterable<Uint8Array>): WholeHost {
    this.#makeRoom();
    const host = key.slice(HOST.length);
    for (const value of values) this.#add(host, value);
    return { host, profile: this.#table.get(host)!, bytes: this.#table.encodedHost(host)! };
  }

  /** The profile of one record, for reading. */
  decoded(key: string, value: Uint8Array): HostProfile {
    this.#makeRoom();
    const host = key.slice(HOST.length);
    this.#add(host, value);
    return this.#table.get(host)!;
  }

  #add(host: string, value: Uint8Array): void {
    this.#bytes += value.length;
    if (value[0] !== PROFILE && value[0] !== SILENT_PROFILE) {
      throw new WireError(`${host}: expected a profile`);
    }
    try {
      this.#table.addEncodedHost(host, value.subarray(1));
    } catch (cause) {
      throw cause instanceof RangeError ? new WireError(cause.message) : cause;
    }
  }

  #makeRoom(): void {
    if (this.#table.size < MOST_HOSTS && this.#bytes < MOST_BYTES) return;
    this.#table = new HostTable();
    this.#bytes = 0;
  }
}
