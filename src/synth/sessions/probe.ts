import { TCP_ACK, TCP_RST, TCP_SYN } from '../../capture/packet.ts';
import { type Endpoint, takePort, turnaroundS } from '../endpoint.ts';
import type { Script } from '../network.ts';
import type { PortState } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';

const NOTHING = new Uint8Array(0);
/** How a raw scanner's SYN looks: nmap and masscan send an MSS and window 1024, zmap neither. */
export interface ProbeLook {
  readonly window: number;
  readonly hasMss: boolean;
  /** One port for the whole scan, or one a probe. */
  readonly sourcePort: number | undefined;
}

export interface Probe {
  readonly target: Endpoint;
  readonly port: number;
  readonly state: PortState;
  readonly look: ProbeLook;
}

/** A half-open probe: SYN, and a RST on the answer that the scanner's system never asked for. */
export function* synProbe(scene: Scene, scanner: Endpoint, probe: Probe): Script {
  const { network, random } = scene;
  const { target, port, state, look } = probe;
  const sourcePort = look.sourcePort ?? takePort(scanner, random);
  const sequence = random.word();
  const acknowledgment = (sequence + 1) >>> 0;
  const out = {
    sourcePort,
    destinationPort: port,
    acknowledgment: 0,
    options: NOTHING,
    payload: NOTHING,
  };
  const back = {
    sourcePort: port,
    destinationPort: sourcePort,
    acknowledgment,
    options: NOTHING,
    payload: NOTHING,
  };
  const mss = Uint8Array.of(2, 4, 0x05, 0xb4);
  network.tcp(scanner, target, { ...out, sequence, flags: TCP_SYN, window: look.window, options: look.hasMss ? mss : NOTHING }); // prettier-ignore
  if (state === 'filtered' || state === 'unreachable') return;
  yield turnaroundS(target, random);
  if (state === 'closed') {
    network.tcp(target, scanner, { ...back, sequence: 0, flags: TCP_RST | TCP_ACK, window: 0 });
    return;
  }
  const window = target.stack.window;
  network.tcp(target, scanner, {
    ...back,
    sequence: random.word(),
    flags: TCP_SYN | TCP_ACK,
    window,
    options: mss,
  });
  yield turnaroundS(scanner, random);
  network.tcp(scanner, target, { ...out, sequence: acknowledgment, flags: TCP_RST, window: 0 });
}

/** An echo request and, if somebody is there, its reply. */
export function* ping(
  scene: Scene,
  from: Endpoint,
  to: Endpoint,
  echo: {
    readonly isAlive: boolean;
    readonly identifier: number;
    readonly sequence: number;
    readonly bytes: number;
  },
): Script {
  const { network, random } = scene;
  const rest = ((echo.identifier << 16) | (echo.sequence & 0xffff)) >>> 0;
  const payload = network.opaque(echo.bytes);
  network.icmp(from, to, { type: 'echoRequest', code: 0, rest, payload });
  if (!echo.isAlive) return;
  yield turnaroundS(to, random);
  network.icmp(to, from, { type: 'echoReply', code: 0, rest, payload });
}
