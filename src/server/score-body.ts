import type { z } from 'zod';
import { canonicalAddress } from '../bytes/ip-address.ts';
import type { Flow } from '../flow/flow.ts';
import { tookHandshake } from '../flow/logs/zeek-conn.ts';
import { FEATURES, featureNames, schemaHash } from '../host/feature-schema.ts';
import { HostTable } from '../host/host-table.ts';
import { eachVerdict, judgeVector } from '../score/judge.ts';
import type { ModelBundle } from '../score/model-bundle.ts';
import { badRequest, HttpError } from './http-error.ts';
import type { scoreRequest } from './schemas.ts';
import { toWireVectorVerdict, toWireVerdict, type WireScoreVerdict } from './wire-verdict.ts';

type ScoreRequest = z.infer<typeof scoreRequest>;
type WireFlow = NonNullable<ScoreRequest['flows']>[number];

/** One answer has so many hosts at most: each is about 2 kB of JSON and 1 ms of work. */
const MAX_HOSTS = 20_000;
const TCP = 6;

/**
 * The verdicts on what a request holds, judged as they are asked for. Everything wrong with the request is thrown
 * before the first.
 */
export function scoreBody(
  body: ScoreRequest | Uint8Array,
  model: ModelBundle,
): Iterable<WireScoreVerdict> {
  if (body instanceof Uint8Array) return judgeTable(decodeTable(body), model);
  if (body.schema !== undefined && body.schema !== schemaHash) {
    throw badRequest(`schema: expected ${schemaHash}, got ${body.schema}: see /v1/schema`);
  }
  if (body.flows !== undefined) return judgeTable(tableOf(body.flows), model);
  return judgeVectors(body.features?.map(fromFeatures) ?? fromVectors(body), model);
}

function* judgeVectors(vectors: readonly Float64Array[], model: ModelBundle) {
  for (const vector of vectors) yield toWireVectorVerdict(judgeVector(vector, model));
}

function judgeTable(table: HostTable, model: ModelBundle): Iterable<WireScoreVerdict> {
  if (table.size > MAX_HOSTS) {
    throw new HttpError(
      413,
      'TOO_LARGE',
      `more than ${MAX_HOSTS} hosts: send them in parts, or the capture itself to /v1/captures`,
    );
  }
  return (function* () {
    for (const verdict of eachVerdict(table, model)) yield toWireVerdict(verdict);
  })();
}

function decodeTable(bytes: Uint8Array): HostTable {
  try {
    return HostTable.decode(bytes, { maxHosts: MAX_HOSTS + 1 });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw badRequest(cause.message, { cause });
  }
}

function tableOf(wireFlows: readonly WireFlow[]): HostTable {
  const table = new HostTable({ maxHosts: MAX_HOSTS + 1 });
  const flows = wireFlows.map(toFlow);
  table.visibility({
    packets: flows.some((flow) => !Number.isNaN(flow.originatorPackets)),
    connState: flows.some((flow) => flow.connState !== ''),
    history: flows.some((flow) => flow.history !== ''),
    dns: false,
    http: false,
    tls: false,
    ssh: false,
  });
  for (const flow of flows) table.flow(flow);
  return table;
}

function toFlow(flow: WireFlow, index: number): Flow {
  if (flow.endUs < flow.startUs) {
    throw badRequest(`flows.${index}.endUs: expected at least startUs, got ${flow.endUs}`);
  }
  const address = (end: 'originator' | 'responder'): string => {
    const text = canonicalAddress(flow[end]);
    if (text !== undefined) return text;
    throw badRequest(
      `flows.${index}.${end}: expected an IP address, got ${JSON.stringify(flow[end])}`,
    );
  };
  const { history, connState, protocol } = flow;
  return {
    ...flow,
    originator: address('originator'),
    responder: address('responder'),
    originatorPackets: flow.originatorPackets ?? NaN,
    responderPackets: flow.responderPackets ?? NaN,
    originatorIpBytes: flow.originatorIpBytes ?? NaN,
    responderIpBytes: flow.responderIpBytes ?? NaN,
    originatorBytes: flow.originatorBytes ?? NaN,
    responderBytes: flow.responderBytes ?? NaN,
    established: flow.established ?? (protocol === TCP && tookHandshake(history, connState)),
  };
}

/** Already scaled: only of this schema, or every number would mean something else. */
function fromVectors({ vectors = [], schema }: ScoreRequest): Float64Array[] {
  if (schema === undefined) {
    throw badRequest('schema: expected the hash of /v1/schema beside vectors, got nothing');
  }
  return vectors.map((row, i) => {
    if (row.length === FEATURES.length) return Float64Array.from(row, (value) => value ?? NaN);
    throw badRequest(`vectors.${i}: expected ${FEATURES.length} numbers, got ${row.length}`);
  });
}

const COLUMNS: ReadonlyMap<string, number> = new Map(featureNames.map((name, i) => [name, i]));

function fromFeatures(
  values: Readonly<Record<string, number | null>>,
  index: number,
): Float64Array {
  const vector = new Float64Array(FEATURES.length).fill(NaN);
  for (const [name, value] of Object.entries(values)) {
    const column = COLUMNS.get(name);
    if (column === undefined) {
      throw badRequest(`features.${index}.${name}: no such feature: see /v1/schema`);
    }
    if (value === null) continue;
    const { logScaled } = FEATURES[column]!;
    if (logScaled && value < 0) {
      throw badRequest(`features.${index}.${name}: expected at least 0, got ${value}`);
    }
    vector[column] = logScaled ? Math.log2(1 + value) : value;
  }
  return vector;
}
