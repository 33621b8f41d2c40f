import { z } from 'zod';
import { CONN_STATES } from '../flow/flow.ts';

/**
 * The shapes on the wire, in and out. What zod costs here was measured: 4 µs a vector in and 6 µs a verdict out,
 * where judging one takes 500 µs; so numbers are checked by it too.
 */

const quantity = z
  .int()
  .nonnegative()
  .nullable()
  .default(null)
  .describe('null where it is not known: missing is not zero');
const port = z.int().min(0).max(65_535).default(0);

const flow = z.strictObject({
  startUs: z.int().nonnegative().describe('first packet, microseconds since the epoch'),
  endUs: z.int().nonnegative().describe('last packet'),
  originator: z.string().max(64).describe('address of who sent the first packet'),
  responder: z.string().max(64),
  originatorPort: port.describe('ICMP: the type'),
  responderPort: port.describe('ICMP: the code'),
  protocol: z.int().min(0).max(255).describe('IANA number: 6 TCP, 17 UDP, 1 ICMP'),
  service: z.string().max(64).default('').describe("in Zeek's words: dns, http, ssl, ssh …"),
  originatorPackets: quantity,
  responderPackets: quantity,
  originatorIpBytes: quantity,
  responderIpBytes: quantity,
  originatorBytes: quantity,
  responderBytes: quantity,
  connState: z
    .enum(['', ...CONN_STATES])
    .default('')
    .describe("Zeek's conn_state"),
  history: z.string().max(64).default('').describe("Zeek's history letters"),
  established: z
    .boolean()
    .optional()
    .describe('the TCP handshake was completed; by history and connState if not given'),
});

const WAYS = ['vectors', 'features', 'flows'] as const;

export const scoreRequest = z
  .strictObject({
    schema: z
      .string()
      .max(128)
      .optional()
      .describe('hash of /v1/schema; needed with vectors, and checked whenever it is given'),
    vectors: z
      .array(z.array(z.number().nullable()))
      .min(1)
      .max(10_000)
      .optional()
      .describe('in the order and scale of /v1/schema, null where missing'),
    features: z
      .array(z.record(z.string(), z.number().nullable()))
      .min(1)
      .max(10_000)
      .optional()
      .describe('plain values by name; absent or null is missing'),
    flows: z.array(flow).min(1).max(100_000).optional(),
  })
  .refine((body) => WAYS.filter((way) => body[way] !== undefined).length === 1, {
    error: `expected exactly one of ${WAYS.join(', ')}`,
    abort: true,
  });

const behaviour = z.object({ label: z.string(), detail: z.string(), probability: z.number() });

const vectorVerdict = z.object({
  label: z.string().describe('a family, or unknown'),
  probability: z.number(),
  labels: z.array(behaviour).describe('every behaviour above its threshold, the primary one first'),
  predictionSet: z.array(z.string()),
  attackScore: z.number().describe('probability that it is anything but benign or backscatter'),
  attack: z.array(z.string()).describe('MITRE ATT&CK techniques'),
  reasons: z.array(
    z.object({
      feature: z.string(),
      value: z.number().nullable(),
      contribution: z.number().describe('to the log-odds of the label'),
      text: z.string(),
    }),
  ),
});

export const verdict = vectorVerdict.extend({
  host: z.string().describe('an address, or * for a crowd of sources'),
  window: z.object({ startUs: z.number(), endUs: z.number() }),
  detail: z.string(),
  sourceProven: z.boolean().describe('a handshake was completed: the address is not spoofed'),
  evidence: z.array(z.object({ flowId: z.string(), startUs: z.number(), text: z.string() })),
  observed: z.object({
    flows: z.number(),
    packets: z.number().nullable(),
    bytes: z.number().nullable(),
  }),
  missing: z.array(z.string()).describe('kinds of facts the input could not show'),
  model: z.string(),
  schema: z.string(),
});

/** One verdict of `POST /v1/score`: of a host, or of a vector that has no host. */
export const scoreVerdict = z.union([verdict, vectorVerdict]);

export const scoreResponse = z.object({
  model: z.string(),
  schema: z.string(),
  verdicts: z
    .array(scoreVerdict)
    .describe('vectors and features in the order they came, hosts by address'),
});

const errorBody = z.object({ code: z.string(), message: z.string() });

export const failure = z.object({ error: errorBody });

const jobLink = z.object({ id: z.uuid(), url: z.string() });

export const jobAccepted = z.object({ job: jobLink });

export const jobResponse = z.object({
  job: jobLink.extend({
    name: z.string(),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    bytes: z.number().describe('read so far'),
    totalBytes: z.number(),
    error: errorBody.optional().describe('why it failed'),
    report: z.string().optional().describe('where the report to look at is, once it is done'),
  }),
  model: z.string(),
  schema: z.string(),
  skipped: z
    .record(z.string(), z.number())
    .optional()
    .describe('what could not be read, by reason'),
  missing: z.array(z.string()).optional(),
  verdicts: z.array(verdict).optional().describe('highest attack score first, once it is done'),
  leftOut: z.number().optional().describe('verdicts beyond top: NDJSON has them all'),
});

export const schemaResponse = z.object({
  schema: z.string(),
  version: z.number(),
  features: z.array(
    z.object({
      name: z.string(),
      group: z.string(),
      unit: z.string(),
      definition: z.string(),
      needs: z.string().nullable().describe('the kind of facts without which it is missing'),
      logScaled: z.boolean().describe('a vector holds log2(1 + value)'),
    }),
  ),
});

export const modelResponse = z.object({
  id: z.string(),
  card: z.record(z.string(), z.unknown()).describe('what it was trained on, and its figures'),
});

export const status = z.object({ status: z.literal('ok') });
