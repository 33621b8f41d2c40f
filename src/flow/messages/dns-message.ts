import { formatAddress } from '../../bytes/ip-address.ts';
import { bytesText, LOWER_CASE_BYTE } from './payload-text.ts';

/** Bytes of a DNS message's header. */
export const DNS_HEADER = 12;

const A = 1;
const AAAA = 28;
const OPT = 41;
/** RFC 1035 §2.3.4. */
const MAX_NAME = 255;
/** Compression pointers followed for one name: as many labels as a name can have. */
const MAX_JUMPS = 128;
const MAX_ADDRESSES = 16;
const DOT = 0x2e;
/** A name on its way from bytes to text. */
const scratch = new Uint8Array(MAX_NAME + 1);

export interface DnsAnswers {
  readonly firstName: string;
  readonly firstType: number;
  readonly addresses: string[];
  readonly minTtl: number;
}

/** A cursor over one message after another (RFC 1035 §4). Once it is broken nothing more of it can be trusted. */
export class DnsMessage {
  #data: Uint8Array = scratch;
  #start = 0;
  #end = 0;
  #at = 0;
  #broken = false;

  /** Goes to the first question of a message whose header is there. */
  begin(data: Uint8Array, start: number, end: number): this {
    this.#data = data;
    this.#start = start;
    this.#end = end;
    this.#at = start + DNS_HEADER;
    this.#broken = false;
    return this;
  }

  isBroken(): boolean {
    return this.#broken;
  }

  /** Nothing is left, and nothing was missing. */
  isAtEnd(): boolean {
    return !this.#broken && this.#at === this.#end;
  }

  /** A field of the header, which is there. */
  u16(offset: number): number {
    return u16(this.#data, this.#start + offset);
  }

  next16(): number {
    if (!this.#has(2)) return 0;
    this.#at += 2;
    return u16(this.#data, this.#at - 2);
  }

  /**
   * A name, following compression pointers (RFC 1035 §4.1.4), so many that they end. They should point backwards
   * only, but masscan's point forwards.
   */
  name(): string {
    const data = this.#data;
    let at = this.#at;
    let jumps = 0;
    let length = 0;
    for (;;) {
      if (at >= this.#end) return this.#fail();
      const size = data[at]!;
      if (size === 0) {
        if (jumps === 0) this.#at = at + 1;
        return bytesText(scratch, 0, length);
      }
      if (size >= 0xc0) {
        if (at + 1 >= this.#end) return this.#fail();
        const target = this.#start + (((size & 0x3f) << 8) | data[at + 1]!);
        if (jumps === 0) this.#at = at + 2;
        if (++jumps > MAX_JUMPS) return this.#fail();
        at = target;
        continue;
      }
      if (size > 63 || at + 1 + size > this.#end) return this.#fail();
      if (length + size > MAX_NAME) return this.#fail();
      if (length > 0) scratch[length++] = DOT;
      for (const end = at + 1 + size; ++at < end;) scratch[length++] = LOWER_CASE_BYTE[data[at]!]!;
    }
  }

  /** Passes over the records of a section; what answers say is gathered by `answers`. */
  skipRecords(count: number): void {
    for (let i = 0; i < count && !this.#broken; i++) {
      this.#skipName();
      this.#skip(8);
      this.#skip(this.next16());
    }
  }

  answers(count: number): DnsAnswers {
    const addresses: string[] = [];
    let minTtl = NaN;
    let firstName = '';
    let firstType = NaN;
    for (let i = 0; i < count && !this.#broken; i++) {
      if (i === 0) firstName = this.name();
      else this.#skipName();
      const type = this.next16();
      this.next16();
      const ttl = this.next16() * 65536 + this.next16();
      const length = this.next16();
      if (!this.#has(length)) break;
      if (i === 0) firstType = type;
      if (!(minTtl <= ttl)) minTtl = ttl;
      if (addresses.length < MAX_ADDRESSES) {
        const address = this.#address(type, length);
        if (address !== '') addresses.push(address);
      }
      this.#at += length;
    }
    return { firstName, firstType, addresses, minTtl };
  }

  /** The upper bits of the response code that EDNS adds (RFC 6891 §6.1.3), 0 without; read behind the answers. */
  extendedCode(authorities: number, additional: number): number {
    this.skipRecords(authorities);
    for (let i = 0; i < additional && !this.#broken; i++) {
      this.#skipName();
      const type = this.next16();
      this.next16();
      const upper = this.next16() >>> 8;
      this.next16();
      this.#skip(this.next16());
      if (type === OPT && !this.isBroken()) return upper;
    }
    return 0;
  }

  #skipName(): void {
    const data = this.#data;
    for (;;) {
      if (!this.#has(1)) return;
      const length = data[this.#at]!;
      if (length >= 0xc0) {
        this.#skip(2);
        return;
      }
      if (length > 63) {
        this.#broken = true;
        return;
      }
      this.#skip(1 + length);
      if (length === 0) return;
    }
  }

  #skip(length: number): void {
    if (this.#has(length)) this.#at += length;
  }

  #address(type: number, length: number): string {
    const at = this.#at;
    const word = (i: number) => u16(this.#data, at + i) * 65536 + u16(this.#data, at + i + 2);
    if (type === A && length === 4) return formatAddress([0, 0, 0xffff, word(0)]);
    if (type === AAAA && length === 16) return formatAddress([word(0), word(4), word(8), word(12)]);
    return '';
  }

  #has(length: number): boolean {
    if (!this.#broken && length <= this.#end - this.#at) return true;
    this.#broken = true;
    return false;
  }

  #fail(): '' {
    this.#broken = true;
    return '';
  }
}

function u16(data: Uint8Array, at: number): number {
  return (data[at]! << 8) | data[at + 1]!;
}
