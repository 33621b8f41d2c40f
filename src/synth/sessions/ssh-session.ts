import type { Script } from '../network.ts';
import {
  sshBanner,
  sshEcdhInit,
  sshEcdhReply,
  sshKeyExchangeInit,
  sshNewKeys,
} from '../payloads/ssh-message.ts';
import { joinBytes } from '../payloads/text-bytes.ts';
import type { TcpConversation } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';

export interface SshSoftware {
  readonly client: string;
  readonly server: string;
}

/** Banners, key exchange, and the service request: what comes before the first password. */
export function* sshHandshake(scene: Scene, tcp: TcpConversation, software: SshSoftware): Script {
  const { network, random } = scene;
  const clientFirst = random.chance(0.5);
  if (clientFirst) yield* tcp.send('client', sshBanner(software.client));
  yield* tcp.pause(random.exponential(0.01));
  yield* tcp.send('server', sshBanner(software.server));
  if (!clientFirst) yield* tcp.send('client', sshBanner(software.client));
  yield* tcp.send('client', sshKeyExchangeInit(random, software.client));
  yield* tcp.send('server', sshKeyExchangeInit(random, software.server));
  yield* tcp.send('client', sshEcdhInit(random));
  yield* tcp.pause(random.exponential(0.004));
  yield* tcp.send('server', joinBytes(sshEcdhReply(random), sshNewKeys(random)));
  yield* tcp.send('client', sshNewKeys(random));
  yield* tcp.send('client', network.opaque(44));
  yield* tcp.send('server', network.opaque(44));
}

/** One authentication attempt behind the encryption; a failure is answered late, as PAM does. */
export function* sshAttempt(
  scene: Scene,
  tcp: TcpConversation,
  passwordBytes: number,
  failureS: number,
): Script {
  const { network } = scene;
  yield* tcp.send('client', network.opaque(84 + 16 * (passwordBytes >> 4)));
  yield* tcp.pause(failureS);
  yield* tcp.send('server', network.opaque(failureS > 0.2 ? 60 : 28));
}

/** An interactive shell: keystrokes and their echoes, now and then a screen full. */
export function* sshShell(scene: Scene, tcp: TcpConversation, commands: number): Script {
  const { network, random } = scene;
  yield* tcp.send('client', network.opaque(412));
  yield* tcp.send('server', network.opaque(random.integer(400, 1500)));
  for (let i = 0; i < commands; i++) {
    const keys = random.integer(2, 14);
    for (let key = 0; key < keys; key++) {
      yield* tcp.send('client', network.opaque(36));
      yield* tcp.send('server', network.opaque(36));
      yield* tcp.pause(random.exponential(0.18));
    }
    yield* tcp.send('server', Math.min(30_000, random.logNormal(500, 1.2)));
    yield* tcp.pause(random.logNormal(4, 1.1));
  }
}
