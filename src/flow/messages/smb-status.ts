import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportLogin } from './login.ts';

/** What NTSTATUS values say of a command (MS-ERREF §2.3.1). */

const SUCCESS = 0;
/** The exchange of tokens goes on: no answer yet, though its number is an error's. */
const MORE_PROCESSING_REQUIRED = 0xc0000016;
/** Ends of a read and of a wait: nothing was refused. */
const END_OF_FILE = 0xc0000011;
const CANCELLED = 0xc0000120;

/**
 * Refused logins: access denied, no such user, wrong password, logon failure, restrictions of account, hours and
 * workstation, expired or disabled, no trust, type not granted, clocks apart, must change, locked out, not on this
 * machine (authentication firewall); and the older DOS codes of SMB 1 (class in the low byte): bad password,
 * access denied, account expired, wrong workstation, wrong hours, password expired.
 */
const REFUSED = new Set([
  0xc0000022, 0xc0000064, 0xc000006a, 0xc000006d, 0xc000006e, 0xc000006f, 0xc0000070, 0xc0000071, 0xc0000072,
  0xc000018b, 0xc000018c, 0xc000018d, 0xc0000133, 0xc000015b, 0xc0000193, 0xc0000199, 0xc000019a, 0xc000019b,
  0xc0000224, 0xc0000234, 0xc0000413, 0x00020002, 0x00050001, 0x08bf0002, 0x08c00002, 0x08c10002, 0x08c20002,
]); // prettier-ignore

/** True when an answer refuses what was asked. */
export function isRefusal(status: number): boolean {
  if (status === MORE_PROCESSING_REQUIRED || status === END_OF_FILE) return false;
  return status >= 0xc0000000 && status !== CANCELLED;
}

/** Reports the answer to a SESSION_SETUP; whoever was let in as guest or without a name proved nothing. */
export function reportSessionSetup(
  packet: Packet,
  sink: MessageSink,
  status: number,
  unproven: 'guest' | 'anonymous' | undefined,
): void {
  if (REFUSED.has(status)) reportLogin(packet, sink, 'smb', 'failure');
  if (status !== SUCCESS) return;
  if (unproven === undefined) reportLogin(packet, sink, 'smb', 'success');
  else reportLogin(packet, sink, 'smb', 'unknown', { userName: unproven });
}
