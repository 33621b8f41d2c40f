/** Names of RR types (IANA) that tell tunnels, mail and walks of a zone apart; for logs that write no numbers. */
const TYPES: Readonly<Record<string, number>> = {
  A: 1, NS: 2, CNAME: 5, SOA: 6, NULL: 10, PTR: 12, HINFO: 13, MX: 15, TXT: 16, KEY: 25, AAAA: 28, SRV: 33,
  NAPTR: 35, DS: 43, RRSIG: 46, NSEC: 47, DNSKEY: 48, SVCB: 64, HTTPS: 65, SPF: 99, AXFR: 252, ANY: 255, '*': 255,
}; // prettier-ignore
const CODES: Readonly<Record<string, number>> = {
  NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5,
}; // prettier-ignore

/** The number of an RR type given by name, number or `TYPE65` (RFC 3597); `NaN` if it is none. */
export function dnsType(text: string): number {
  return named(TYPES, text.toUpperCase().replace(/^TYPE(?=\d)/, ''));
}

/** The number of an RCODE given by name or number; `NaN` if it is none. */
export function dnsCode(text: string): number {
  return named(CODES, text.toUpperCase());
}

/** As `DnsQueryEvent.name` wants it. */
export function dnsName(text: string): string {
  const name = text.slice(0, 1024).toLowerCase().replace(/[^\x21-\x7e]/g, '?'); // prettier-ignore
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

function named(numbers: Readonly<Record<string, number>>, name: string): number {
  if (Object.hasOwn(numbers, name)) return numbers[name]!;
  return /^\d{1,5}$/.test(name) && Number(name) <= 0xffff ? Number(name) : Number.NaN;
}
