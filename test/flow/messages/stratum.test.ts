import { describe, expect, test } from 'vitest';
import { readMiningPost } from '../../../src/flow/messages/stratum.ts';
import { Collector, makePacket } from '../make-packet.ts';
import { answer, ask, ends, verbs } from './read-packet.ts';

describe('mining', () => {
  test('several objects in a packet, from both sides', () => {
    const subscribe = '{"id":1,"method":"mining.subscribe","params":[]}\n';
    const authorize = '{"id":2,"method":"mining.authorize","params":["w","x"]}\n';
    expect(verbs(ask(3333, subscribe + authorize))).toEqual(['mining.subscribe', 'mining.authorize']); // prettier-ignore
    const target = '{"id":null,"method":"mining.set_target","params":["00"]}\n';
    const notify = '{"id":null,"method":"mining.notify","params":["a"]}\n';
    const seen = answer(3333, target + notify);
    expect(verbs(seen)).toEqual(['mining.set_target', 'mining.notify']);
    expect(seen.events[0]).toMatchObject(ends);
  });

  test.each([
    '{"id":1,"jsonrpc":"2.0","error":null,"result":{"id":"x","job":{"blob":"07","job_id":"1"},"status":"OK"}}\n',
    `{"id":0,"jsonrpc":"2.0","result":["0x${'a'.repeat(64)}","0x${'0'.repeat(64)}","0x${'f'.repeat(64)}"]}\n`,
    '{"id":1,"result":[[["mining.notify","ae"]],"08",4],"error":null}\n',
  ])('an answer without a method names the service: %s', (payload) => {
    expect(answer(14444, payload)).toMatchObject({ service: 'stratum', events: [] });
  });

  test('JSON-RPC of others is none', () => {
    expect(ask(8545, '{"jsonrpc":"2.0","method":"eth_blockNumber","id":1}').service).toBe('');
    expect(ask(80, '{"method":"login","params":{"user":"a"}}').service).toBe('');
    expect(answer(80, '{"result":{"status":"fine"}}').service).toBe('');
  });

  test('a miner that asks over HTTP', () => {
    const body = '{"id":1,"jsonrpc":"2.0","method":"eth_getWork","params":[]}';
    const sink = new Collector();
    const post = makePacket({ payload: `POST / HTTP/1.1\r\nHost: pool\r\n\r\n${body}` });
    expect(readMiningPost(post, sink)).toBe(true);
    expect(sink.events).toMatchObject([{ service: 'stratum', verb: 'eth_getWork', ...ends }]);
    expect(readMiningPost(makePacket({ payload: `GET / HTTP/1.1\r\n\r\n${body}` }), sink)).toBe(false); // prettier-ignore
  });
});
