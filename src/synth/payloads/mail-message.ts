import { domainName, invented } from '../names.ts';
import type { Random } from '../random.ts';

const SUBJECTS = ['Meeting notes', 'Invoice', 'Re: offer', 'Your order', 'Lunch?', 'Weekly report', 'Photos', 'Reminder'] as const; // prettier-ignore
const BAITS = ['You have won!', 'Cheap meds online', 'Account suspended', 'Invoice overdue - open now', 'Hot stock tip', 'Parcel waiting'] as const; // prettier-ignore
const FILLER =
  'The quick brown fox jumps over the lazy dog while the others look on and say nothing. ';

/** A message as it goes behind DATA, its final dot included. */
export function mailBody(random: Random, from: string, to: string, isBait: boolean): string {
  const lines = [
    `From: <${from}>`,
    `To: <${to}>`,
    `Subject: ${random.pick(isBait ? BAITS : SUBJECTS)}`,
    `Message-ID: <${invented(random, 5)}@${from.split('@')[1] ?? 'localhost'}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain',
    '',
  ];
  const length = Math.min(60_000, random.logNormal(isBait ? 1200 : 3000, isBait ? 0.4 : 1.2));
  for (let i = 0; i * FILLER.length < length; i++) lines.push(FILLER);
  return `${lines.join('\r\n')}\r\n.\r\n`;
}

export function mailAddress(random: Random, domain = domainName(random)): string {
  return `${invented(random)}${random.chance(0.3) ? random.integer(1, 999) : ''}@${domain}`;
}
