import { describe, expect, test } from 'vitest';
import { ask } from './read-packet.ts';

describe("plants' protocols", () => {
  // IEEE 1815's frame that resets a link.
  const dnp3 = '\x05\x64\x05\xc0\x01\0\0\x04\xe9\x21';
  test.each([
    [502, '\0\x01\0\0\0\x06\x01\x03\0\0\0\x0a', 'modbus'],
    [502, '\0\x01\0\x09\0\x06\x01\x03\0\0\0\x0a', ''],
    [20001, dnp3, 'dnp3'],
    [20000, dnp3.replace('\xe9', '\xe8'), ''],
    [2404, '\x68\x04\x07\0\0\0', 'iec104'],
    [2405, '\x68\x04\x07\0\0\0', ''],
    [44818, `\x65\0\x04\0${'\0'.repeat(20)}\x01\0\0\0`, 'enip'],
    [4840, 'HELF\x38\0\0\0\0\0\0\0', 'opcua'],
    [102, '\x03\0\0\x09\x02\xf0\x80\x32\x01', 's7comm'],
    [102, '\x03\0\0\x09\x02\xf0\x80\x01\0', 'mms'],
    [80, 'ABCF\x08\0\0\0', ''],
  ])('port %i %j is %j', (port, payload, service) => {
    expect(ask(port, payload).service).toBe(service);
  });
});
