import type { Visibility } from '../event.ts';

/** What a reader shows that shows none of these; each says what it shows more. */
export const NOTHING_SHOWN: Visibility = {
  packets: false,
  connState: false,
  history: false,
  dns: false,
  http: false,
  tls: false,
  ssh: false,
};
