import { recogniseCapture } from '../capture/recognise-capture.ts';
import { isAlbLine } from './logs/alb-log.ts';
import { argusColumns } from './logs/argus.ts';
import { isAzureFlowLog } from './logs/azure-flow-log.ts';
import { cicColumns } from './logs/cicflowmeter.ts';
import { isCowrieHeading } from './logs/cowrie-csv.ts';
import { isCowrieJson } from './logs/cowrie-json.ts';
import { isDnsQueryLog } from './logs/dns-query-log.ts';
import { isFlowCsvHeading } from './logs/flow-csv.ts';
import { isGcpFlowLog } from './logs/gcp-flow-log.ts';
import { isVpcFlowLog } from './logs/vpc-flow-log.ts';
import { isNetflowCapture } from './logs/netflow.ts';
import { isNetflow } from './logs/netflow-decoder.ts';
import { nfdumpColumns } from './logs/nfdump-csv.ts';
import { isSuricata } from './logs/suricata.ts';
import { isSyslog } from './logs/syslog.ts';
import { unswNb15Cells } from './logs/unsw-nb15.ts';
import { isW3cHeading } from './logs/w3c-log.ts';
import { isWebJson } from './logs/web-json.ts';
import { parseWebLogLine } from './logs/web-log.ts';
import { isWindowsJson } from './logs/windows-json.ts';
import { isZeekJson } from './logs/zeek-json.ts';
import { plainHead } from './text-form.ts';

/** The formats that can be read. */
export const INPUT_FORMATS = [
  'pcap', 'pcapng', 'zeek-tsv', 'zeek-json', 'argus-csv', 'cicflowmeter-csv', 'unsw-nb15-csv', 'web-log',
  'cowrie-csv', 'cowrie-json', 'suricata-json', 'syslog', 'dns-query-log', 'nfdump-csv', 'vpc-flow-log', 'flow-csv', 'web-json',
  'netflow', 'netflow-pcap', 'windows-json', 'azure-flow-log', 'gcp-flow-log', 'w3c-log', 'alb-log',
] as const; // prettier-ignore

export type InputFormat = (typeof INPUT_FORMATS)[number];

/** As much of an input as is looked at. */
export const HEAD_BYTES = 64 * 1024;

/** Lines looked at before giving up. */
const MOST_LINES = 40;

/**
 * Says what an input is from its first bytes (64 KiB at most are looked at, after decompression), never from its
 * name; `undefined` if it is nothing we read.
 */
export function recogniseInput(head: Uint8Array): InputFormat | undefined {
  const bytes = head.subarray(0, HEAD_BYTES);
  const capture = recogniseCapture(bytes);
  if (capture !== undefined) return isNetflowCapture(bytes) ? 'netflow-pcap' : capture;
  if (isNetflow(bytes, 0, bytes.length)) return 'netflow';
  const text = plainHead(bytes);
  return text.includes(0) ? undefined : recogniseText(headLines(text));
}

/** The lines of the head that are not blank, without the last one, which the head may have cut. */
function headLines(bytes: Uint8Array): string[] {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  if (lines.length > 1) lines.pop();
  return lines.filter((line) => line.trim() !== '').slice(0, MOST_LINES);
}

function recogniseText(lines: readonly string[]): InputFormat | undefined {
  const [first = '', second = ''] = lines;
  if (first.trimStart().startsWith('#')) {
    if (isZeekHeading(lines)) return 'zeek-tsv';
    return lines.some(isW3cHeading) ? 'w3c-log' : undefined;
  }
  if (/^Record \d{1,10}$/.test(first) && second.startsWith('{'))
    return recogniseJson(second, lines);
  if (first.trimStart().startsWith('{')) return recogniseJson(first, lines);
  if (argusColumns(first) !== undefined) return 'argus-csv';
  if (cicColumns(first) !== undefined) return 'cicflowmeter-csv';
  if (nfdumpColumns(first) !== undefined) return 'nfdump-csv';
  if (isFlowCsvHeading(first)) return 'flow-csv';
  if (isVpcFlowLog(first)) return 'vpc-flow-log';
  if (isCowrieHeading(first)) return 'cowrie-csv';
  if ([first, second].some((line) => unswNb15Cells(line) !== undefined)) return 'unsw-nb15-csv';
  const requests = lines.filter((line) => parseWebLogLine(line) !== undefined).length;
  if (requests * 2 > lines.length) return 'web-log';
  if (isAlbLine(first)) return 'alb-log';
  if (isSyslog(lines)) return 'syslog';
  return isDnsQueryLog(lines) ? 'dns-query-log' : undefined;
}

function recogniseJson(first: string, lines: readonly string[]): InputFormat | undefined {
  if (isSuricata(first)) return 'suricata-json';
  if (isCowrieJson(first)) return 'cowrie-json';
  if (isZeekJson(first)) return 'zeek-json';
  if (isAzureFlowLog(first)) return 'azure-flow-log';
  if (isGcpFlowLog(first)) return 'gcp-flow-log';
  if (isWindowsJson(first)) return 'windows-json';
  if (isWebJson(first)) return 'web-json';
  return isSyslog(lines) ? 'syslog' : undefined;
}

/** `#fields` and its separator; a W3C log has `#Fields:`. */
function isZeekHeading(lines: readonly string[]): boolean {
  return lines.some((line) => /^\s*#fields[^\w:]/.test(line));
}
