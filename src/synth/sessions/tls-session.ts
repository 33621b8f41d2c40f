import type { Script } from '../network.ts';
import { certificateMessage } from '../payloads/certificate.ts';
import { joinBytes } from '../payloads/text-bytes.ts';
import { applicationData, CHANGE_CIPHER_SPEC, clientHello, clientKeyExchange, encryptedHandshake, type HelloShapeName, serverHello, serverKeyExchange } from '../payloads/tls-message.ts'; // prettier-ignore
import type { Side, TcpConversation } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';

export interface TlsDetails {
  readonly shape: HelloShapeName;
  /** `''`: no SNI. */
  readonly serverName: string;
  readonly tls13: boolean;
  readonly selfSigned?: boolean;
}

/** From ClientHello to Finished. TLS 1.3's certificate is encrypted; TLS 1.2's is plain, or resumed away. */
export function* tlsHandshake(scene: Scene, tcp: TcpConversation, details: TlsDetails): Script {
  const { network, random } = scene;
  yield* tcp.send('client', clientHello(random, details.shape, details.serverName));
  yield* tcp.pause(random.exponential(0.003));
  const hello = serverHello(random, details.tls13);
  if (details.tls13) {
    const secret = network.opaque(random.integer(random.chance(0.3) ? 200 : 1800, 4200));
    yield* tcp.send('server', joinBytes(hello, CHANGE_CIPHER_SPEC, applicationData(secret)));
    yield* tcp.send(
      'client',
      joinBytes(CHANGE_CIPHER_SPEC, applicationData(network.opaque(random.pick([53, 69])))),
    );
  } else if (random.chance(0.3)) {
    yield* tcp.send('server', joinBytes(hello, CHANGE_CIPHER_SPEC, encryptedHandshake(random)));
    yield* tcp.send('client', joinBytes(CHANGE_CIPHER_SPEC, encryptedHandshake(random)));
  } else {
    const name = details.serverName === '' ? 'localhost' : details.serverName;
    const chain = certificateMessage(random, name, details.selfSigned ?? false);
    yield* tcp.send('server', joinBytes(hello, chain, serverKeyExchange(random)));
    yield* tcp.send(
      'client',
      joinBytes(clientKeyExchange(random), CHANGE_CIPHER_SPEC, encryptedHandshake(random)),
    );
    yield* tcp.send('server', joinBytes(CHANGE_CIPHER_SPEC, encryptedHandshake(random)));
  }
}

/** So many plain bytes as encrypted records; 22 bytes of every record are its header and tag. */
export function* sendSecret(scene: Scene, tcp: TcpConversation, side: Side, bytes: number): Script {
  for (let left = Math.floor(bytes); left > 0; left -= 32768) {
    const size = Math.min(left, 32768);
    yield* tcp.send(side, applicationData(scene.network.opaque(size + 17)));
  }
}

/** A request and its answer, both encrypted. */
export function* secretExchange(
  scene: Scene,
  tcp: TcpConversation,
  sizes: { readonly up: number; readonly down: number; readonly thinkS: number },
): Script {
  yield* sendSecret(scene, tcp, 'client', sizes.up);
  yield* tcp.pause(sizes.thinkS);
  yield* sendSecret(scene, tcp, 'server', sizes.down);
}
