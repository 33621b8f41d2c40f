import { spawn } from 'node:child_process';
import { RapsheetError, systemCode } from './errors.ts';

/**
 * A heading of nfdump's own and, behind it, what it prints under it. Plain numbers, IPv6 in full, times as seconds
 * since the epoch: a date would be in the time zone of this machine. The end is not asked for: `%ter` of 1.7.1 prints
 * the wrong milliseconds, the duration does not.
 */
const HEADING = 'firstSeen,duration,srcAddr,dstAddr,srcPort,dstPort,proto,flags,packets,bytes,outPackets,outBytes\n'; // prettier-ignore
const FORMAT = 'fmt:%tsr,%td,%sa,%da,%sp,%dp,%pr,%flg,%pkt,%byt,%opkt,%obyt';
const MOST_COMPLAINT = 500;

/** Whether this is the beginning of a file of nfcapd: 0xA50C, in the writer's byte order (nfdump's `nffile.h`). */
export function isNfcapd(head: Uint8Array): boolean {
  return head.length > 4 && ((head[0] === 0x0c && head[1] === 0xa5) || (head[0] === 0xa5 && head[1] === 0x0c)); // prettier-ignore
}

/** The records of a file of nfcapd as the table that `nfdumpCsv` reads, printed by nfdump. */
export async function* nfdumpText(path: string, program = 'nfdump'): AsyncGenerator<Uint8Array> {
  const child = spawn(program, ['-r', path, '-q', '-N', '-6', '-o', FORMAT], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TZ: 'UTC' },
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.length < MOST_COMPLAINT) complaint += text;
  });
  const ended = new Promise<number | null | Error>((resolve) => {
    child.on('error', resolve);
    child.on('close', resolve);
  });
  try {
    yield new TextEncoder().encode(HEADING);
    for await (const chunk of child.stdout) yield chunk as Uint8Array;
    const status = await ended;
    if (status !== 0) throw failure(path, status, complaint);
  } finally {
    child.kill();
  }
}

function failure(path: string, status: number | null | Error, complaint: string): RapsheetError {
  if (status instanceof Error && systemCode(status) === 'ENOENT') {
    return new RapsheetError(
      'CANNOT_READ',
      `${path}: a file of nfcapd, which nfdump reads, and nfdump is not installed`,
      {
        // prettier-ignore
        hint: 'install nfdump, or print the file where it is: nfdump -r FILE -o csv | rapsheet label -',
        cause: status,
      },
    );
  }
  const why = complaint.trim().split('\n')[0] ?? '';
  const how = status instanceof Error ? status.message : `exit status ${status ?? 'none'}`;
  return new RapsheetError(
    'CANNOT_READ',
    `${path}: nfdump could not read it (${why === '' ? how : why})`,
    {
      // prettier-ignore
      hint: 'check the file with nfdump -v FILE',
    },
  );
}
