/** All packets of one pair of ends and protocol in a capture: what a witness without our time-outs can be asked for. */
export interface Conversation {
  packets: number;
  ipBytes: number;
  payloadBytes: number;
  firstUs: number;
  lastUs: number;
  /** Things seen in it that programs treat differently. */
  readonly marks: Set<string>;
}

export type Conversations = Map<string, Conversation>;

/** ICMP has types in place of ports, which programs pair differently: its messages count by address alone. */
export function conversationKey(
  protocol: number,
  a: string,
  aPort: number,
  b: string,
  bPort: number,
): string {
  const hasPorts = protocol === 6 || protocol === 17 || protocol === 132;
  const ends = [`${a} ${hasPorts ? aPort : 0}`, `${b} ${hasPorts ? bPort : 0}`].sort();
  return `${protocol} ${ends[0]} ${ends[1]}`;
}

export function conversationOf(conversations: Conversations, key: string): Conversation {
  let found = conversations.get(key);
  if (found === undefined) {
    found = {
      packets: 0,
      ipBytes: 0,
      payloadBytes: 0,
      firstUs: Infinity,
      lastUs: -Infinity,
      marks: new Set(),
    };
    conversations.set(key, found);
  }
  return found;
}
