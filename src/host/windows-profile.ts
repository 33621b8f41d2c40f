import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { RpcEvent, SmbEvent } from '../flow/event.ts';
import { addCells, readCells, writeCells } from '../stats/cells.ts';
import { DistinctCounter } from '../stats/distinct.ts';
import { hashText } from '../stats/hash.ts';
import { saturatingAdd } from '../stats/whole-number.ts';

const COUNTERS = [
  'smbMessages', // that name something, tell of a share or refuse
  'smbRefusals',
  'treeConnects',
  'adminShares',
  'rpcBinds',
  'controlBinds',
  'accountBinds',
  'rpcRequests',
  'rareTransactions',
] as const;

type WindowsCounter = (typeof COUNTERS)[number];

/** The share at the end of a path: `ADMIN$` and the root of a drive (`C$`) are for administrators, `IPC$` for all. */
const ADMIN_SHARE = /\\(admin|[a-z])\$$/i;

/** Interfaces through which one machine makes another run something: services, tasks, registry, DCOM and WMI. */
const CONTROL: ReadonlySet<string> = new Set([
  'svcctl', 'atsvc', 'ITaskSchedulerService', 'sasec', 'winreg', 'IRemoteSCMActivator', 'IActivation',
  'IWbemLevel1Login', 'IWbemServices',
]); // prettier-ignore

/**
 * SMB 1 transactions that sharing files hardly needs and attacks on its parsers do (CVE-2017-0143 to 0148, MS-CIFS
 * §2.2.4.33, .47 and .62; TRANS2_SESSION_SETUP is reserved and answered by an implant).
 */
const RARE_TRANSACTIONS: ReadonlySet<string> = new Set([
  'TRANS2_SESSION_SETUP', 'TRANSACTION2_SECONDARY', 'TRANSACTION_SECONDARY', 'NT_TRANSACT', 'NT_TRANSACT_SECONDARY', 'TRANS_PEEK_NMPIPE',
]); // prettier-ignore

/** Interfaces that list accounts, groups and policies, or hand out their secrets. */
const ACCOUNTS: ReadonlySet<string> = new Set(['samr', 'lsarpc', 'drsuapi']);

/** True for a request that connects to a share only administrators may use. */
export function isAdminShare(event: SmbEvent): boolean {
  return isTreeConnect(event) && ADMIN_SHARE.test(event.path);
}

/** True for a bind to an interface that makes the other machine run something. */
export function isControlBind(event: RpcEvent): boolean {
  return CONTROL.has(event.interface);
}

/** What one host did as a client of Windows machines: shares and remote procedures. */
export class WindowsProfile {
  readonly counters = new Float64Array(COUNTERS.length);
  smbPeers = new DistinctCounter();
  adminSharePeers = new DistinctCounter();
  controlPeers = new DistinctCounter();

  count(counter: WindowsCounter): number {
    return this.counters[COUNTERS.indexOf(counter)]!;
  }

  addSmb(event: SmbEvent): void {
    this.#bump('smbMessages');
    this.smbPeers.add(hashText(event.responder));
    // The readers report answers that refuse, and of those that do not only a share's (NTSTATUS 0).
    if (event.status > 0) this.#bump('smbRefusals');
    if (RARE_TRANSACTIONS.has(event.command) && Number.isNaN(event.status))
      this.#bump('rareTransactions');
    if (isTreeConnect(event)) this.#bump('treeConnects');
    if (!isAdminShare(event)) return;
    this.#bump('adminShares');
    this.adminSharePeers.add(hashText(event.responder));
  }

  addRpc(event: RpcEvent): void {
    if (!Number.isNaN(event.operation)) this.#bump('rpcRequests');
    if (event.interface === '') return;
    this.#bump('rpcBinds');
    if (ACCOUNTS.has(event.interface)) this.#bump('accountBinds');
    if (!isControlBind(event)) return;
    this.#bump('controlBinds');
    this.controlPeers.add(hashText(event.responder));
  }

  merge(other: WindowsProfile): void {
    addCells(this.counters, other.counters);
    this.smbPeers.merge(other.smbPeers);
    this.adminSharePeers.merge(other.adminSharePeers);
    this.controlPeers.merge(other.controlPeers);
  }

  encode(writer: ByteWriter): void {
    writeCells(writer, this.counters);
    this.smbPeers.encode(writer);
    this.adminSharePeers.encode(writer);
    this.controlPeers.encode(writer);
  }

  static decode(reader: ByteReader): WindowsProfile {
    const windows = new WindowsProfile();
    readCells(reader, windows.counters);
    windows.smbPeers = DistinctCounter.decode(reader);
    windows.adminSharePeers = DistinctCounter.decode(reader);
    windows.controlPeers = DistinctCounter.decode(reader);
    return reader.truncated ? new WindowsProfile() : windows;
  }

  #bump(counter: WindowsCounter): void {
    const index = COUNTERS.indexOf(counter);
    this.counters[index] = saturatingAdd(this.counters[index]!, 1);
  }
}

/** A request: its status is `NaN`. */
function isTreeConnect({ command, status }: SmbEvent): boolean {
  return Number.isNaN(status) && (command === 'TREE_CONNECT' || command === 'TREE_CONNECT_ANDX');
}
