import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { DnsQueryEvent, DnsResponseEvent } from '../flow/event.ts';
import { addCells, readCells, writeCells } from '../stats/cells.ts';
import { CategoryCounts } from '../stats/counts.ts';
import { DistinctCounter } from '../stats/distinct.ts';
import { entropy } from '../stats/entropy.ts';
import { hashText } from '../stats/hash.ts';
import { QuantileSketch } from '../stats/quantiles.ts';
import { TopShare } from '../stats/top-share.ts';
import { saturatingAdd } from '../stats/whole-number.ts';
import { isAddressEcho, isDynamicName } from './name-kinds.ts';

const COUNTERS = [
  'queries', 'responses', 'nxdomain', 'failures', 'answers', 'nameCharacters', 'nameDigits', 'longLabels', 'reverseQueries',
  'addressEchoQueries', 'dynamicQueries',
] as const; // prettier-ignore

type DnsCounter = (typeof COUNTERS)[number];

const A_LONG_LABEL = 30; // characters; names people choose are shorter

/** What one host asked the DNS, as a client. */
export class DnsProfile {
  readonly counters = new Float64Array(COUNTERS.length);
  queryTypes = new CategoryCounts();
  names = new DistinctCounter();
  domains = new DistinctCounter();
  failedNames = new DistinctCounter();
  queriesByDomain = new TopShare();
  /** Characters of the part below the registered domain. */
  subdomainLengths = new QuantileSketch();
  /** Character entropy of the longest label, thousandths of a bit. */
  labelEntropies = new QuantileSketch();
  responseBytes = new QuantileSketch();
  /** Addresses that answers gave: what the host may be expected to contact. */
  resolved = new DistinctCounter();

  count(counter: DnsCounter): number {
    return this.counters[COUNTERS.indexOf(counter)]!;
  }

  addQuery(event: DnsQueryEvent): void {
    const labels = event.name.split('.');
    const domain = registeredDomain(labels);
    const longest = labels.reduce((a, b) => (b.length > a.length ? b : a), '');
    this.#bump('queries', 1);
    this.#bump('nameCharacters', event.name.length);
    this.#bump('nameDigits', event.name.replace(/[^0-9]/g, '').length);
    if (longest.length >= A_LONG_LABEL) this.#bump('longLabels', 1);
    if (event.name.endsWith('.arpa')) this.#bump('reverseQueries', 1);
    if (isAddressEcho(event.name)) this.#bump('addressEchoQueries', 1);
    if (isDynamicName(event.name)) this.#bump('dynamicQueries', 1);
    if (!Number.isNaN(event.queryType)) this.queryTypes.add(String(event.queryType));
    this.names.add(hashText(event.name));
    this.domains.add(hashText(domain));
    this.queriesByDomain.add(hashText(domain));
    this.subdomainLengths.add(Math.max(0, event.name.length - domain.length - 1));
    if (longest !== '') this.labelEntropies.add(1000 * textEntropy(longest));
  }

  addResponse(event: DnsResponseEvent): void {
    this.#bump('responses', 1);
    if (event.responseCode === 3) this.#bump('nxdomain', 1);
    if (event.responseCode !== 0) {
      this.#bump('failures', 1);
      this.failedNames.add(hashText(event.name));
    }
    if (event.answers > 0) this.#bump('answers', event.answers);
    if (!Number.isNaN(event.messageBytes)) this.responseBytes.add(event.messageBytes);
    for (const address of event.addresses) this.resolved.add(hashText(address));
  }

  merge(other: DnsProfile): void {
    addCells(this.counters, other.counters);
    this.queryTypes.merge(other.queryTypes);
    this.names.merge(other.names);
    this.domains.merge(other.domains);
    this.failedNames.merge(other.failedNames);
    this.queriesByDomain.merge(other.queriesByDomain);
    this.subdomainLengths.merge(other.subdomainLengths);
    this.labelEntropies.merge(other.labelEntropies);
    this.responseBytes.merge(other.responseBytes);
    this.resolved.merge(other.resolved);
  }

  encode(writer: ByteWriter): void {
    writeCells(writer, this.counters);
    this.queryTypes.encode(writer);
    this.names.encode(writer);
    this.domains.encode(writer);
    this.failedNames.encode(writer);
    this.queriesByDomain.encode(writer);
    this.subdomainLengths.encode(writer);
    this.labelEntropies.encode(writer);
    this.responseBytes.encode(writer);
    this.resolved.encode(writer);
  }

  static decode(reader: ByteReader): DnsProfile {
    const dns = new DnsProfile();
    readCells(reader, dns.counters);
    dns.queryTypes = CategoryCounts.decode(reader);
    dns.names = DistinctCounter.decode(reader);
    dns.domains = DistinctCounter.decode(reader);
    dns.failedNames = DistinctCounter.decode(reader);
    dns.queriesByDomain = TopShare.decode(reader);
    dns.subdomainLengths = QuantileSketch.decode(reader);
    dns.labelEntropies = QuantileSketch.decode(reader);
    dns.responseBytes = QuantileSketch.decode(reader);
    dns.resolved = DistinctCounter.decode(reader);
    return reader.truncated ? new DnsProfile() : dns;
  }

  #bump(counter: DnsCounter, by: number): void {
    const index = COUNTERS.indexOf(counter);
    this.counters[index] = saturatingAdd(this.counters[index]!, by);
  }
}

/**
 * The last two labels, or three where the last two are a country's second level (`co.uk`, `com.au`):
 * a rule of thumb, enough for counting sub-domains, that needs no public-suffix list.
 */
function registeredDomain(labels: readonly string[]): string {
  const [second = '', top = ''] = labels.slice(-2);
  const wide = top.length === 2 && /^(com?|net|org|gov|edu|ac|or|ne|go)$/.test(second);
  return labels.slice(wide ? -3 : -2).join('.');
}

/** Shannon entropy of a text's characters, bits a character. */
function textEntropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return entropy(counts.values());
}
