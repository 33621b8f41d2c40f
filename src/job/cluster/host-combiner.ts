import type { AppEvent, TrafficSink, Visibility } from '../../flow/event.ts';
import type { Flow } from '../../flow/flow.ts';
import { HostTable } from '../../host/host-table.ts';
import { hashSeed } from '../hash-seed.ts';
import { allFactsKeys, FACTS_OF_PART, HOST, PROFILE, SKIPS_KEY, tagged } from './job-keys.ts';
import { encodeFacts, factsOf, type JobFacts } from './job-facts.ts';
import { WireError, type Put } from './job-record.ts';
import { encodeSkips } from './job-skips.ts';

export interface CombinerOptions {
  /** Hosts held before what is known of them is given away. Default 200,000. */
  readonly mostHosts?: number;
  /** Bytes of memory in use from which on the same happens. Default 192 MiB. */
  readonly mostBytes?: number;
}

/** Flows between two looks at the memory in use. */
const LOOK_EVERY = 1 << 11;
/** So many at least between two times that all is given away: what is only garbage would else be taken for hosts. */
const LEAST_FLOWS = 1 << 15;
/** So many bytes of a profile take as much memory as a flow does, about. */
const BYTES_OF_FLOW = 32;

/**
 * Partial profiles in a bounded table: when it is full everything goes out as records, and it begins anew. How often
 * that happens changes no result, since parts merge into the whole.
 */
export class HostCombiner implements TrafficSink {
  readonly #put: Put;
  readonly #mostHosts: number;
  readonly #mostBytes: number;
  #table = new HostTable({ hashSeed });
  /** Since all was given away, and as many as there will be at the next look. */
  #flows = 0;
  #lookAt = LOOK_EVERY;
  #skipsSince = new Map<string, number>();
  /** Times that the table was full. */
  spills = 0;

  constructor(put: Put, options: CombinerOptions = {}) {
    this.#put = put;
    this.#mostHosts = options.mostHosts ?? 200_000;
    this.#mostBytes = options.mostBytes ?? 192 << 20;
  }

  flow(flow: Flow): void {
    this.#table.flow(flow);
    this.#added(1);
  }

  event(event: AppEvent): void {
    this.#table.event(event);
    this.#added(1);
  }

  visibility(shown: Visibility): void {
    this.#table.visibility(shown);
  }

  skipped(reason: string, count: number): void {
    this.#table.skipped(reason, count);
    if (count > 0) this.#skipsSince.set(reason, (this.#skipsSince.get(reason) ?? 0) + count);
  }

  /** What was skipped since this was asked last: of one input, if it is asked before and after. */
  takeSkips(): ReadonlyMap<string, number> {
    const skips = this.#skipsSince;
    this.#skipsSince = new Map();
    return skips;
  }

  /** Adds a partial profile, as a record has it behind its first byte. */
  addEncoded(host: string, bytes: Uint8Array): void {
    try {
      this.#table.addEncodedHost(host, bytes);
    } catch (cause) {
      if (cause instanceof RangeError) throw new WireError(cause.message);
      throw cause;
    }
    this.#added(1 + bytes.length / BYTES_OF_FLOW);
  }

  /** Adds what another part of the input can show. */
  addFacts({ shown, startUs, endUs }: JobFacts): void {
    this.#table.visibility(shown);
    this.#table.startUs = Math.min(this.#table.startUs, startUs);
    this.#table.endUs = Math.max(this.#table.endUs, endUs);
  }

  /** Gives away what is known of hosts alone. */
  flushHosts(): void {
    for (const [host, bytes] of this.#table.encodedHosts()) {
      this.#put(HOST + host, tagged(PROFILE, bytes));
    }
    const { skips } = this.#table;
    const facts = factsOf(this.#table);
    this.#table = new HostTable({ hashSeed });
    this.addFacts(facts);
    for (const [reason, count] of skips) this.#table.skipped(reason, count);
    this.#flows = 0;
    this.#lookAt = LOOK_EVERY;
  }

  /** Gives away everything: there is no more. */
  end(): void {
    this.flushHosts();
    const { skips } = this.#table;
    if (skips.size > 0) this.#put(SKIPS_KEY, encodeSkips(skips));
    const facts = factsOf(this.#table);
    if (saysSomething(facts)) {
      const value = tagged(FACTS_OF_PART, encodeFacts(facts));
      for (const key of allFactsKeys()) this.#put(key, value);
    }
    this.#table = new HostTable({ hashSeed });
  }

  #added(flows: number): void {
    this.#flows += flows;
    if (this.#table.size < this.#mostHosts && !this.#isLarge()) return;
    this.spills++;
    this.flushHosts();
  }

  #isLarge(): boolean {
    if (this.#flows < this.#lookAt) return false;
    this.#lookAt = this.#flows + LOOK_EVERY;
    return this.#flows >= LEAST_FLOWS && memoryInUse() > this.#mostBytes;
  }
}

function saysSomething({ shown, startUs }: JobFacts): boolean {
  return startUs !== Infinity || Object.values(shown).includes(true);
}

function memoryInUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
