import type { TrafficView } from '../flow/log-views.ts';

/** What a web server's log can show of a host; to it, a scanner or a tunnel is only a visitor. */
const IN_WEB_LOGS = ['benign', 'webattack', 'bruteforce', 'dos'];

/** True when a host's family can be told from that view of its traffic at all. */
export function isVisible(family: string, view: TrafficView): boolean {
  return view !== 'web-log' || IN_WEB_LOGS.includes(family);
}
