import { ALPHABETS, randomText } from '../names.ts';
import type { Random } from '../random.ts';
import { textBytes } from './text-bytes.ts';

/**
 * Stratum as pools of four kinds of coin speak it, JSON-RPC, one object a line: Bitcoin's `mining.*`, Monero's
 * `login` and `submit`, the Ethereum proxies' `eth_*`, and Zcash's (ZIP 301), whose shares carry a solution of
 * 1,344 bytes.
 */
export const STRATUM_DIALECTS = ['bitcoin', 'monero', 'ethereum', 'zcash'] as const;
export type StratumDialect = (typeof STRATUM_DIALECTS)[number];

interface Dialect {
  /** What the miner says first, message by message. */
  login(random: Random): readonly unknown[];
  /** New work from the pool. */
  job(random: Random): unknown;
  /** A share found. */
  submit(random: Random, id: number): unknown;
  /** What the miner says so that the pool does not forget it. */
  keepAlive(random: Random, id: number): unknown;
}

const hex = (random: Random, length: number): string => randomText(random, ALPHABETS.hex, length);
const number = (random: Random, bytes: number): string => `0x${hex(random, 2 * bytes)}`;
const version = (random: Random): string => `${random.integer(0, 6)}.${random.integer(0, 22)}.${random.integer(0, 9)}`; // prettier-ignore
const wallet = (random: Random): string => randomText(random, ALPHABETS.base36, random.pick([34, 42, 95])); // prettier-ignore
const worker = (random: Random): string => `${wallet(random)}.${randomText(random, ALPHABETS.base36, random.integer(2, 8))}`; // prettier-ignore

const DIALECTS: Readonly<Record<StratumDialect, Dialect>> = {
  bitcoin: {
    login: (r) => [
      { id: 1, method: 'mining.subscribe', params: [`miner/${version(r)}`] },
      { id: 2, method: 'mining.authorize', params: [worker(r), 'x'] },
    ],
    job: (r) => ({ id: null, method: 'mining.notify', params: [hex(r, 8), hex(r, 64), hex(r, 120), hex(r, 100), [hex(r, 64), hex(r, 64)], '20000000', hex(r, 8), hex(r, 8), true] }), // prettier-ignore
    submit: (r, id) => ({ id, method: 'mining.submit', params: ['worker.1', hex(r, 8), hex(r, 8), hex(r, 8), hex(r, 8)] }), // prettier-ignore
    keepAlive: (_, id) => ({ id, method: 'mining.extranonce.subscribe', params: [] }),
  },
  monero: {
    login: (r) => [
      { id: 1, jsonrpc: '2.0', method: 'login', params: { login: wallet(r), pass: 'x', agent: `miner/${version(r)}`, algo: ['rx/0', 'cn/r'] } }, // prettier-ignore
    ],
    job: (r) => ({ jsonrpc: '2.0', method: 'job', params: { blob: hex(r, 152), job_id: hex(r, 16), target: hex(r, 8), height: r.integer(2e6, 3e6), seed_hash: hex(r, 64) } }), // prettier-ignore
    submit: (r, id) => ({ id, jsonrpc: '2.0', method: 'submit', params: { id: hex(r, 16), job_id: hex(r, 16), nonce: hex(r, 8), result: hex(r, 64) } }), // prettier-ignore
    keepAlive: (r, id) => ({
      id,
      jsonrpc: '2.0',
      method: 'keepalived',
      params: { id: hex(r, 16) },
    }),
  },
  ethereum: {
    login: (r) => [
      { id: 1, jsonrpc: '2.0', worker: 'rig', method: 'eth_submitLogin', params: [wallet(r)] },
      { id: 2, jsonrpc: '2.0', worker: '', method: 'eth_getWork', params: [] },
    ],
    job: (r) => ({ id: 0, jsonrpc: '2.0', result: [number(r, 32), number(r, 32), number(r, 32)] }),
    submit: (r, id) => ({ id, jsonrpc: '2.0', method: 'eth_submitWork', params: [number(r, 8), number(r, 32), number(r, 32)] }), // prettier-ignore
    keepAlive: (r, id) => ({ id, jsonrpc: '2.0', worker: '', method: 'eth_submitHashrate', params: [number(r, 32), number(r, 32)] }), // prettier-ignore
  },
  zcash: {
    login: (r) => [
      { id: 1, method: 'mining.subscribe', params: [`miner/${version(r)}`, null, 'pool', 0] },
      { id: 2, method: 'mining.authorize', params: [worker(r), 'x'] },
    ],
    job: (r) => ({ id: null, method: 'mining.notify', params: [hex(r, 8), '04000000', hex(r, 64), hex(r, 64), hex(r, 64), hex(r, 8), hex(r, 8), r.chance(0.5)] }), // prettier-ignore
    submit: (r, id) => ({ id, method: 'mining.submit', params: [worker(r), hex(r, 8), hex(r, 8), hex(r, 48), hex(r, 2694)] }), // prettier-ignore
    keepAlive: (_, id) => ({ id, method: 'mining.extranonce.subscribe', params: [] }),
  },
};

export function stratumLogin(random: Random, dialect: StratumDialect): Uint8Array[] {
  return DIALECTS[dialect].login(random).map(line);
}

export function stratumJob(random: Random, dialect: StratumDialect): Uint8Array {
  return line(DIALECTS[dialect].job(random));
}

export function stratumSubmit(random: Random, dialect: StratumDialect, id: number): Uint8Array {
  return line(DIALECTS[dialect].submit(random, id));
}

export function stratumKeepAlive(random: Random, dialect: StratumDialect, id: number): Uint8Array {
  return line(DIALECTS[dialect].keepAlive(random, id));
}

export function stratumAccepted(dialect: StratumDialect, id: number): Uint8Array {
  return dialect === 'monero'
    ? line({ id, jsonrpc: '2.0', error: null, result: { status: 'OK' } })
    : line({ id, result: true, error: null });
}

function line(message: unknown): Uint8Array {
  return textBytes(`${JSON.stringify(message)}\n`);
}
