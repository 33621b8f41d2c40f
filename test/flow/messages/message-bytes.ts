/** Bytes of messages, built for the tests. */

export function u16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

export function dnsName(name: string): number[] {
  if (name === '') return [0];
  return [...name.split('.').flatMap((label) => [label.length, ...ascii(label)]), 0];
}

export function dnsQuery(name: string, type = 1): Uint8Array {
  return Uint8Array.from([0x12, 0x34, 1, 0, ...u16(1), 0, 0, 0, 0, 0, 0, ...dnsName(name), ...u16(type), 0, 1]); // prettier-ignore
}

/** An answer record whose name points at the question. */
export function answer(type: number, ttl: number, data: readonly number[]): number[] {
  return [
    0xc0,
    12,
    ...u16(type),
    0,
    1,
    ...u16(ttl >>> 16),
    ...u16(ttl),
    ...u16(data.length),
    ...data,
  ];
}

export function dnsResponse(
  name: string,
  type: number,
  code: number,
  answers: readonly number[][] = [],
): Uint8Array {
  return Uint8Array.from([
    0x12, 0x34, 0x81, 0x80 | code, ...u16(1), ...u16(answers.length), 0, 0, 0, 0,
    ...dnsName(name), ...u16(type), 0, 1, ...answers.flat(),
  ]); // prettier-ignore
}

export function extension(type: number, body: readonly number[]): number[] {
  return [...u16(type), ...u16(body.length), ...body];
}

function serverName(name: string): number[] {
  const entry = [0, ...u16(name.length), ...ascii(name)];
  return extension(0, [...u16(entry.length), ...entry]);
}

/** A handshake record with one hello: type 1 the client's, 2 the server's. */
export function hello(type: number, body: readonly number[]): Uint8Array {
  const message = [type, 0, ...u16(body.length), ...body];
  return Uint8Array.from([0x16, 3, 1, ...u16(message.length), ...message]);
}

function clientHello(ciphers: readonly number[], extensions: readonly number[][]): Uint8Array {
  const all = extensions.flat();
  return hello(1, [
    3, 3, ...new Array<number>(32).fill(7), 0, ...u16(ciphers.length * 2), ...ciphers.flatMap(u16), 1, 0,
    ...u16(all.length), ...all,
  ]); // prettier-ignore
}

/** The hello whose fingerprint FoxIO's JA4 description works out, with GREASE put in. */
export function chromeHello(): Uint8Array {
  const signatures = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601].flatMap(u16);
  const ciphers = [
    0x8a8a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d,
    0x002f, 0x0035,
  ]; // prettier-ignore
  const plain = [0x0017, 0xff01, 0x000a, 0x000b, 0x0023, 0x0005, 0x0012, 0x0033, 0x002d, 0x001b, 0x4469, 0x0015]; // prettier-ignore
  return clientHello(ciphers, [
    extension(0x3a3a, []),
    serverName('Clients.Example'),
    ...plain.map((type) => extension(type, [])),
    extension(0x0010, [0, 12, 2, ...ascii('h2'), 8, ...ascii('http/1.1')]),
    extension(0x000d, [...u16(signatures.length), ...signatures]),
    extension(0x002b, [6, 0x6a, 0x6a, 3, 4, 3, 3]),
  ]);
}
