import { createHash } from 'node:crypto';
import { isGrease } from './ja4.ts';
import { memo } from './memo.ts';

/** What of a ClientHello makes its JA3 fingerprint, in the order of the wire. */
interface Ja3Shape {
  /** The hello's own version, not that of supported_versions. */
  readonly legacyVersion: number;
  readonly cipherSuites: readonly number[];
  readonly extensions: readonly number[];
  readonly groups: readonly number[];
  readonly pointFormats: Uint8Array;
}

/** JA3 (Althouse, Atkinson, Atkins 2017): MD5 of version, cipher suites, extensions, groups and point formats. */
export function ja3(hello: Ja3Shape): string {
  const lists = [hello.cipherSuites, hello.extensions, hello.groups].map((list) =>
    list.filter((value) => !isGrease(value)).join('-'),
  );
  return md5(`${hello.legacyVersion},${lists.join(',')},${hello.pointFormats.join('-')}`);
}

/** JA3S of a ServerHello: version, the cipher suite chosen and the extensions. */
export function ja3s(version: number, cipherSuite: number, extensions: readonly number[]): string {
  return md5(`${version},${cipherSuite},${extensions.join('-')}`);
}

/** Of a text of one byte a character; the same clients come again and again, so the latest are remembered. */
export const md5 = memo(512, (text) => createHash('md5').update(text, 'latin1').digest('hex'));
