/** Names of SMB 1's commands and of the functions of its transactions (MS-CIFS §2.2.2.1, §2.2.2.2). */

const COMMANDS: Readonly<Record<number, string>> = {
  0x00: 'CREATE_DIRECTORY', 0x01: 'DELETE_DIRECTORY', 0x02: 'OPEN', 0x03: 'CREATE', 0x04: 'CLOSE', 0x05: 'FLUSH',
  0x06: 'DELETE', 0x07: 'RENAME', 0x08: 'QUERY_INFORMATION', 0x09: 'SET_INFORMATION', 0x0a: 'READ', 0x0b: 'WRITE',
  0x10: 'CHECK_DIRECTORY', 0x24: 'LOCKING_ANDX', 0x25: 'TRANSACTION', 0x26: 'TRANSACTION_SECONDARY', 0x2b: 'ECHO',
  0x2d: 'OPEN_ANDX', 0x2e: 'READ_ANDX', 0x2f: 'WRITE_ANDX', 0x32: 'TRANSACTION2', 0x33: 'TRANSACTION2_SECONDARY',
  0x34: 'FIND_CLOSE2', 0x70: 'TREE_CONNECT', 0x71: 'TREE_DISCONNECT', 0x72: 'NEGOTIATE', 0x73: 'SESSION_SETUP_ANDX',
  0x74: 'LOGOFF_ANDX', 0x75: 'TREE_CONNECT_ANDX', 0x80: 'QUERY_INFORMATION_DISK', 0xa0: 'NT_TRANSACT',
  0xa1: 'NT_TRANSACT_SECONDARY', 0xa2: 'NT_CREATE_ANDX', 0xa4: 'NT_CANCEL', 0xa5: 'NT_RENAME',
}; // prettier-ignore

const TRANSACTION: Readonly<Record<number, string>> = {
  0x01: 'TRANS_SET_NMPIPE_STATE', 0x11: 'TRANS_RAW_READ_NMPIPE', 0x21: 'TRANS_QUERY_NMPIPE_STATE',
  0x22: 'TRANS_QUERY_NMPIPE_INFO', 0x23: 'TRANS_PEEK_NMPIPE', 0x26: 'TRANS_TRANSACT_NMPIPE',
  0x31: 'TRANS_RAW_WRITE_NMPIPE', 0x36: 'TRANS_READ_NMPIPE', 0x37: 'TRANS_WRITE_NMPIPE', 0x53: 'TRANS_WAIT_NMPIPE',
  0x54: 'TRANS_CALL_NMPIPE',
}; // prettier-ignore

const TRANSACTION2: Readonly<Record<number, string>> = {
  0x00: 'TRANS2_OPEN2', 0x01: 'TRANS2_FIND_FIRST2', 0x02: 'TRANS2_FIND_NEXT2', 0x03: 'TRANS2_QUERY_FS_INFORMATION',
  0x04: 'TRANS2_SET_FS_INFORMATION', 0x05: 'TRANS2_QUERY_PATH_INFORMATION', 0x06: 'TRANS2_SET_PATH_INFORMATION',
  0x07: 'TRANS2_QUERY_FILE_INFORMATION', 0x08: 'TRANS2_SET_FILE_INFORMATION', 0x09: 'TRANS2_FSCTL',
  0x0a: 'TRANS2_IOCTL2', 0x0b: 'TRANS2_FIND_NOTIFY_FIRST', 0x0c: 'TRANS2_FIND_NOTIFY_NEXT',
  0x0d: 'TRANS2_CREATE_DIRECTORY', 0x0e: 'TRANS2_SESSION_SETUP', 0x10: 'TRANS2_GET_DFS_REFERRAL',
  0x11: 'TRANS2_REPORT_DFS_INCONSISTENCY',
}; // prettier-ignore

const NT_TRANSACT: Readonly<Record<number, string>> = {
  1: 'NT_TRANSACT_CREATE', 2: 'NT_TRANSACT_IOCTL', 3: 'NT_TRANSACT_SET_SECURITY_DESC', 4: 'NT_TRANSACT_NOTIFY_CHANGE',
  5: 'NT_TRANSACT_RENAME', 6: 'NT_TRANSACT_QUERY_SECURITY_DESC',
}; // prettier-ignore

const FUNCTIONS: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  0x25: TRANSACTION,
  0x32: TRANSACTION2,
  0xa0: NT_TRANSACT,
};

/** The command's name; its number (`0xd8`) when MS-CIFS has none. */
export function smb1Name(command: number): string {
  return COMMANDS[command] ?? `0x${command.toString(16).padStart(2, '0')}`;
}

/** A transaction's name by its function (`NaN`: not there); the command's own where the function is none known. */
export function transactionName(command: number, code: number): string {
  return FUNCTIONS[command]?.[code] ?? smb1Name(command);
}
