import type { TrafficView } from '../flow/log-views.ts';

/** What a web server's log can show of a host; to it, a scanner or a tunnel is only a visitor. */
const IN_WEB_LOGS = ['benign', 'webattack', 'bruteforce', 'dos'];

/** True when a host's family can be told from that view of its traffic at all. */
/** Nobody has a reason to log in to a honeypot: whoever does guesses passwords. */
const IN_HONEYPOT_LOGS = ['bruteforce'];

export function isVisible(family: string, view: TrafficView): boolean {
  if (view === 'web-log') return IN_WEB_LOGS.includes(family);
  if (view === 'honeypot-log') return IN_HONEYPOT_LOGS.includes(family);
  return true;
}
