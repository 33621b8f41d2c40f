const BLOCK_BYTES = 512;

/** What stands in an archive about a file. */
export interface TarFile {
  /** ASCII, at most 100 bytes. */
  readonly name: string;
  readonly bytes: number;
  readonly executable: boolean;
}

/**
 * The header of a file in a tar archive (POSIX.1-1988 `ustar`), with owner 0 and time 0: the same files make the
 * same archive.
 */
export function tarHeader({ name, bytes, executable }: TarFile): Uint8Array {
  if (name.length === 0 || name.length > 100) {
    throw new RangeError(`name: expected 1 to 100 characters, got ${name.length}`);
  }
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(name, 0, 'latin1');
  header.write(executable ? '0000755\0' : '0000644\0', 100, 'latin1');
  header.write('0000000\0'.repeat(2), 108, 'latin1');
  header.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write(`${'0'.repeat(11)}\0`, 136, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  // The sum is made with spaces in its own field.
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** What fills a file's last block. */
export function tarPadding(bytes: number): Uint8Array {
  return new Uint8Array((BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES);
}

/** The end of an archive. */
export const TAR_END = new Uint8Array(2 * BLOCK_BYTES);
