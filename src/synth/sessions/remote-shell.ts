import type { Script } from '../network.ts';
import { textBytes } from '../payloads/text-bytes.ts';
import type { Side, TcpConversation } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';

const COMMANDS = ['id', 'uname -a', 'whoami', 'pwd', 'ls -la', 'cd /tmp', 'ps aux', 'cat /etc/passwd', 'ifconfig', 'netstat -an', 'dir', 'ipconfig /all', 'net user', 'systeminfo', 'tasklist', 'hostname', 'w', 'env', 'find / -perm -4000', 'type boot.ini'] as const; // prettier-ignore

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
    yield* tcp.send(work.attacker, 4);
    yield* tcp.send(work.attacker, work.stageBytes);
    yield* tcp.pause(random.exponential(0.5));
  } else if (random.chance(0.5)) {
    yield* tcp.send(victim, textBytes(random.pick(['$ ', '# ', 'Microsoft Windows\r\n\r\nC:\\>'])));
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

/** That many bytes of a listing. */
function words(bytes: number): Uint8Array {
  return textBytes('drwxr-xr-x  2 root root   4096 tmp\n'.repeat(Math.ceil(bytes / 35)).slice(0, bytes)); // prettier-ignore
}
