import type { Script } from '../network.ts';
import { rpcBind, rpcBindAck, type RpcInterface, rpcRequest, rpcResponse } from '../payloads/rpc-message.ts'; // prettier-ignore
import { SMB_STATUS } from '../payloads/smb-message.ts';
import { smb2Close, smb2Create, smb2CreateResponse, smb2Read, smb2ReadResponse, smb2Refusal, smb2Transceive, smb2TreeConnect, smb2TreeConnectResponse, smb2Write, smb2WriteResponse } from '../payloads/smb2-command.ts'; // prettier-ignore
import type { Side, TcpConversation } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';

/** What is done on a share that is not encrypted, after the log-on. */

const BLOCK = 61_440;

/** A request and its answer, after a server's think time. */
function* ask(
  scene: Scene,
  tcp: TcpConversation,
  request: Uint8Array,
  answer: Uint8Array,
  thinkS = 0.002,
): Script {
  yield* tcp.send('client', request);
  yield* tcp.pause(scene.random.exponential(thinkS));
  yield* tcp.send('server', answer);
}

/** Connects to a share; a refused one is only knocked at. */
export function* connectShare(
  scene: Scene,
  tcp: TcpConversation,
  share: string,
  isAllowed = true,
): Script {
  const answer = isAllowed ? smb2TreeConnectResponse(share.endsWith('IPC$')) : smb2Refusal('treeConnect', SMB_STATUS.accessDenied); // prettier-ignore
  yield* ask(scene, tcp, smb2TreeConnect(share), answer);
}

export interface PipeWork {
  readonly interface: RpcInterface;
  /** Operation numbers, in their order. */
  readonly operations: readonly number[];
  /** Bytes of one call's arguments and of its results. */
  readonly upBytes: number;
  readonly downBytes: number;
}

/** Opens a pipe, binds, calls, closes. */
export function* callThroughPipe(scene: Scene, tcp: TcpConversation, work: PipeWork): Script {
  const { random } = scene;
  const name = work.interface === 'samr' || work.interface === 'lsarpc' ? random.pick([work.interface, 'lsass']) : work.interface; // prettier-ignore
  yield* ask(scene, tcp, smb2Create(name), smb2CreateResponse(0));
  if (random.chance(0.5)) {
    yield* ask(scene, tcp, smb2Write(rpcBind(work.interface)), smb2WriteResponse(72));
    yield* ask(scene, tcp, smb2Read(1024), smb2ReadResponse(rpcBindAck(work.interface)));
  } else {
    const bind = smb2Transceive(rpcBind(work.interface), false);
    yield* ask(scene, tcp, bind, smb2Transceive(rpcBindAck(work.interface), true));
  }
  for (const operation of work.operations) {
    const up = new Uint8Array(Math.ceil(random.logNormal(work.upBytes, 0.3)));
    const down = new Uint8Array(
      48 + Math.ceil(Math.min(3900, random.logNormal(work.downBytes, 0.5))),
    );
    yield* ask(scene, tcp, smb2Transceive(rpcRequest(operation, up), false), smb2Transceive(rpcResponse(down), true), 0.004); // prettier-ignore
    yield* tcp.pause(random.exponential(0.01));
  }
  yield* ask(scene, tcp, smb2Close(false), smb2Close(true));
}

export interface FileWork {
  readonly name: string;
  readonly bytes: number;
  /** Who gives the file's bytes. */
  readonly from: Side;
  readonly exists?: boolean;
}

/** Opens a file, moves it whole, closes it. */
export function* moveFile(scene: Scene, tcp: TcpConversation, file: FileWork): Script {
  const { network } = scene;
  if (file.exists === false) {
    yield* ask(scene, tcp, smb2Create(file.name), smb2Refusal('create', SMB_STATUS.notFound));
    return;
  }
  const total = Math.floor(file.bytes);
  yield* ask(scene, tcp, smb2Create(file.name), smb2CreateResponse(total));
  for (let left = total; left > 0; left -= BLOCK) {
    const part = network.opaque(Math.min(left, BLOCK));
    if (file.from === 'client')
      yield* ask(scene, tcp, smb2Write(part), smb2WriteResponse(part.length)); // prettier-ignore
    else yield* ask(scene, tcp, smb2Read(BLOCK), smb2ReadResponse(part));
  }
  yield* ask(scene, tcp, smb2Close(false), smb2Close(true));
}
