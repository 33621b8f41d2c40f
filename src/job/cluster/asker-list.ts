/** Hosts that asked one other, packed: sources of a flood are many, and all ask its target. */
export class AskerList {
  #bytes = new Uint8Array(64);
  #length = 0;
  size = 0;

  /** The host's text in UTF-8: at most 128 characters. */
  add(host: Uint8Array): void {
    const needed = this.#length + 2 + host.length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = host.length & 0xff;
    this.#bytes[this.#length++] = host.length >>> 8;
    this.#bytes.set(host, this.#length);
    this.#length += host.length;
    this.size++;
  }

  *hosts(): Generator<string> {
    for (let at = 0; at < this.#length;) {
      const length = this.#bytes[at]! | (this.#bytes[at + 1]! << 8);
      at += 2;
      yield Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + at, length).toString();
      at += length;
    }
  }
}
