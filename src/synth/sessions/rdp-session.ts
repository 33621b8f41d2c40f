import type { Script } from '../network.ts';
import { rdpConnectionConfirm, rdpConnectionRequest } from '../payloads/rdp-message.ts';
import type { HelloShapeName } from '../payloads/tls-message.ts';
import type { TcpConversation } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';
import { secretExchange, sendSecret, tlsHandshake } from './tls-session.ts';

/** Connection request, TLS with the server's own certificate, and CredSSP's NTLM exchange inside it. */
export function* rdpLogOn(
  scene: Scene,
  tcp: TcpConversation,
  details: { readonly user: string; readonly shape: HelloShapeName; readonly thinkS: number },
): Script {
  yield* tcp.send('client', rdpConnectionRequest(details.user));
  yield* tcp.send('server', rdpConnectionConfirm());
  yield* tlsHandshake(scene, tcp, {
    shape: details.shape,
    serverName: '',
    tls13: false,
    selfSigned: true,
  });
  yield* secretExchange(scene, tcp, {
    up: 57,
    down: scene.random.integer(240, 300),
    thinkS: 0.002,
  });
  yield* sendSecret(scene, tcp, 'client', 600 + details.user.length * 4);
  yield* tcp.pause(details.thinkS);
  yield* sendSecret(scene, tcp, 'server', scene.random.integer(50, 120));
}

/** A desktop at work: mouse and keys up, pictures down. */
export function* rdpDesktop(scene: Scene, tcp: TcpConversation, actions: number): Script {
  const { random } = scene;
  yield* sendSecret(scene, tcp, 'server', Math.min(200_000, random.logNormal(60_000, 0.6)));
  for (let i = 0; i < actions; i++) {
    for (let k = random.integer(1, 6); k > 0; k--) {
      yield* sendSecret(scene, tcp, 'client', random.integer(20, 60));
      yield* tcp.pause(random.exponential(0.1));
    }
    yield* sendSecret(scene, tcp, 'server', Math.min(60_000, random.logNormal(2500, 1.2)));
    yield* tcp.pause(random.logNormal(1, 1));
  }
}
