import { CONN_STATES, type Flow } from '../flow/flow.ts';
import type { AppEvent } from '../flow/event.ts';
import { toTextKey } from '../stats/text-key.ts';

const STATES: ReadonlySet<string> = new Set([...CONN_STATES, '']);
const MAX_PORT = 0xffff;
const MAX_PROTOCOL = 0xff;

/**
 * Whether summaries can hold the flow: whole µs from 1970 to 2255, whole quantities or `NaN`, ports and protocol of
 * their widths. Readers give nothing else; bytes from elsewhere may.
 */
export function isUsableFlow(flow: Flow): boolean {
  return (
    isWhole(flow.startUs) &&
    isWhole(flow.endUs) &&
    hasUsableEnds(flow) &&
    isQuantity(flow.originatorPackets) &&
    isQuantity(flow.responderPackets) &&
    isQuantity(flow.originatorIpBytes) &&
    isQuantity(flow.responderIpBytes) &&
    isQuantity(flow.originatorBytes) &&
    isQuantity(flow.responderBytes) &&
    STATES.has(flow.connState)
  );
}

/** Whether a channel can be made of the event's ends. */
export function isUsableEvent(event: AppEvent): boolean {
  return hasUsableEnds(event);
}

/** A host's text is kept whole: not empty, at most 128 characters, well-formed. */
export function isHostText(text: string): boolean {
  return text !== '' && toTextKey(text) === text;
}

type Ends = Pick<Flow, 'originatorPort' | 'responderPort' | 'protocol'>;

function hasUsableEnds({ originatorPort, responderPort, protocol }: Ends): boolean {
  return (
    isWhole(originatorPort) &&
    originatorPort <= MAX_PORT &&
    isWhole(responderPort) &&
    responderPort <= MAX_PORT &&
    isWhole(protocol) &&
    protocol <= MAX_PROTOCOL
  );
}

function isQuantity(value: number): boolean {
  return Number.isNaN(value) || isWhole(value);
}

/** One less than the largest, so that one more can stand for it where 0 says `NaN`. */
function isWhole(value: number): boolean {
  return value >= 0 && value < Number.MAX_SAFE_INTEGER && Math.floor(value) === value;
}
