import { formatAddress } from '../../bytes/ip-address.ts';
import { DESTINATION_ADDRESS, NO_SLOT, SLOTS, SOURCE_ADDRESS, slotOf } from './netflow-elements.ts';

/** Length of a field whose records say how long it is (RFC 7011 §7). */
const VARIABLE = 0xffff;
const MOST_FIELDS = 512;

interface Field {
  readonly slot: number;
  readonly length: number;
}

/** What one record of a template said; used again for the next. */
export class NetflowRecord {
  readonly values = new Float64Array(SLOTS);
  source = '';
  destination = '';

  clear(): void {
    this.values.fill(Number.NaN);
    this.source = '';
    this.destination = '';
  }
}

/** How the records of one template lie in their bytes. */
export class NetflowTemplate {
  readonly isOptions: boolean;
  readonly #fields: readonly Field[];
  /** Bytes of the shortest record. */
  readonly #least: number;

  constructor(fields: readonly Field[], isOptions: boolean) {
    this.isOptions = isOptions;
    this.#fields = fields;
    this.#least = fields.reduce((sum, { length }) => sum + (length === VARIABLE ? 1 : length), 0);
  }

  /**
   * Reads field specifiers: element and length, and in IPFIX the enterprise that the element's top bit announces.
   * Gives the template and the offset behind it; `undefined` if it does not end before `end`.
   */
  static read(
    view: DataView,
    from: number,
    end: number,
    shape: { readonly count: number; readonly isOptions: boolean; readonly isIpfix: boolean },
  ): { template: NetflowTemplate; next: number } | undefined {
    if (shape.count > MOST_FIELDS) return undefined;
    const fields: Field[] = [];
    let at = from;
    for (let i = 0; i < shape.count; i++) {
      if (at + 4 > end) return undefined;
      const element = view.getUint16(at);
      const length = view.getUint16(at + 2);
      at += 4;
      let enterprise = 0;
      if (shape.isIpfix && (element & 0x8000) !== 0) {
        if (at + 4 > end) return undefined;
        enterprise = view.getUint32(at);
        at += 4;
      }
      const number = shape.isIpfix ? element & 0x7fff : element;
      fields.push({ slot: slotOf(number, enterprise), length });
    }
    return { template: new NetflowTemplate(fields, shape.isOptions), next: at };
  }

  /** Reads one record; gives the offset behind it, −1 if no whole one is left (what is left is padding). */
  record(view: DataView, from: number, end: number, record: NetflowRecord): number {
    if (this.#least === 0 || from + this.#least > end) return -1;
    record.clear();
    let at = from;
    for (const { slot, length: fixed } of this.#fields) {
      let length = fixed;
      if (fixed === VARIABLE) {
        if (at >= end) return -1;
        length = view.getUint8(at++);
        if (length === 255) {
          if (at + 2 > end) return -1;
          length = view.getUint16(at);
          at += 2;
        }
      }
      if (at + length > end) return -1;
      if (slot !== NO_SLOT) readField(view, at, length, slot, record);
      at += length;
    }
    return at;
  }
}

function readField(
  view: DataView,
  at: number,
  length: number,
  slot: number,
  record: NetflowRecord,
): void {
  if (slot === SOURCE_ADDRESS) record.source = addressText(view, at, length, record.source);
  else if (slot === DESTINATION_ADDRESS) {
    record.destination = addressText(view, at, length, record.destination);
  } else if (length >= 1 && length <= 8) record.values[slot] = unsigned(view, at, length);
}

/** Big-endian, of any length to eight bytes (RFC 7011 §6.2, reduced-size encoding). */
function unsigned(view: DataView, at: number, length: number): number {
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + view.getUint8(at + i);
  return value;
}

/** A template for both IP versions fills the place of the other with zeros: they never replace an address. */
function addressText(view: DataView, at: number, length: number, known: string): string {
  if (length !== 4 && length !== 16) return known;
  const words = new Uint32Array(4);
  if (length === 4) {
    words[2] = 0xffff;
    words[3] = view.getUint32(at);
  } else for (let i = 0; i < 4; i++) words[i] = view.getUint32(at + 4 * i);
  const isZero = words[3] === 0 && words[0] === 0 && words[1] === 0;
  return isZero && known !== '' ? known : formatAddress(words);
}
