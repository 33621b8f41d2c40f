import { describe, expect, test } from 'vitest';
import { answer, ask, ends, logins, type Read } from './read-packet.ts';
import * as bytes from './service-bytes.ts';

const { le16, smb1, utf16, zeros } = bytes;
const SVCCTL = '367abb81-9844-35f1-ad32-98f038001003';

function smbEvents({ events }: Read): string[] {
  return events.flatMap((e) => (e.kind === 'smb' ? [`${e.version} ${e.command} ${e.path || e.status.toString(16)}`] : [])); // prettier-ignore
}

describe('SMB 2', () => {
  test.each([
    [0xc000006d, 0, ['failure']],
    [0xc0000234, 0, ['failure']],
    [0xc0000022, 0, ['failure']],
    [0xc0000016, 0, []],
    [0, 0, ['success']],
    [0, 1, ['unknown guest']],
    [0, 2, ['unknown anonymous']],
  ])('SESSION_SETUP answered %i with flags %i tells %j', (status, flags, outcomes) => {
    const seen = answer(445, bytes.smb2Answer(1, status, [9, 0, ...le16(flags), 0, 0, 0, 0]));
    expect(seen.service).toBe('smb');
    expect(logins(seen)).toEqual(outcomes);
  });

  test('a token of NTLM names user, domain and workstation', () => {
    const seen = ask(445, bytes.smb2SessionSetup(bytes.ntlmAuthenticate('LAB', 'alice', 'PC1')));
    expect(seen.events).toMatchObject([
      { kind: 'ntlm', userName: 'alice', domainName: 'LAB', hostName: 'PC1', ...ends },
      { kind: 'login', service: 'smb', outcome: 'unknown', userName: 'alice', ...ends },
    ]);
    expect(logins(ask(445, bytes.smb2SessionSetup(bytes.ntlmAuthenticate('', '', ''))))).toEqual(
      [],
    );
  });

  test('shares and what is opened on them', () => {
    expect(smbEvents(ask(445, bytes.smb2TreeConnect('\\\\10.0.0.2\\ADMIN$')))).toEqual(['2 TREE_CONNECT \\\\10.0.0.2\\ADMIN$']); // prettier-ignore
    expect(smbEvents(ask(445, bytes.smb2Request(5, bytes.smb2Create('svcctl'))))).toEqual(['2 CREATE svcctl']); // prettier-ignore
    expect(smbEvents(answer(445, bytes.smb2Answer(3, 0)))).toEqual(['2 TREE_CONNECT 0']);
    expect(smbEvents(answer(445, bytes.smb2Answer(3, 0xc0000022)))).toEqual(['2 TREE_CONNECT c0000022']); // prettier-ignore
    expect(answer(445, bytes.smb2Answer(8, 0))).toMatchObject({ service: 'smb', events: [] });
  });

  test('compounded requests', () => {
    const body = bytes.smb2Create('srvsvc');
    const first = bytes.smb2Request(5, body, 64 + body.length).slice(4);
    const second = bytes.smb2Request(5, bytes.smb2Create('samr')).slice(4);
    const both = Uint8Array.from([0, 0, ...bytes.be16(first.length + second.length), ...first, ...second]); // prettier-ignore
    expect(smbEvents(ask(445, both))).toEqual(['2 CREATE srvsvc', '2 CREATE samr']);
  });

  test('RPC in a pipe: written, or written and read', () => {
    expect(ask(445, bytes.smb2Write(bytes.rpcBind(SVCCTL))).events).toMatchObject([
      { kind: 'rpc', interface: 'svcctl', operation: NaN, contextId: 0, ...ends },
    ]);
    expect(ask(445, bytes.smb2Transceive(bytes.rpcRequest(0, 12))).events).toMatchObject([
      { kind: 'rpc', interface: '', operation: 12, contextId: 0, ...ends },
    ]);
  });
});

describe('SMB 1', () => {
  test.each([
    [0xc000006d, 0, ['failure']],
    [0x00020002, 0, ['failure']],
    [0, 0, ['success']],
    [0, 1, ['unknown guest']],
  ])('SESSION_SETUP_ANDX answered %i with action %i tells %j', (status, action, outcomes) => {
    const words = [0xff, 0, 0, 0, ...le16(action)];
    const seen = answer(139, smb1({ command: 0x73, isAnswer: true, status, words }));
    expect(seen.service).toBe('smb');
    expect(logins(seen)).toEqual(outcomes);
  });

  test('the plain session set-up names the account behind two passwords; a share is chained to it', () => {
    const account = [...zeros(24), ...zeros(24), 0, ...utf16('guest1\0LAB\0')];
    const at = 32 + 1 + 26 + 2 + account.length;
    const words = [0x75, 0, ...le16(at), ...zeros(10), ...le16(24), ...le16(24), ...zeros(8)];
    const tree = [4, 0xff, 0, 0, 0, 0, 0, ...le16(1), ...le16(20), 0, ...utf16('\\\\x\\C$\0')];
    const message = smb1({ command: 0x73, words, bytes: [...account, ...tree] });
    const seen = ask(139, message);
    expect(logins(seen)).toEqual(['unknown guest1']);
    expect(smbEvents(seen)).toEqual(['1 TREE_CONNECT_ANDX \\\\x\\C$']);
  });

  test('files, in Unicode or not', () => {
    const words = [0xff, ...zeros(47)];
    expect(smbEvents(ask(445, smb1({ command: 0xa2, words, bytes: [0, ...utf16('\\srvsvc\0')] })))).toEqual(['1 NT_CREATE_ANDX \\srvsvc']); // prettier-ignore
    const ansi = smb1({ command: 0x06, words: [0, 0], bytes: [4, ...bytes.ascii('\\x.exe\0')] });
    ansi[4 + 11] = 0; // flags2 without Unicode
    expect(smbEvents(ask(445, ansi))).toEqual(['1 DELETE \\x.exe']);
  });

  test('transactions by their function, and how they were answered', () => {
    const setUp = (code: number): number[] => [...zeros(26), 1, 0, ...le16(code)];
    expect(smbEvents(ask(445, smb1({ command: 0x32, words: setUp(0x0e) })))).toEqual(['1 TRANS2_SESSION_SETUP NaN']); // prettier-ignore
    const peek = smb1({ command: 0x25, words: setUp(0x23), bytes: utf16('\0\\PIPE\\\0').slice(1) });
    expect(smbEvents(ask(445, peek))[0]).toMatch(/^1 TRANS_PEEK_NMPIPE/);
    expect(smbEvents(answer(445, smb1({ command: 0x25, isAnswer: true, status: 0xc0000205 })))).toEqual(['1 TRANSACTION c0000205']); // prettier-ignore
    expect(smbEvents(ask(445, smb1({ command: 0xa0, words: [...zeros(36), 2, 0] })))).toEqual(['1 NT_TRANSACT_IOCTL NaN']); // prettier-ignore
  });

  test('RPC in a pipe: a transaction, or a write', () => {
    const request = bytes.rpcRequest(1, 15);
    const words = [...zeros(24), ...le16(66), 1, 0, ...le16(0x26)];
    const transaction = smb1({ command: 0x25, words, bytes: [0, ...request] });
    expect(ask(445, transaction).events).toMatchObject([{ kind: 'rpc', operation: 15, contextId: 1 }]); // prettier-ignore
    const write = smb1({ command: 0x2f, words: [0xff, ...zeros(21), ...le16(62), 0, 0], bytes: [0, ...bytes.rpcBind(SVCCTL)] }); // prettier-ignore
    expect(ask(445, write).events).toMatchObject([{ kind: 'rpc', interface: 'svcctl' }]);
  });
});
