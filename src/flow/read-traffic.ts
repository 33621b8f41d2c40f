import type { TrafficSink } from './event.ts';
import { albLog } from './logs/alb-log.ts';
import { argus } from './logs/argus.ts';
import { azureFlowLog } from './logs/azure-flow-log.ts';
import { cicflowmeter } from './logs/cicflowmeter.ts';
import { cowrieCsv } from './logs/cowrie-csv.ts';
import { cowrieJson } from './logs/cowrie-json.ts';
import { dnsQueryLog } from './logs/dns-query-log.ts';
import { gcpFlowLog } from './logs/gcp-flow-log.ts';
import { labelledLines, type LineLabel } from './logs/labelled-lines.ts';
import type { LogOptions, LogReader, SkippedLines } from './logs/log-reader.ts';
import { readLog } from './logs/log-reader.ts';
import { suricata } from './logs/suricata.ts';
import { syslog } from './logs/syslog.ts';
import { flowCsv, mappedCsv } from './logs/flow-csv.ts';
import { readNetflow, readNetflowCapture } from './logs/netflow.ts';
import { nfdumpCsv } from './logs/nfdump-csv.ts';
import { unswNb15 } from './logs/unsw-nb15.ts';
import { vpcFlowLog } from './logs/vpc-flow-log.ts';
import { MOST_RECORD_BYTES } from './json-records.ts';
import { AS_UTC, timeZone } from './logs/time-zone.ts';
import { formattedWebLog } from './logs/web-format.ts';
import { mappedWebJson, webJson } from './logs/web-json.ts';
import { w3cLog } from './logs/w3c-log.ts';
import { webLog } from './logs/web-log.ts';
import { windowsJson } from './logs/windows-json.ts';
import { zeekJson } from './logs/zeek-json.ts';
import { zeekTsv } from './logs/zeek-tsv.ts';
import type { ReadCaptureOptions } from './read-capture.ts';
import { readCapture } from './read-capture.ts';
import type { InputFormat } from './recognise-input.ts';
import { INPUT_FORMATS } from './recognise-input.ts';
import { plainLines } from './text-form.ts';

type LogFormat = Exclude<InputFormat, 'pcap' | 'pcapng' | 'netflow' | 'netflow-pcap'>;

const LOGS: Readonly<Record<LogFormat, LogReader>> = {
  'zeek-tsv': zeekTsv,
  'zeek-json': zeekJson,
  'argus-csv': argus,
  'cicflowmeter-csv': cicflowmeter,
  'unsw-nb15-csv': unswNb15,
  'web-log': webLog,
  'web-json': webJson,
  'cowrie-csv': cowrieCsv,
  'cowrie-json': cowrieJson,
  'suricata-json': suricata,
  syslog: syslog,
  'dns-query-log': dnsQueryLog,
  'nfdump-csv': nfdumpCsv,
  'vpc-flow-log': vpcFlowLog,
  'flow-csv': flowCsv,
  'windows-json': windowsJson,
  'azure-flow-log': azureFlowLog,
  'gcp-flow-log': gcpFlowLog,
  'w3c-log': w3cLog,
  'alb-log': albLog,
};

/** Those of a capture; a log takes `onProgress` and what is below alone, its flows have ended already. */
export interface ReadOptions extends ReadCaptureOptions {
  /**
   * For `flow-csv`: which field of `FLOW_FIELDS` each column of the table is, instead of recognising the table; for
   * `web-json`: which field of `WEB_FIELDS` each member of an object is.
   */
  readonly map?: Readonly<Record<string, string>>;
  /** For `web-log`: how its lines are written, as the server's configuration says it. */
  readonly logFormat?: string;
  /** Where times without a zone were written: `Europe/Prague`, `+02:00`. Default: UTC. */
  readonly timezone?: string;
  /** Told what the label columns of a log say, line by line; they are no part of what is read. */
  readonly onLabel?: (label: LineLabel) => void;
}

function readerOf(format: LogFormat, { map, logFormat }: ReadOptions): LogReader {
  if (format === 'flow-csv' && map !== undefined) return mappedCsv(map);
  if (format === 'web-json' && map !== undefined) return mappedWebJson(map);
  if (format === 'web-log' && logFormat !== undefined) return formattedWebLog(logFormat);
  return LOGS[format];
}

/** What was read; what was not is with the sink, by reason. */
export interface ReadSummary {
  readonly format: InputFormat;
  /** IP packets of a capture, lines of a log and records of NetFlow that gave something. */
  readonly records: number;
  readonly bytes: number;
  /** Why a capture ended before its bytes did: `notACapture`. */
  readonly stopped: string | undefined;
  /** Lines of a log in all; absent for a capture. */
  readonly lines?: number;
  /** Why lines of a log gave nothing, with the first such line; most frequent first; absent for a capture. */
  readonly skips?: readonly SkippedLines[];
}

/**
 * Whether more than half of a log's lines were not what its format says: it is damaged, or taken for another format.
 * Lines that are well-formed and of no use are not wrong.
 */
export function isMostlyWrong({ records, skips = [] }: ReadSummary): boolean {
  const wrong = skips.reduce((sum, { count, ordinary }) => sum + (ordinary ? 0 : count), 0);
  const fine = skips.reduce((sum, { count, ordinary }) => sum + (ordinary ? count : 0), records);
  return wrong > fine;
}

/** Azure writes a minute of a network into one record. */
function lengthOf(format: InputFormat): Pick<LogOptions, 'maxLength'> {
  return format === 'azure-flow-log' ? { maxLength: MOST_RECORD_BYTES } : {};
}

/** Reads one input of a known format into the sink. Content never makes it throw. */
export async function readTraffic(
  format: InputFormat,
  chunks: AsyncIterable<Uint8Array>,
  sink: TrafficSink,
  options: ReadOptions = {},
): Promise<ReadSummary> {
  if (!INPUT_FORMATS.includes(format)) {
    throw new RangeError(`format: expected one of ${INPUT_FORMATS.join(', ')}, got ${format}`);
  }
  if (format === 'pcap' || format === 'pcapng') {
    const { packets, bytes, stopped } = await readCapture(chunks, sink, options);
    return { format, records: packets, bytes, stopped };
  }
  const reader = readerOf(format as LogFormat, options);
  const local = options.timezone === undefined ? AS_UTC : timeZone(options.timezone);
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      yield chunk;
      options.onProgress?.(bytes);
    }
  }
  if (format === 'netflow' || format === 'netflow-pcap') {
    const read = format === 'netflow' ? readNetflow : readNetflowCapture;
    const records = await read(counted(), sink);
    return { format, records, bytes, stopped: undefined };
  }
  const { onLabel } = options;
  const labelled = onLabel === undefined ? reader : labelledLines(format, reader, onLabel);
  const { records, lines, skips } = await readLog(labelled, plainLines(counted()), sink, {
    local,
    ...lengthOf(format),
  });
  return { format, records, bytes, stopped: undefined, lines, skips };
}
