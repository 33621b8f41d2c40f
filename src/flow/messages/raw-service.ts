import type { Packet } from '../../capture/packet.ts';
import { serviceOf } from '../service.ts';
import { hasText, u32be } from './byte-fields.ts';
import { payloadText } from './payload-text.ts';

/** What crosses TCP connections that speak no protocol, at ports that no service is registered for. */

const TCP = 6;
const MOST_TEXT = 400;

/**
 * The greeting of Windows' command interpreter and its prompt, PowerShell's prompt, `id`'s answer, and what Unix shells
 * say or ask without a terminal: what a shell that somebody connected to a socket sends.
 */
const SHELL =
  /^\s*Microsoft Windows[^\n]{0,20} \[\S* ?\d[\d.]+\]|(^|\n)(PS )?[A-Z]:\\[^\n<>|"]{0,120}>\s?$|(^|\n)uid=\d+\([^\n]{1,32}\) gid=\d+|job control (in this shell|turned off)|(^|\n)(ba|da|a)?sh(-\d\.\d+)?[#$] $/;

/** `program` (PE or ELF, plain or behind its length, as stages are sent), `shell`, or `''`. */
export function readRawService(packet: Packet): '' | 'program' | 'shell' {
  if (isListed(packet.sourcePort) || isListed(packet.destinationPort)) return '';
  if (isProgram(packet)) return 'program';
  return mayBeShell(packet) && SHELL.test(payloadText(packet, MOST_TEXT)) ? 'shell' : '';
}

function isListed(port: number): boolean {
  return serviceOf(TCP, port, '') !== '';
}

const ELF = 0x7f454c46;

function isProgram({ data, payloadOffset, payloadCaptured }: Packet): boolean {
  const end = payloadOffset + payloadCaptured;
  for (const at of [payloadOffset, payloadOffset + 4]) {
    if (at + 128 > end) return false;
    if (u32be(data, at) === ELF && data[at + 4]! <= 2 && data[at + 5]! <= 2) return true;
    if (hasText(data, at, end, 'MZ') && isDosStub(data, at + 64, Math.min(end, at + 256))) return true; // prettier-ignore
  }
  return false;
}

/** "This program cannot be run in DOS mode", "This program must be run under Win32" … */
function isDosStub(data: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    if (data[at] === 0x54 && hasText(data, at, end, 'This program ')) return true;
  }
  return false;
}

/** Begins with a letter, a line or `$`, or ends as prompts do: most payloads are turned away here. */
function mayBeShell({ data, payloadOffset, payloadCaptured }: Packet): boolean {
  const first = data[payloadOffset]!;
  const last = data[payloadOffset + payloadCaptured - 1]!;
  if (last === 0x3e) return true;
  const beforeLast = data[payloadOffset + payloadCaptured - 2];
  if (last === 0x20 && (beforeLast === 0x23 || beforeLast === 0x24 || beforeLast === 0x3e)) return true; // prettier-ignore
  return STARTS.has(first);
}

/** M(icrosoft), u(id), b(ash), s(h), d(ash), /(bin/sh), and the ends of lines before them. */
const STARTS: ReadonlySet<number> = new Set([0x4d, 0x75, 0x62, 0x73, 0x64, 0x2f, 0x0d, 0x0a]);
