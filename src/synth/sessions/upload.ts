import type { Endpoint } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { TcpConversation } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';
import { dialogue } from './dialogue.ts';
import { httpExchange } from './http-session.ts';
import type { Persona } from './persona.ts';
import { smbLogOn, smbNegotiate, smbWork } from './smb-session.ts';
import { sshAttempt, sshHandshake } from './ssh-session.ts';
import { sendSecret, tlsHandshake } from './tls-session.ts';

/** Where each channel usually is. */
export const UPLOAD_PORTS = { tls: 443, http: 80, ftp: 21, ssh: 22, smb: 445 } as const;

export interface Upload {
  readonly channel: keyof typeof UPLOAD_PORTS;
  readonly server: Endpoint;
  readonly port: number;
  readonly name: string;
  readonly persona: Persona;
  readonly bytes: number;
}

/** One file on its way up, whoever sends it and why. */
export function* uploadBytes(scene: Scene, host: Endpoint, piece: Upload): Script {
  const { network, random } = scene;
  const tcp = new TcpConversation(network, random, host, piece.server, piece.port);
  if ((yield* tcp.open()) !== 'open') return;
  switch (piece.channel) {
    case 'tls':
      yield* tlsHandshake(scene, tcp, {
        shape: piece.persona.helloShape,
        serverName: piece.name,
        tls13: true,
      });
      yield* sendSecret(scene, tcp, 'client', piece.bytes);
      yield* sendSecret(scene, tcp, 'server', random.integer(80, 400));
      break;
    case 'http': {
      const request = { method: random.pick(['POST', 'PUT']), host: piece.name === '' ? piece.server.text : piece.name, uri: '/upload.php', userAgent: piece.persona.userAgent, body: piece.bytes }; // prettier-ignore
      yield* httpExchange(scene, tcp, request, {
        status: 200,
        bodyBytes: random.integer(2, 200),
        thinkS: 0.05,
      });
      break;
    }
    case 'ftp': {
      yield* dialogue(scene, tcp, 0.02, [
        ['server', '220 ready'], ['client', 'USER data'], ['server', '331 password'], ['client', 'PASS data1'],
        ['server', '230 in'], ['client', 'TYPE I'], ['server', '200 ok'], ['client', 'EPSV'], ['server', '229 Entering Extended Passive Mode (|||40123|)'],
        ['client', `STOR ${random.integer(1000, 9999)}.rar`], ['server', '150 go'],
      ]); // prettier-ignore
      const data = new TcpConversation(network, random, host, piece.server, 40123);
      yield* data.open();
      yield* data.send('client', piece.bytes);
      yield* data.close('client');
      yield* dialogue(scene, tcp, 0.02, [
        ['server', '226 done'],
        ['client', 'QUIT'],
        ['server', '221 bye'],
      ]);
      break;
    }
    case 'smb':
      yield* smbNegotiate(scene, tcp);
      yield* smbLogOn(scene, tcp, { user: 'backup', succeeds: true, thinkS: 0.01 });
      yield* smbWork(scene, tcp, { calls: 4, direction: 'client', fileBytes: piece.bytes });
      break;
    case 'ssh':
      yield* sshHandshake(scene, tcp, {
        client: 'OpenSSH_9.2p1 Debian-2+deb12u2',
        server: 'OpenSSH_9.6',
      });
      yield* sshAttempt(scene, tcp, 12, 0.05);
      yield* tcp.send('client', piece.bytes);
      break;
  }
  yield* tcp.close('client');
}
