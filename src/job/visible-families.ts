import type { TrafficView } from '../flow/log-views.ts';
import type { Family } from '../score/family.ts';

/** The families that can be told from a poorer view; to it, a host of any other is only a client. */
const VISIBLE: Partial<Record<TrafficView, readonly Family[]>> = {
  'web-log': ['benign', 'webattack', 'bruteforce', 'dos'],
  // Nobody has a reason to log in to a honeypot: whoever does guesses passwords.
  'honeypot-log': ['bruteforce'],
  'firewall-log': ['benign', 'backscatter', 'scan', 'bruteforce', 'dos', 'c2', 'lateral', 'spam', 'mining'], // prettier-ignore
};

/** True when a host's family can be told from that view of its traffic at all. */
export function isVisible(family: Family, view: TrafficView): boolean {
  return VISIBLE[view]?.includes(family) ?? true;
}
