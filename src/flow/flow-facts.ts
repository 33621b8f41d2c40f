/**
 * What is known of a flow before anybody decides who began it: endpoint A is the lower (address, then port),
 * B the higher. Everything in it merges, so that the facts of two pieces are the facts of the whole; the
 * direction, `conn_state` and `history` are functions of them. Plain values only: it is encoded as it is.
 */
export interface FlowFacts {
  readonly protocol: number;
  /** An ICMP message nobody answers: its key holds for one direction only. */
  readonly oneWay: boolean;
  readonly addressA: string;
  readonly addressB: string;
  readonly portA: number;
  readonly portB: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly packetsA: number;
  readonly packetsB: number;
  readonly ipBytesA: number;
  readonly ipBytesB: number;
  readonly payloadA: number;
  readonly payloadB: number;
  /** First occurrences in the order of the capture: `S H A D F R` by A, `s h a d f r` by B. */
  readonly letters: string;
  /** A sent the first packet. */
  readonly firstByA: boolean;
  /** Who began, known from the piece before the cut: `''` when this is the beginning. */
  readonly inherited: 'A' | 'B' | '';
  readonly service: string;
}

/** The facts of both pieces, `earlier` before `later` in the capture. */
export function mergeFacts(earlier: FlowFacts, later: FlowFacts): FlowFacts {
  let letters = earlier.letters;
  for (const letter of later.letters) if (!letters.includes(letter)) letters += letter;
  return {
    ...earlier,
    startUs: Math.min(earlier.startUs, later.startUs),
    endUs: Math.max(earlier.endUs, later.endUs),
    packetsA: earlier.packetsA + later.packetsA,
    packetsB: earlier.packetsB + later.packetsB,
    ipBytesA: earlier.ipBytesA + later.ipBytesA,
    ipBytesB: earlier.ipBytesB + later.ipBytesB,
    payloadA: earlier.payloadA + later.payloadA,
    payloadB: earlier.payloadB + later.payloadB,
    letters,
    service: earlier.service === '' ? later.service : earlier.service,
  };
}

/** True once a FIN or RST was seen: the next SYN begins another flow. */
export function hasEnded(facts: FlowFacts): boolean {
  return /[fr]/i.test(facts.letters);
}
