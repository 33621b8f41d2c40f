/** pcap-parser has no types of its own: what the tests and the bench use of it. */
declare module 'pcap-parser' {
  import type { Readable } from 'node:stream';

  interface Parser {
    on(event: 'packet', listener: (record: unknown) => void): void;
    on(event: 'end', listener: () => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
  }

  export function parse(input: Readable | string): Parser;
  const parser: { parse: typeof parse };
  export default parser;
}
