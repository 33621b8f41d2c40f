import type { Script } from '../network.ts';
import { mailBody } from '../payloads/mail-message.ts';
import { textBytes } from '../payloads/text-bytes.ts';
import type { TcpConversation } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';
import { dialogue } from './dialogue.ts';
import { sendSecret, tlsHandshake } from './tls-session.ts';

export interface Letter {
  readonly greeting: string;
  readonly from: string;
  readonly recipients: readonly string[];
  readonly isBait: boolean;
  /** What the server says to the recipients: accepted, unknown, or not yet. */
  readonly verdict: 'accepted' | 'rejected' | 'deferred' | 'blocked';
  readonly usesTls: boolean;
}

const VERDICTS = {
  rejected: '550 5.1.1 User unknown',
  deferred: '451 4.7.1 Greylisted, try again later',
} as const;

/** One SMTP dialogue (RFC 5321 §3) on an open connection. */
export function* sendLetter(scene: Scene, tcp: TcpConversation, letter: Letter): Script {
  const { random } = scene;
  if (letter.verdict === 'blocked') {
    yield* dialogue(scene, tcp, 0.3, [
      ['server', '554 5.7.1 Service unavailable; client host blocked'],
    ]);
    return;
  }
  yield* dialogue(scene, tcp, 0.1, [
    ['server', '220 mx ESMTP'],
    ['client', `EHLO ${letter.greeting}`],
    [
      'server',
      `250-mx\r\n250-SIZE 35882577\r\n${letter.usesTls ? '250-STARTTLS\r\n' : ''}250 8BITMIME`,
    ],
  ]);
  if (letter.usesTls) {
    yield* dialogue(scene, tcp, 0.01, [['client', 'STARTTLS'], ['server', '220 Ready to start TLS']]); // prettier-ignore
    yield* tlsHandshake(scene, tcp, { shape: 'openssl', serverName: '', tls13: true });
    const body = mailBody(random, letter.from, letter.recipients[0]!, letter.isBait).length;
    for (const up of [30, 50, ...letter.recipients.map((to) => to.length + 12), 6, body, 6]) {
      yield* sendSecret(scene, tcp, 'client', up);
      yield* tcp.pause(random.exponential(0.05));
      yield* sendSecret(scene, tcp, 'server', random.integer(12, 60));
    }
    return;
  }
  yield* dialogue(scene, tcp, 0.05, [['client', `MAIL FROM:<${letter.from}>`], ['server', '250 2.1.0 Ok']]); // prettier-ignore
  for (const to of letter.recipients) {
    const answer = letter.verdict === 'accepted' ? '250 2.1.5 Ok' : VERDICTS[letter.verdict];
    yield* dialogue(scene, tcp, 0.08, [['client', `RCPT TO:<${to}>`], ['server', answer]]); // prettier-ignore
  }
  if (letter.verdict === 'accepted') {
    yield* dialogue(scene, tcp, 0.05, [['client', 'DATA'], ['server', '354 End data with <CR><LF>.<CR><LF>']]); // prettier-ignore
    yield* tcp.send(
      'client',
      textBytes(mailBody(random, letter.from, letter.recipients[0]!, letter.isBait)),
    );
    yield* dialogue(scene, tcp, 0.2, [['server', '250 2.0.0 Ok: queued']]);
  }
  yield* dialogue(scene, tcp, 0.02, [['client', 'QUIT'], ['server', '221 2.0.0 Bye']]); // prettier-ignore
}
