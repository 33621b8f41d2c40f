import type { Script } from '../network.ts';
import type { TcpConversation } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';

/** Connections end in many ways: closed by either end, reset, or just left. */
export function* endSomehow(scene: Scene, tcp: TcpConversation): Script {
  const kind = scene.random.uniform();
  if (kind < 0.55) yield* tcp.close('client');
  else if (kind < 0.82) yield* tcp.close('server');
  else if (kind < 0.92) yield* tcp.reset('client');
  else if (kind < 0.95) yield* tcp.reset('server');
}
