import type { TrafficSink } from '../flow/event.ts';
import { LoginSessions } from '../flow/logs/login-sessions.ts';
import { NOTHING_SHOWN } from '../flow/logs/nothing-shown.ts';
import { hostVector } from '../host/feature-schema.ts';
import { HostTable } from '../host/host-table.ts';
import type { Family } from '../score/family.ts';
import type { TrainingRow } from '../score/training-row.ts';
import { SYNTHETIC_GROUP } from '../score/training-rows.ts';
import { loginHistories, type LoginHistory } from '../synth/login-history.ts';

/** Generated people, programs and guessers as the logs of servers tell of them (sshd, PAM, Windows' security log). */
export function syntheticLogins(seed: number): TrainingRow[] {
  return [...loginHistories(seed)].map((history) => {
    const { client, kind, label } = history;
    const [family, detail = ''] = label.split('/') as [Family, string?];
    const table = new HostTable();
    passHistory(history, table);
    const group = `${SYNTHETIC_GROUP}logins of a ${kind}`;
    const { vector } = hostVector(table, client)!;
    return {
      view: 'login-log',
      input: `${group}#${seed}`,
      group,
      host: client,
      family,
      detail,
      vector,
    };
  });
}

/** As the readers of such logs pass them. */
function passHistory({ sessions }: LoginHistory, sink: TrafficSink): void {
  sink.visibility(NOTHING_SHOWN);
  const open = new LoginSessions(sink);
  for (const [k, { client, server, service, port, startUs, endUs, logins }] of sessions.entries()) {
    const ends = { originator: client, originatorPort: 1024 + (k % 60_000), responder: server, responderPort: port, service }; // prettier-ignore
    const session = open.at(`${k}`, startUs, ends);
    for (const { timeUs, isRight, userName } of logins) {
      open.login(session, timeUs, isRight ? 'success' : 'failure', userName);
    }
    open.find(`${k}`, endUs);
    open.close(`${k}`);
  }
}
