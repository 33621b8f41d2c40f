import { z } from 'zod';

/** The shapes on the wire. Inner values are turned into these and never serialised by accident. */

/** A plain value of each feature; `null` where it cannot be told. */
const featureValues = z.record(z.string(), z.number().nullable());

export const wireFlow = z.object({
  startUs: z.int().nonnegative().describe('first packet, microseconds since the epoch'),
  endUs: z.int().nonnegative().describe('last packet'),
  originator: z.string().min(1).max(64),
  responder: z.string().min(1).max(64),
  originatorPort: z.int().min(0).max(65535).default(0),
  responderPort: z.int().min(0).max(65535).default(0),
  protocol: z.int().min(0).max(255).describe('IANA number: 6 TCP, 17 UDP, 1 ICMP'),
  service: z.string().max(64).default(''),
  originatorPackets: z.int().nonnegative().nullable().default(null),
  responderPackets: z.int().nonnegative().nullable().default(null),
  originatorIpBytes: z.int().nonnegative().nullable().default(null),
  responderIpBytes: z.int().nonnegative().nullable().default(null),
  originatorBytes: z.int().nonnegative().nullable().default(null),
  responderBytes: z.int().nonnegative().nullable().default(null),
  connState: z
    .enum([
      '',
      'S0',
      'S1',
      'SF',
      'REJ',
      'S2',
      'S3',
      'RSTO',
      'RSTR',
      'RSTOS0',
      'RSTRH',
      'SH',
      'SHR',
      'OTH',
    ])
    .default('')
    .describe("Zeek's conn_state"),
  history: z.string().max(64).default(''),
  established: z.boolean().default(false).describe('the TCP handshake was completed'),
});

export const scoreRequest = z.union([
  z.object({
    vectors: z
      .array(z.array(z.number().nullable()))
      .min(1)
      .max(10_000)
      .describe('in the order and scale of /v1/schema'),
    schema: z.string().describe('hash of the schema the vectors were made by'),
  }),
  z.object({
    features: z
      .array(featureValues)
      .min(1)
      .max(10_000)
      .describe('plain values by name; absent is missing'),
  }),
  z.object({ flows: z.array(wireFlow).min(1).max(100_000) }),
]);

const behaviour = z.object({ label: z.string(), detail: z.string(), probability: z.number() });

const reason = z.object({
  feature: z.string(),
  value: z.number().nullable(),
  contribution: z.number(),
  text: z.string(),
});

const vectorVerdict = z.object({
  label: z.string(),
  probability: z.number(),
  labels: z.array(behaviour),
  predictionSet: z.array(z.string()),
  attackScore: z.number(),
  attack: z.array(z.string()),
  reasons: z.array(reason),
});

export const verdict = vectorVerdict.extend({
  host: z.string(),
  window: z.object({ startUs: z.number(), endUs: z.number() }),
  detail: z.string(),
  sourceProven: z.boolean(),
  evidence: z.array(z.object({ flowId: z.string(), startUs: z.number(), text: z.string() })),
  observed: z.object({
    flows: z.number(),
    packets: z.number().nullable(),
    bytes: z.number().nullable(),
  }),
  missing: z.array(z.string()),
  model: z.string(),
  schema: z.string(),
});

export const scoreResponse = z.object({
  model: z.string(),
  schema: z.string(),
  verdicts: z.array(z.union([verdict, vectorVerdict])),
});

export const job = z.object({
  id: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  bytes: z.number().describe('read so far'),
  error: z.string().optional(),
  skipped: z.record(z.string(), z.number()).describe('what could not be read, by reason'),
  verdicts: z.array(verdict).describe('ranked by attack score, once done'),
});

export const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export const schemaResponse = z.object({
  schema: z.string(),
  version: z.number(),
  features: z.array(
    z.object({
      name: z.string(),
      group: z.string(),
      unit: z.string(),
      definition: z.string(),
      needs: z.string().nullable(),
      logScaled: z.boolean(),
    }),
  ),
});

export const modelResponse = z.object({ id: z.string(), card: z.record(z.string(), z.unknown()) });
