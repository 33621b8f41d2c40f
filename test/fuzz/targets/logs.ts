import type { AppEvent } from '../../../src/flow/event.ts';
import type { Flow } from '../../../src/flow/flow.ts';
import { readTraffic } from '../../../src/flow/read-traffic.ts';
import { INPUT_FORMATS, type InputFormat } from '../../../src/flow/recognise-input.ts';
import { Digest, Outcome } from '../digest.ts';
import { chunkStream, cutsOf, mustHold, type FuzzTarget } from '../fuzz-target.ts';
import { LOG_SAMPLES } from '../log-samples.ts';

/** A record is one line, and no line gives more than a few of these. */
const MOST_PER_BYTE = 1;

/** One target for every log: the format is told, the bytes are anything. */
export const logs: readonly FuzzTarget[] = INPUT_FORMATS.filter(
  (format) => format !== 'pcap' && format !== 'pcapng',
).map((format) => ({
  name: `log-${format}`,
  maxLength: 4000,
  seeds: () => [...samplesOf(format), ...(samplesOf(format).length === 0 ? samplesOf('zeek-json') : [])],
  run: async (input) => {
    const outcome = new Outcome();
    const whole = await read(format, input, [], outcome);
    const chunked = await read(format, input, cutsOf(input), outcome);
    mustHold(whole === chunked, 'chunks change the result');
    return outcome.value;
  },
})); // prettier-ignore

export function samplesOf(format: InputFormat): Uint8Array[] {
  return LOG_SAMPLES.filter(([name]) => name === format).map(
    ([, text]) => new Uint8Array(Buffer.from(text)),
  );
}

async function read(
  format: InputFormat,
  input: Uint8Array,
  cuts: readonly number[],
  outcome: Outcome,
): Promise<number> {
  const digest = new Digest();
  let given = 0;
  const summary = await readTraffic(format, chunkStream(input, cuts), {
    flow: (flow: Flow) => {
      given++;
      digest.text(JSON.stringify(flow));
      outcome.saw(`flow ${flow.connState} ${flow.service.slice(0, 4)} ${flow.protocol}`);
      mustHold(!(flow.endUs < flow.startUs), 'a flow that ends before it starts');
    },
    event: (event: AppEvent) => {
      given++;
      digest.text(JSON.stringify(event));
      outcome.saw(event.kind);
    },
    visibility: (shown) => digest.text(JSON.stringify(shown)),
    skipped: (reason, count) => {
      digest.text(reason);
      digest.number(count);
      outcome.saw(reason);
    },
  });
  mustHold(given <= MOST_PER_BYTE * input.length + 4, 'more flows and events than bytes');
  digest.number(summary.records);
  outcome.sawSize('records', summary.records);
  return digest.value;
}
