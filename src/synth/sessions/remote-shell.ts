import type { Script } from '../network.ts';
import { programHead } from '../payloads/program-bytes.ts';
import { joinBytes, textBytes } from '../payloads/text-bytes.ts';
import type { Side, TcpConversation } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';

const COMMANDS = ['id', 'uname -a', 'whoami', 'pwd', 'ls -la', 'cd /tmp', 'ps aux', 'cat /etc/passwd', 'ifconfig', 'netstat -an', 'dir', 'ipconfig /all', 'net user', 'systeminfo', 'tasklist', 'hostname', 'w', 'env', 'find / -perm -4000', 'type boot.ini'] as const; // prettier-ignore

/** What shells say first when they are given a socket for a terminal. */
const GREETINGS = [
  '$ ', '# ', 'sh-5.1$ ', 'bash-4.4# ', 'C:\\>', 'PS C:\\Users\\Public> ',
  'bash: no job control in this shell\nbash-5.1$ ', "/bin/sh: 0: can't access tty; job control turned off\n# ",
  'uid=0(root) gid=0(root) groups=0(root)\n', 'uid=33(www-data) gid=33(www-data) groups=33(www-data)\n',
  'Microsoft Windows [Version 10.0.19045.3803]\r\n(c) Microsoft Corporation. All rights reserved.\r\n\r\nC:\\Windows\\system32>',
  'Microsoft Windows XP [Version 5.1.2600]\r\n(C) Copyright 1985-2001 Microsoft Corp.\r\n\r\nC:\\WINDOWS\\system32>',
] as const; // prettier-ignore

export interface ShellWork {
  /** Who gives the orders. */
  readonly attacker: Side;
  readonly commands: number;
  readonly pauseS: number;
  /** Bytes of the program that the victim is sent first; 0: a plain shell. */
  readonly stageBytes: number;
}

/** Orders one way and their output the other: a plain shell in words, or a staged agent's packed messages. */
export function* remoteShell(scene: Scene, tcp: TcpConversation, work: ShellWork): Script {
  const { random } = scene;
  const victim = work.attacker === 'client' ? 'server' : 'client';
  const isPlain = work.stageBytes === 0;
  if (!isPlain) {
    yield* sendStage(scene, tcp, work.attacker, work.stageBytes);
    yield* tcp.pause(random.exponential(0.5));
  } else if (random.chance(0.5)) {
    yield* tcp.send(victim, textBytes(random.pick(GREETINGS)));
  }
  for (let i = 0; i < work.commands; i++) {
    const order = textBytes(`${random.pick(COMMANDS)}\n`);
    yield* tcp.send(work.attacker, isPlain ? order : random.integer(60, 400));
    yield* tcp.pause(random.exponential(0.08));
    const output = Math.ceil(Math.min(40_000, random.logNormal(isPlain ? 180 : 500, 1.3)));
    yield* tcp.send(victim, isPlain ? words(output) : output);
    yield* tcp.pause(random.exponential(work.pauseS));
  }
}

/** A program behind its length or at once; some are packed so that nothing shows what they are. */
export function* sendStage(scene: Scene, tcp: TcpConversation, from: Side, bytes: number): Script {
  const { random, network } = scene;
  const isBehindLength = random.chance(0.6);
  if (isBehindLength) yield* tcp.send(from, 4);
  if (random.chance(0.3)) {
    yield* tcp.send(from, bytes);
    return;
  }
  const head = programHead(random, random.chance(0.75) ? 'pe' : 'elf');
  const first = joinBytes(head, network.opaque(Math.min(1000, bytes)));
  yield* tcp.send(from, first);
  if (bytes > first.length) yield* tcp.send(from, bytes - first.length);
}

/** That many bytes of a listing. */
function words(bytes: number): Uint8Array {
  return textBytes('drwxr-xr-x  2 root root   4096 tmp\n'.repeat(Math.ceil(bytes / 35)).slice(0, bytes)); // prettier-ignore
}
