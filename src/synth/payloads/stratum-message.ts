import { ALPHABETS, randomText } from '../names.ts';
import type { Random } from '../random.ts';
import { textBytes } from './text-bytes.ts';

/** Stratum as Monero's and as Bitcoin's pools speak it: JSON-RPC, one object a line. */
export type StratumDialect = 'monero' | 'bitcoin';

function line(message: unknown): Uint8Array {
  return textBytes(`${JSON.stringify(message)}\n`);
}

export function stratumLogin(random: Random, dialect: StratumDialect, agent: string): Uint8Array {
  const wallet = `4${randomText(random, ALPHABETS.base36, 94)}`;
  return dialect === 'monero'
    ? line({
        id: 1,
        jsonrpc: '2.0',
        method: 'login',
        params: { login: wallet, pass: 'x', agent, algo: ['rx/0', 'cn/r'] },
      })
    : line({ id: 1, method: 'mining.subscribe', params: [agent] });
}

export function stratumJob(random: Random, dialect: StratumDialect): Uint8Array {
  const hex = (length: number): string => randomText(random, ALPHABETS.hex, length);
  return dialect === 'monero'
    ? line({ jsonrpc: '2.0', method: 'job', params: { blob: hex(152), job_id: hex(16), target: hex(8), height: random.integer(2e6, 3e6), seed_hash: hex(64) } }) // prettier-ignore
    : line({ id: null, method: 'mining.notify', params: [hex(8), hex(64), hex(120), hex(100), [hex(64), hex(64)], '20000000', hex(8), hex(8), true] }); // prettier-ignore
}

export function stratumSubmit(random: Random, dialect: StratumDialect, id: number): Uint8Array {
  const hex = (length: number): string => randomText(random, ALPHABETS.hex, length);
  return dialect === 'monero'
    ? line({ id, jsonrpc: '2.0', method: 'submit', params: { id: hex(16), job_id: hex(16), nonce: hex(8), result: hex(64) } }) // prettier-ignore
    : line({ id, method: 'mining.submit', params: ['worker.1', hex(8), hex(8), hex(8), hex(8)] });
}

export function stratumAccepted(dialect: StratumDialect, id: number): Uint8Array {
  return dialect === 'monero'
    ? line({ id, jsonrpc: '2.0', error: null, result: { status: 'OK' } })
    : line({ id, result: true, error: null });
}

export function stratumKeepAlive(id: number): Uint8Array {
  return line({ id, jsonrpc: '2.0', method: 'keepalived', params: { id: 'x' } });
}
