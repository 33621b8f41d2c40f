/** Bytes of messages of the services behind TCP and UDP, built for the tests. */

export type Bytes = readonly number[];

export function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

export function utf16(text: string): number[] {
  return Array.from(text, (character) => le16(character.charCodeAt(0))).flat();
}

export function le16(value: number): number[] {
  return [value & 255, (value >>> 8) & 255];
}

function le32(value: number): number[] {
  return [...le16(value), ...le16(value >>> 16)];
}

export function be16(value: number): number[] {
  return le16(value).reverse();
}

export function be32(value: number): number[] {
  return le32(value).reverse();
}

export function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

/** A BER element with a length of one, or of three, octets. */
export function ber(tag: number, ...parts: readonly Bytes[]): number[] {
  const content = parts.flat();
  const length = content.length < 128 ? [content.length] : [0x82, ...be16(content.length)];
  return [tag, ...length, ...content];
}

export function berInt(value: number, tag = 2): number[] {
  return ber(tag, [value]);
}

/** NTLM's AUTHENTICATE: descriptors, then the texts. */
export function ntlmAuthenticate(domain: string, user: string, workstation: string): Uint8Array {
  const texts = [[], [], utf16(domain), utf16(user), utf16(workstation), []];
  let offset = 64;
  const descriptors = texts.map((text) => {
    const at = offset;
    offset += text.length;
    return [...le16(text.length), ...le16(text.length), ...le32(at)];
  });
  return Uint8Array.from([...ascii('NTLMSSP\0'), ...le32(3), ...descriptors.flat(), ...le32(1), ...texts.flat()]); // prettier-ignore
}

function netbios(message: Bytes): Uint8Array {
  return Uint8Array.from([0, 0, ...be16(message.length), ...message]);
}

function smb2Header(command: number, isAnswer: boolean, status: number, next = 0): number[] {
  return [
    0xfe, ...ascii('SMB'), ...le16(64), ...le16(0), ...le32(status), ...le16(command), ...le16(1),
    ...le32(isAnswer ? 1 : 0), ...le32(next), ...zeros(40),
  ]; // prettier-ignore
}

export function smb2Answer(command: number, status: number, body: Bytes = zeros(8)): Uint8Array {
  return netbios([...smb2Header(command, true, status), ...body]);
}

export function smb2Request(command: number, body: Bytes, next = 0): Uint8Array {
  return netbios([...smb2Header(command, false, 0, next), ...body]);
}

/** SESSION_SETUP with a token of GSS. */
export function smb2SessionSetup(token: Iterable<number>): Uint8Array {
  const bytes = [...token];
  return smb2Request(1, [...le16(25), ...zeros(10), ...le16(88), ...le16(bytes.length), ...zeros(8), ...bytes]); // prettier-ignore
}

export function smb2TreeConnect(path: string): Uint8Array {
  const text = utf16(path);
  return smb2Request(3, [...le16(9), 0, 0, ...le16(72), ...le16(text.length), ...text]);
}

export function smb2Create(path: string): number[] {
  const text = utf16(path);
  return [...le16(57), ...zeros(42), ...le16(120), ...le16(text.length), ...zeros(8), ...text];
}

export function smb2Write(data: Bytes): Uint8Array {
  return smb2Request(9, [...le16(49), ...le16(112), ...le32(data.length), ...zeros(40), ...data]);
}

/** FSCTL_PIPE_TRANSCEIVE: a request written to a pipe and its answer read. */
export function smb2Transceive(data: Bytes): Uint8Array {
  return smb2Request(11, [...le16(57), 0, 0, ...le32(0x11c017), ...zeros(16), ...le32(120), ...le32(data.length), ...zeros(24), ...data]); // prettier-ignore
}

interface Smb1Wish {
  readonly command: number;
  readonly words?: Bytes;
  readonly bytes?: Bytes;
  readonly status?: number;
  readonly isAnswer?: boolean;
}

/** One SMB 1 message in Unicode; words are pairs of bytes. */
export function smb1({
  command,
  words = [],
  bytes = [],
  status = 0,
  isAnswer = false,
}: Smb1Wish): Uint8Array {
  return netbios([
    0xff, ...ascii('SMB'), command, ...le32(status), isAnswer ? 0x98 : 0x18, ...le16(0xc001), ...zeros(20),
    words.length / 2, ...words, ...le16(bytes.length), ...bytes,
  ]); // prettier-ignore
}

export function uuidBytes(uuid: string): number[] {
  const [a, b, c, d, e] = uuid.split('-').map((part) => Buffer.from(part, 'hex'));
  return [...a!.reverse(), ...b!.reverse(), ...c!.reverse(), ...d!, ...e!];
}

function rpcPdu(type: number, body: Bytes, authBytes = 0): number[] {
  return [
    5,
    0,
    type,
    3,
    0x10,
    0,
    0,
    0,
    ...le16(16 + body.length),
    ...le16(authBytes),
    ...le32(1),
    ...body,
  ];
}

export function rpcBind(...uuids: readonly string[]): number[] {
  const contexts = uuids.map((uuid, id) => [
    ...le16(id),
    1,
    0,
    ...uuidBytes(uuid),
    ...le32(2),
    ...zeros(20),
  ]);
  return rpcPdu(11, [
    ...le16(4280),
    ...le16(4280),
    ...le32(0),
    uuids.length,
    0,
    0,
    0,
    ...contexts.flat(),
  ]);
}

export function rpcRequest(contextId: number, operation: number, stub: Bytes = zeros(8)): number[] {
  return rpcPdu(0, [...le32(stub.length), ...le16(contextId), ...le16(operation), ...stub]);
}

/** AUTH3: four bytes of padding, a security trailer, the token. */
export function rpcAuth3(token: Iterable<number>): number[] {
  const bytes = [...token];
  return rpcPdu(16, [...zeros(4), 10, 2, 0, 0, ...zeros(4), ...bytes], bytes.length);
}

export function rpcDatagram(uuid: string, operation: number): Uint8Array {
  return Uint8Array.from([
    4, 0, 0x20, 0, 0x10, 0, 0, 0, ...zeros(16), ...uuidBytes(uuid), ...zeros(16), ...zeros(12), ...le16(operation),
    0xff, 0xff, 0xff, 0xff, ...le16(4), ...zeros(4), ...zeros(4),
  ]); // prettier-ignore
}

export function mysqlPacket(sequence: number, body: Bytes): number[] {
  return [...le16(body.length), body.length >>> 16, sequence, ...body];
}

export function mysqlLogin(user: string): Uint8Array {
  return Uint8Array.from(mysqlPacket(1, [...le32(0x3aa685), ...le32(1 << 24), 45, ...zeros(23), ...ascii(`${user}\0`), 0])); // prettier-ignore
}

export function mysqlError(code: number, words: string, sequence = 2): Uint8Array {
  return Uint8Array.from(mysqlPacket(sequence, [0xff, ...le16(code), ...ascii(words)]));
}

export const MYSQL_OK = [0, 0, 0, 2, 0, 0, 0] as const;

function tds(type: number, body: Bytes): Uint8Array {
  return Uint8Array.from([type, 1, ...be16(8 + body.length), 0, 0, 1, 0, ...body]);
}

export function tdsPrelogin(): Uint8Array {
  return tds(0x12, [0, 0, 6, 0, 6, 0xff, 15, 0, 0, 0, 0, 0]);
}

export function tdsLogin7(user: string): Uint8Array {
  const text = utf16(user);
  const length = 94 + text.length;
  return tds(0x10, [...le32(length), ...le32(0x74000004), ...zeros(28), ...le16(94), ...le16(0), ...le16(94), ...le16(user.length), ...zeros(50), ...text]); // prettier-ignore
}

export function tdsError(number: number, words: string): number[] {
  const text = utf16(words);
  const body = [...le32(number), 1, 14, ...le16(words.length), ...text, 0, 0, ...le32(1)];
  return [0xaa, ...le16(body.length), ...body];
}

export function tdsLoginAck(): number[] {
  const name = utf16('Microsoft SQL Server');
  const body = [1, ...be32(0x74000004), name.length / 2, ...name, 16, 0, 0, 0];
  return [0xad, ...le16(body.length), ...body];
}

export function tdsResponse(...tokens: readonly Bytes[]): Uint8Array {
  return tds(4, [...tokens.flat(), 0xfd, ...zeros(12)]);
}

function principal(...names: readonly string[]): number[] {
  return ber(
    0x30,
    ber(0xa0, berInt(1)),
    ber(0xa1, ber(0x30, ...names.map((n) => ber(0x1b, ascii(n))))),
  );
}

export function kerberosRequest(tag: 0x6a | 0x6c, ...names: readonly string[]): number[] {
  const cname = names.length === 0 ? [] : ber(0xa1, principal(...names));
  const body = ber(
    0x30,
    ber(0xa0, [3, 5, 0, 0, 0, 0, 0]),
    cname,
    ber(0xa2, ber(0x1b, ascii('LAB'))),
  );
  return ber(tag, ber(0x30, ber(0xa1, berInt(5)), ber(0xa2, berInt(tag & 0x1f)), ber(0xa4, body)));
}

export function kerberosReply(...names: readonly string[]): number[] {
  return ber(0x6b, ber(0x30, ber(0xa0, berInt(5)), ber(0xa1, berInt(11)), ber(0xa3, ber(0x1b, ascii('LAB'))), ber(0xa4, principal(...names)))); // prettier-ignore
}

export function kerberosError(code: number, ...names: readonly string[]): number[] {
  const cname = names.length === 0 ? [] : ber(0xa8, principal(...names));
  return ber(
    0x7e,
    ber(0x30, ber(0xa0, berInt(5)), ber(0xa1, berInt(30)), ber(0xa6, berInt(code)), cname),
  );
}

export function ldapMessage(operation: Bytes): Uint8Array {
  return Uint8Array.from(ber(0x30, berInt(7), operation));
}

export function ldapBind(name: string, proof: Bytes): Uint8Array {
  return ldapMessage(ber(0x60, berInt(3), ber(4, ascii(name)), proof));
}

export function ldapBindAnswer(code: number): Uint8Array {
  return ldapMessage(ber(0x61, berInt(code, 0x0a), ber(4), ber(4)));
}

function bsonText(key: string, text: string): number[] {
  return [2, ...ascii(`${key}\0`), ...le32(text.length + 1), ...ascii(`${text}\0`)];
}

function bsonDocument(...elements: readonly Bytes[]): number[] {
  const body = elements.flat();
  return [...le32(body.length + 5), ...body, 0];
}

function mongoMessage(responseTo: number, document: Bytes): Uint8Array {
  const length = 16 + 5 + document.length;
  return Uint8Array.from([...le32(length), ...le32(1), ...le32(responseTo), ...le32(2013), ...le32(0), 0, ...document]); // prettier-ignore
}

export function mongoSaslStart(user: string): Uint8Array {
  const first = ascii(`n,,n=${user},r=abc`);
  return mongoMessage(0, bsonDocument(
    [0x10, ...ascii('saslStart\0'), ...le32(1)],
    bsonText('mechanism', 'SCRAM-SHA-256'),
    [5, ...ascii('payload\0'), ...le32(first.length), 0, ...first],
  )); // prettier-ignore
}

export function mongoSaslDone(isDone: boolean): Uint8Array {
  return mongoMessage(1, bsonDocument(
    [0x10, ...ascii('conversationId\0'), ...le32(1)],
    [8, ...ascii('done\0'), isDone ? 1 : 0],
    [1, ...ascii('ok\0'), 0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
  )); // prettier-ignore
}

export function mongoError(codeName: string): Uint8Array {
  return mongoMessage(
    1,
    bsonDocument([0x10, ...ascii('code\0'), ...le32(18)], bsonText('codeName', codeName)),
  );
}

export function mqttConnect(user: string | undefined, level = 4): Uint8Array {
  const text = (value: string): number[] => [...be16(value.length), ...ascii(value)];
  const properties = level >= 5 ? [0] : [];
  const body = [
    ...text('MQTT'),
    level,
    user === undefined ? 2 : 0x82,
    0,
    60,
    ...properties,
    ...text('client'),
  ];
  const all = user === undefined ? body : [...body, ...text(user)];
  return Uint8Array.from([0x10, all.length, ...all]);
}

export function snmp(version: number, community: string, pdu: number): Uint8Array {
  return Uint8Array.from(ber(0x30, berInt(version), ber(4, ascii(community)), ber(pdu, berInt(1))));
}

export function dhcp(operation: number, ...options: readonly Bytes[]): Uint8Array {
  const bytes = new Uint8Array(240);
  bytes.set([operation, 1, 6, 0], 0);
  bytes.set([2, 0, 0, 0, 0, 9], 28);
  bytes.set([0x63, 0x82, 0x53, 0x63], 236);
  return Uint8Array.from([...bytes, ...options.flat(), 255]);
}

export function dhcpOption(code: number, value: string | Bytes): number[] {
  const bytes = typeof value === 'string' ? ascii(value) : value;
  return [code, bytes.length, ...bytes];
}
