import { ByteWriter } from '../../bytes/byte-writer.ts';
import { joinBytes, textBytes } from './text-bytes.ts';

/** UUIDs of Windows' interfaces, as they are written (MS-RPCE §2.2, each protocol's own §1.9). */
const INTERFACES = {
  srvsvc: '4b324fc8-1670-01d3-1278-5a47bf6ee188',
  wkssvc: '6bffd098-a112-3610-9833-46c3f87e345a',
  svcctl: '367abb81-9844-35f1-ad32-98f038001003',
  atsvc: '1ff70682-0a51-30e8-076d-740be8cee98b',
  winreg: '338cd001-2244-31f1-aaaa-900038001003',
  samr: '12345778-1234-abcd-ef00-0123456789ac',
  lsarpc: '12345778-1234-abcd-ef00-0123456789ab',
  netlogon: '12345678-1234-abcd-ef00-01234567cffb',
  spoolss: '12345678-1234-abcd-ef00-0123456789ab',
  eventlog: '82273fdc-e32a-18c3-3f78-827929dc23ea',
  epmapper: 'e1af8308-5d1f-11c9-91a4-08002b14a0fa',
  drsuapi: 'e3514235-4b06-11d1-ab04-00c04fc2dcd2',
} as const;

export type RpcInterface = keyof typeof INTERFACES;

const NDR = '8a885d04-1ceb-11c9-9fe8-08002b104860';

/** A connection-oriented PDU (C706 §12.6.3.1), little-endian, in one fragment. */
function pdu(type: number, body: Uint8Array): Uint8Array {
  const out = new ByteWriter(16 + body.length);
  out.slice(Uint8Array.of(5, 0, type, 3, 0x10, 0, 0, 0));
  out.u16le(16 + body.length);
  out.u16le(0);
  out.u32le(1);
  out.slice(body);
  return out.toBytes();
}

/** Asks for an interface with NDR as its only transfer syntax (§12.6.4.3). */
export function rpcBind(name: RpcInterface): Uint8Array {
  const out = new ByteWriter(64);
  out.u16le(4280);
  out.u16le(4280);
  out.u32le(0);
  out.u32le(1);
  out.u16le(0);
  out.u16le(1);
  out.slice(uuidBytes(INTERFACES[name]));
  out.u32le(name === 'svcctl' ? 2 : name === 'srvsvc' || name === 'epmapper' ? 3 : 1);
  out.slice(uuidBytes(NDR));
  out.u32le(2);
  return pdu(11, out.toBytes());
}

/** The interface is there (§12.6.4.4). */
export function rpcBindAck(name: RpcInterface): Uint8Array {
  const address = textBytes(`\\PIPE\\${name}\0`);
  const out = new ByteWriter(64);
  out.u16le(4280);
  out.u16le(4280);
  out.u32le(0x4e21);
  out.u16le(address.length);
  out.slice(address);
  while ((16 + out.length) % 4 !== 0) out.u8(0);
  out.u32le(1);
  out.u32le(0);
  out.slice(uuidBytes(NDR));
  out.u32le(2);
  return pdu(12, out.toBytes());
}

/** A call of one of the interface's operations by number (§12.6.4.9). */
export function rpcRequest(operation: number, stub: Uint8Array): Uint8Array {
  const head = new ByteWriter(8);
  head.u32le(stub.length);
  head.u16le(0);
  head.u16le(operation);
  return pdu(0, joinBytes(head.toBytes(), stub));
}

/** What a call gives back (§12.6.4.10). */
export function rpcResponse(stub: Uint8Array): Uint8Array {
  const head = new ByteWriter(8);
  head.u32le(stub.length);
  head.u32le(0);
  return pdu(2, joinBytes(head.toBytes(), stub));
}

/** The first three fields of a UUID are little-endian numbers. */
function uuidBytes(text: string): Uint8Array {
  const [first, second, third, fourth, fifth] = text.split('-') as [string, string, string, string, string]; // prettier-ignore
  return Uint8Array.from([
    ...hexBytes(first).reverse(),
    ...hexBytes(second).reverse(),
    ...hexBytes(third).reverse(),
    ...hexBytes(fourth),
    ...hexBytes(fifth),
  ]);
}

function hexBytes(text: string): number[] {
  return Array.from({ length: text.length / 2 }, (_, i) =>
    parseInt(text.slice(2 * i, 2 * i + 2), 16),
  );
}
