import type { Script } from '../network.ts';
import { type HttpRequest, httpRequest, httpResponse } from '../payloads/http-message.ts';
import { joinBytes } from '../payloads/text-bytes.ts';
import type { Side, TcpConversation } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly bodyBytes: number;
  readonly thinkS: number;
  readonly headers?: readonly string[];
}

/** One request and its response in the clear. */
export function* httpExchange(
  scene: Scene,
  tcp: TcpConversation,
  request: HttpRequest,
  answer: HttpAnswer,
): Script {
  const body = typeof request.body === 'number' ? request.body : 0;
  yield* sendWithBody(scene, tcp, 'client', httpRequest(request), body);
  yield* tcp.pause(answer.thinkS);
  const head = httpResponse(answer.status, answer.bodyBytes, answer.headers);
  const hasBody = answer.status !== 204 && answer.status !== 304 && request.method !== 'HEAD';
  yield* sendWithBody(scene, tcp, 'server', head, hasBody ? answer.bodyBytes : 0);
}

function* sendWithBody(
  scene: Scene,
  tcp: TcpConversation,
  side: Side,
  head: Uint8Array,
  bodyBytes: number,
): Script {
  const first = Math.min(bodyBytes, 16000);
  yield* tcp.send(side, joinBytes(head, scene.network.opaque(first)));
  if (bodyBytes > first) yield* tcp.send(side, bodyBytes - first);
}
