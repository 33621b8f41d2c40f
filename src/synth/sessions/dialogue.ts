import type { Script } from '../network.ts';
import { textBytes } from '../payloads/text-bytes.ts';
import type { Side, TcpConversation } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';

/** Lines said in turn, each with its line end; a think time of that mean goes before each answer of the server. */
export function* dialogue(
  scene: Scene,
  tcp: TcpConversation,
  thinkS: number,
  lines: readonly (readonly [Side, string])[],
): Script {
  for (const [side, line] of lines) {
    if (side === 'server') yield* tcp.pause(scene.random.exponential(thinkS));
    yield* tcp.send(side, textBytes(`${line}\r\n`));
  }
}
