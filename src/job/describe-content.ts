/** What other files begin with, a character a byte; the names are for people. */
const SIGNATURES: readonly (readonly [bytes: string, name: string])[] = [
  ['\u00ff\u00d8\u00ff', 'JPEG image'],
  ['\u0089PNG', 'PNG image'],
  ['GIF8', 'GIF image'],
  ['%PDF', 'PDF document'],
  ['PK\u0003\u0004', 'ZIP archive or Office document: unpack it first'],
  ['7z\u00bc\u00af', '7-Zip archive: unpack it first'],
  ['Rar!', 'RAR archive: unpack it first'],
  ['BZh', 'bzip2: unpack it first'],
  ['\u00fd7zXZ', 'xz: unpack it first'],
  ['PAR1', 'Parquet table'],
  ['SQLite format 3', 'SQLite database'],
  ['\u007fELF', 'program'],
  ['MZ', 'Windows program'],
  ['<!DOCTYPE', 'HTML or XML page'],
  ['<!doctype', 'HTML or XML page'],
  ['<html', 'HTML page'],
  ['<?xml', 'XML document'],
  ['#!', 'script'],
  ['XCP\u0000', 'Sniffer capture: convert it with editcap'],
  ['TRSNIFF', 'Sniffer capture: convert it with editcap'],
  ['snoop\u0000', 'snoop capture: convert it with editcap'],
  ['RTSS', 'Network Monitor capture: convert it with editcap'],
  ['GMBU', 'Network Monitor capture: convert it with editcap'],
];

/** What bytes that are no capture or log may be, in words: `JPEG image`, `text`, `''` if nobody knows. */
export function describeContent(head: Uint8Array): string {
  const latin = Buffer.from(head.subarray(0, 32)).toString('latin1');
  for (const [signature, name] of SIGNATURES) if (latin.startsWith(signature)) return name;
  // POSIX ustar, at its fixed place in the first header block.
  if (String.fromCharCode(...head.subarray(257, 262)) === 'ustar') {
    return 'tar archive: unpack it first';
  }
  if (head.length === 0) return '';
  return head.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13)) ? 'text' : '';
}
