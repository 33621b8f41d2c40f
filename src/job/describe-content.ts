import { isProfileLines } from './cluster/profile-lines.ts';

const EDITCAP = 'convert it with editcap -F pcap';
const UNPACK = 'unpack it first';
const RA = 'racluster -r FILE -n -u -c , -s stime dur proto saddr sport dir daddr dport state spkts dpkts sbytes dbytes'; // prettier-ignore

/** What other files begin with, a character a byte; the names are for people, with what to do about it. */
const SIGNATURES: readonly (readonly [bytes: string, name: string, advice?: string])[] = [
  ['\u00ff\u00d8\u00ff', 'JPEG image'],
  ['\u0089PNG', 'PNG image'],
  ['GIF8', 'GIF image'],
  ['%PDF', 'PDF document'],
  ['PK\u0003\u0004', 'ZIP archive or Office document', UNPACK],
  ['7z\u00bc\u00af', '7-Zip archive', UNPACK],
  ['Rar!', 'RAR archive', UNPACK],
  ['BZh', 'bzip2', UNPACK],
  ['\u00fd7zXZ', 'xz', UNPACK],
  ['ORC', 'ORC table'],
  ['Obj\u0001', 'Avro table'],
  ['SQLite format 3', 'SQLite database'],
  ['ElfFile\u0000', 'Windows event log', 'convert it with evtx_dump -o jsonl FILE'],
  ['\u007fELF', 'program'],
  ['MZ', 'Windows program'],
  ['<!DOCTYPE', 'HTML or XML page'],
  ['<!doctype', 'HTML or XML page'],
  ['<html', 'HTML page'],
  ['<?xml', 'XML document'],
  ['#!', 'script'],
  ['XCP\u0000', 'Sniffer capture', EDITCAP],
  ['TRSNIFF', 'Sniffer capture', EDITCAP],
  ['snoop\u0000', 'snoop capture', EDITCAP],
  ['RTSS', 'Network Monitor capture', EDITCAP],
  ['GMBU', 'Network Monitor capture', EDITCAP],
  ['ObserverPktBuf', 'Observer capture', EDITCAP],
  ['\u0005VNF', 'Visual Networks capture', EDITCAP],
  ['TR\u0000d', 'nettl trace', EDITCAP],
  ['\u00aa\u00aa\u00aa\u00aa', '5View capture', EDITCAP],
  ['iptrace ', 'AIX iptrace', EDITCAP],
  ['\u007fver', 'Peek capture', EDITCAP],
  ['btsnoop\u0000', 'Bluetooth capture, which has no IP in it'],
  // SiLK's and flow-tools' file headers.
  ['\u00de\u00ad\u00be\u00ef', 'SiLK file', 'convert it with rwsilk2ipfix'],
  ['\u00cf\u0010', 'flow-tools file', 'convert it with flow-export'],
];

/** What bytes that are no capture or log may be: `JPEG image`, `text`; `''` if nobody knows. */
export interface Content {
  readonly name: string;
  /** What to do, as an order; `''` where nothing helps. */
  readonly advice: string;
}

/** Guesses from the first bytes, in words. */
export function recogniseContent(head: Uint8Array): Content {
  const latin = Buffer.from(head.subarray(0, 32)).toString('latin1');
  for (const [signature, name, advice = ''] of SIGNATURES) {
    if (latin.startsWith(signature)) return { name, advice };
  }
  // POSIX ustar, at its fixed place in the first header block.
  if (String.fromCharCode(...head.subarray(257, 262)) === 'ustar') {
    return { name: 'tar archive', advice: UNPACK };
  }
  // Argus' own records: its management record carries a cookie.
  if (latin.slice(8, 12) === '\u00e5q-\u00cb') {
    return { name: 'Argus binary file', advice: `read it with ${RA} | rapsheet label -` };
  }
  if (isErf(head)) return { name: 'ERF capture', advice: EDITCAP };
  return isText(head) ? recogniseText(head) : { name: '', advice: '' };
}

/** The same in a few words. */
export function describeContent(head: Uint8Array): string {
  const { name, advice } = recogniseContent(head);
  return advice === '' ? name : `${name}: ${advice}`;
}

const PROFILES = 'rapsheet label, hosts, cluster and merge read them: there are no flows in them any more'; // prettier-ignore

/** What the advice for a table of unknown columns is. */
const MAP = 'say which of its columns is what with --map column=field,…';
/** Fewer columns are more likely a sentence with a comma in it. */
const LEAST_COLUMNS = 5;

function recogniseText(head: Uint8Array): Content {
  const text = Buffer.from(head.subarray(0, 4096)).toString('utf8').trimStart();
  if (isProfileLines(head)) return { name: 'host profiles', advice: PROFILES };
  if (/^[[{]/.test(text)) return { name: 'JSON', advice: '' };
  const [first = '', second = ''] = text.split('\n');
  const isTable = [',', ';', '\t'].some((delimiter) => {
    const columns = first.split(delimiter).length;
    return columns >= LEAST_COLUMNS && second.split(delimiter).length === columns;
  });
  return isTable ? { name: 'table', advice: MAP } : { name: 'text', advice: '' };
}

/** No control characters but tabs and line ends. */
function isText(head: Uint8Array): boolean {
  return head.length > 0 && head.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}

const ERF_HEADER = 16;
const ERF_TYPES = 48;
/** Records of a file that have to look right. */
const ERF_LEAST = 3;

/** ERF has no magic number: records follow each other whose type, length and wire length fit (ERF types reference, Endace). */
function isErf(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let at = 0;
  for (let record = 0; record < ERF_LEAST; record++) {
    if (at + ERF_HEADER > head.length) return false;
    const type = head[at + 8]! & 0x7f;
    const length = view.getUint16(at + 10);
    const wireLength = view.getUint16(at + 14);
    if (type === 0 || type > ERF_TYPES || length < ERF_HEADER || wireLength === 0) return false;
    at += length;
  }
  return true;
}
