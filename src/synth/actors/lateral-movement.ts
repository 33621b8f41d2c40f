import { type Actor, defineActor } from '../actor.ts';
import type { Endpoint } from '../endpoint.ts';
import { invented } from '../names.ts';
import type { Script } from '../network.ts';
import { count, flag, magnitude, oneOf } from '../parameters.ts';
import { browseBeside } from '../sessions/background.ts';
import { httpExchange } from '../sessions/http-session.ts';
import { rdpDesktop, rdpLogOn } from '../sessions/rdp-session.ts';
import { smbLogOn, smbNegotiate, smbWork } from '../sessions/smb-session.ts';
import { callThroughPipe, connectShare, moveFile } from '../sessions/smb-share.ts';
import { sshAttempt, sshHandshake, sshShell } from '../sessions/ssh-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  method: oneOf('smb', 'smb', 'rdp', 'winrm', 'ssh', 'mixed'),
  targets: count(3, 25),
  pauseS: magnitude(1, 120),
  toolBytes: magnitude(8000, 600_000),
  lootBytes: magnitude(500, 200_000),
  actions: count(3, 40),
  /** Share of doors that stay shut: refused, silent, or a wrong password. */
  failedShare: magnitude(0.02, 0.5),
  looksFirst: flag(0.4),
  /** SMB 3's encryption hides shares and pipes. */
  sealed: flag(0.4),
  browsesToo: flag(0.5),
};

type Self = Actor<typeof parameters>;

/** From one inside host into others with stolen passwords: PsExec, RDP, WinRM, SSH, each with work done there. */
export const lateralMovement = defineActor({
  name: 'lateral-movement',
  family: 'lateral',
  detail: '',
  summary: 'logs into several inside hosts over SMB, RDP, WinRM or SSH, and works there',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { random, host, world, durationS, parameters: p } = actor;
    if (p.browsesToo) browseBeside(actor, random.logUniform(10, 100));
    const targets = new Set<Endpoint>();
    while (targets.size < p.targets) targets.add(random.chance(0.3) ? world.target(random, 'inside', host) : world.insideHost()); // prettier-ignore
    const pauseS = Math.min(p.pauseS, durationS / (p.targets + 2));
    yield random.uniform(0, durationS / 12);
    for (const target of targets) {
      const method =
        p.method === 'mixed' ? random.pick(['smb', 'rdp', 'winrm', 'ssh'] as const) : p.method;
      if (p.looksFirst) yield* look(actor, target);
      yield* enter(actor, target, method);
      yield random.exponential(pauseS);
    }
  },
});

function* look(actor: Self, target: Endpoint): Script {
  const { network, random, host } = actor;
  for (const port of [135, 445, 3389, 5985]) {
    const state = random.pick(['open', 'closed', 'filtered'] as const);
    const tcp = new TcpConversation(network, random, host, target, port, { state, retries: 0 });
    if ((yield* tcp.open()) === 'open') yield* tcp.close('client');
  }
}

function* enter(actor: Self, target: Endpoint, method: 'smb' | 'rdp' | 'winrm' | 'ssh'): Script {
  const { network, random, host, parameters: p } = actor;
  const port = { smb: 445, rdp: 3389, winrm: 5985, ssh: 22 }[method];
  const fails = random.chance(p.failedShare);
  const state = fails && random.chance(0.6) ? random.pick(['closed', 'filtered'] as const) : 'open';
  const tcp = new TcpConversation(network, random, host, target, port, { state, retries: 2 });
  if ((yield* tcp.open()) !== 'open') return;
  const actions = Math.max(1, Math.round(random.exponential(p.actions)));
  if (method === 'smb') {
    yield* smbNegotiate(actor, tcp);
    yield* smbLogOn(actor, tcp, { user: 'administrator', succeeds: !fails, thinkS: 0.01 });
    if (!fails) {
      if (p.sealed) {
        yield* smbWork(actor, tcp, { calls: 6, direction: 'client', fileBytes: p.toolBytes });
        yield* tcp.pause(random.exponential(2));
        yield* smbWork(actor, tcp, { calls: actions, direction: 'server', fileBytes: p.lootBytes });
      } else {
        yield* runThere(actor, tcp, target);
      }
    }
  } else if (method === 'rdp') {
    yield* rdpLogOn(actor, tcp, { user: 'administr', shape: 'schannel', thinkS: 0.05 });
    if (!fails) yield* rdpDesktop(actor, tcp, Math.min(actions, 15));
  } else if (method === 'winrm') {
    for (let i = 0; i < actions; i++) {
      const request = { method: 'POST', host: `${target.text}:5985`, uri: '/wsman', userAgent: 'Microsoft WinRM Client', body: Math.floor(random.logNormal(1800, 0.5)) }; // prettier-ignore
      yield* httpExchange(actor, tcp, request, { status: fails ? 401 : 200, bodyBytes: Math.floor(random.logNormal(1500, 0.8)), thinkS: random.exponential(0.2) }); // prettier-ignore
      if (fails) break;
      yield* tcp.pause(random.exponential(1));
    }
  } else {
    yield* sshHandshake(actor, tcp, {
      client: 'OpenSSH_8.9p1 Ubuntu-3ubuntu0.6',
      server: 'OpenSSH_7.4',
    });
    yield* sshAttempt(actor, tcp, 10, fails ? 2 : 0.05);
    if (!fails) {
      yield* tcp.send('client', Math.min(p.toolBytes, 300_000));
      yield* sshShell(actor, tcp, Math.min(actions, 8));
    }
  }
  yield* fails ? tcp.reset('server') : tcp.close('client');
}

/** PsExec and its kin: a program into the administrators' share, a service or a task that starts it, its output back. */
function* runThere(actor: Self, tcp: TcpConversation, target: Endpoint): Script {
  const { random, parameters: p } = actor;
  const program = `${invented(random)}.exe`;
  const share = `\\\\${target.text}\\${random.pick(['ADMIN$', 'C$'])}`;
  yield* connectShare(actor, tcp, share);
  yield* moveFile(actor, tcp, { name: `Temp\\${program}`, bytes: p.toolBytes, from: 'client' });
  yield* connectShare(actor, tcp, `\\\\${target.text}\\IPC$`);
  const isService = random.chance(0.7);
  yield* callThroughPipe(actor, tcp, { interface: isService ? 'svcctl' : 'atsvc', operations: isService ? [15, 12, 19, 6, 0] : [0, 2], upBytes: 160, downBytes: 30 }); // prettier-ignore
  yield* tcp.pause(random.exponential(3));
  const result = {
    name: `Temp\\${invented(random)}.tmp`,
    bytes: p.lootBytes,
    from: 'server',
  } as const;
  yield* moveFile(actor, tcp, result);
}
