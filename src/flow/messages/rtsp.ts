import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt, reportCommand, reportLogin } from './login.ts';
import { payloadText } from './payload-text.ts';

const REQUEST =
  /^(OPTIONS|DESCRIBE|ANNOUNCE|SETUP|PLAY|PAUSE|TEARDOWN|GET_PARAMETER|SET_PARAMETER|REDIRECT|RECORD) \S{1,1024} RTSP\/[12]\.0\r?\n/;

/**
 * RTSP (RFC 2326 §6, §7), as cameras speak it. A 401 both asks for a password and refuses one; only a request that
 * brings credentials is an attempt.
 */
export function readRtsp(packet: Packet, sink: MessageSink): boolean {
  const text = payloadText(packet, 2048);
  const status = /^RTSP\/[12]\.0 (\d{3})\b/.exec(text)?.[1];
  if (status === '401') reportLogin(packet, sink, 'rtsp', 'unknown');
  if (status === '403') reportLogin(packet, sink, 'rtsp', 'failure');
  if (status !== undefined) return true;
  const verb = REQUEST.exec(text)?.[1];
  if (verb === undefined) return false;
  reportCommand(packet, sink, 'rtsp', verb);
  const digest = /\nauthorization:[ \t]*digest [^\r\n]{0,200}?username="([^"\r\n]{1,64})"/i.exec(
    text,
  );
  if (digest !== null) reportAttempt(packet, sink, 'rtsp', digest[1]!);
  else if (/\nauthorization:[ \t]*basic /i.test(text)) reportAttempt(packet, sink, 'rtsp', '');
  return true;
}
