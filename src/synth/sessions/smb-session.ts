import type { Script } from '../network.ts';
import { SMB_STATUS, smb2Negotiate, smb2NegotiateResponse, smb2SessionSetup, smb2SessionSetupResponse, smb3Encrypted } from '../payloads/smb-message.ts'; // prettier-ignore
import type { Side, TcpConversation } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';

/** The first exchange of an SMB2 connection. */
export function* smbNegotiate(scene: Scene, tcp: TcpConversation): Script {
  yield* tcp.send('client', smb2Negotiate(scene.random));
  yield* tcp.pause(scene.random.exponential(0.001));
  yield* tcp.send('server', smb2NegotiateResponse(scene.random));
}

/** NTLM in three messages, and the verdict. */
export function* smbLogOn(
  scene: Scene,
  tcp: TcpConversation,
  details: { readonly user: string; readonly succeeds: boolean; readonly thinkS: number },
): Script {
  const { random } = scene;
  yield* tcp.send('client', smb2SessionSetup(random, 1, details.user));
  yield* tcp.send('server', smb2SessionSetupResponse(random, 1, SMB_STATUS.moreProcessing));
  yield* tcp.send('client', smb2SessionSetup(random, 3, details.user));
  yield* tcp.pause(details.thinkS);
  const status = details.succeeds ? SMB_STATUS.ok : SMB_STATUS.logonFailure;
  yield* tcp.send('server', smb2SessionSetupResponse(random, 3, status));
}

/** Work behind the encryption: small calls, and a file in one direction. */
export function* smbWork(
  scene: Scene,
  tcp: TcpConversation,
  work: { readonly calls: number; readonly direction: Side; readonly fileBytes: number },
): Script {
  const { network, random } = scene;
  for (let i = 0; i < work.calls; i++) {
    yield* tcp.send('client', smb3Encrypted(random, network.opaque(random.integer(80, 280))));
    yield* tcp.pause(random.exponential(0.002));
    yield* tcp.send('server', smb3Encrypted(random, network.opaque(random.integer(80, 600))));
    yield* tcp.pause(random.exponential(0.01));
  }
  for (let left = work.fileBytes; left > 0; left -= 61_440) {
    const part = smb3Encrypted(random, network.opaque(Math.min(left, 61_440) + 112));
    const small = smb3Encrypted(random, network.opaque(110));
    const isUp = work.direction === 'client';
    yield* tcp.send('client', isUp ? part : small);
    yield* tcp.send('server', isUp ? small : part);
  }
}
