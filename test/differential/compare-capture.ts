import type { Conversation } from './conversation.ts';
import { ourReading } from './our-reading.ts';
import type { Sayings } from './sayings.ts';
import { tsharkReading } from './tshark-reading.ts';
import { testimony } from './witness.ts';

/** One thing that we and a witness see differently. */
export interface Disagreement {
  readonly file: string;
  /** What about: a row of the table in README.md. */
  readonly about: string;
  readonly detail: string;
}

export interface Comparison {
  readonly file: string;
  readonly frames: number;
  readonly conversations: number;
  readonly sayings: number;
  readonly disagreements: readonly Disagreement[];
}

/** Compares one capture, by its name below the data folder. */
export function compareCapture(file: string): Comparison {
  const ours = ourReading(file);
  const theirs = tsharkReading(file);
  const disagreements: Disagreement[] = [];
  const tell = (about: string, detail: string): void => {
    disagreements.push({ file, about, detail });
  };
  const counted = capinfosPackets(file);
  if (counted !== ours.frames) {
    tell(`frames: ${ours.stopped ?? 'differ'}`, `capinfos ${counted}, ours ${ours.frames}`);
  }
  if (theirs.frames !== ours.frames) {
    tell('frames of tshark', `tshark ${theirs.frames}, ours ${ours.frames}`);
  }
  const keys = new Set([...ours.conversations.keys(), ...theirs.conversations.keys()]);
  for (const key of keys) {
    compareConversation(key, ours.conversations.get(key), theirs.conversations.get(key), tell);
  }
  const sayings = compareSayings(ours.sayings, theirs.sayings, tell);
  return { file, frames: ours.frames, conversations: keys.size, sayings, disagreements };
}

function capinfosPackets(file: string): number {
  const table = testimony('capinfos', ['-T', '-m', '-r', '-c', '{}'], file);
  return Number(table.trim().split(',').at(-1));
}

type Tell = (about: string, detail: string) => void;

function compareConversation(
  key: string,
  ours: Conversation | undefined,
  theirs: Conversation | undefined,
  tell: Tell,
): void {
  const marks = [...new Set([...(ours?.marks ?? []), ...(theirs?.marks ?? [])])].sort();
  const with_ = marks.length === 0 ? '' : ` (${marks.join(', ')})`;
  if (ours === undefined || theirs === undefined || theirs.packets === 0) {
    if (ours === undefined && theirs?.packets === 0) return;
    const who = ours === undefined ? 'tshark' : 'rapsheet';
    tell(`conversation only in ${who}${with_}`, `${key}: ${(ours ?? theirs)!.packets} packets`);
    return;
  }
  const fields = ['packets', 'ipBytes', 'firstUs', 'lastUs', 'payloadBytes'] as const;
  for (const field of fields) {
    // The payload of what has no ports is not asked for.
    if (field === 'payloadBytes' && !/^(6|17) /.test(key)) continue;
    if (ours[field] === theirs[field]) continue;
    tell(`${field}${with_}`, `${key}: tshark ${theirs[field]}, ours ${ours[field]}`);
    return;
  }
}

function compareSayings(ours: Sayings, theirs: Sayings, tell: Tell): number {
  let count = 0;
  for (const kind of Object.keys(ours) as (keyof Sayings)[]) {
    const all = new Set([...ours[kind], ...theirs[kind]]);
    count += all.size;
    for (const text of all) {
      if (!ours[kind].has(text)) tell(`${kind} only in tshark`, text.slice(0, 120));
      else if (!theirs[kind].has(text)) tell(`${kind} only in rapsheet`, text.slice(0, 120));
    }
  }
  return count;
}
