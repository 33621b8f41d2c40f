import { describe, expect, test } from 'vitest';
import { reply } from '../make-packet.ts';
import { answer, ask, readAll, segments } from './read-stream.ts';

describe('a request', () => {
  test('says what it carries', () => {
    const payload =
      'POST http://h/login HTTP/1.1\r\nHOST:\th \r\nreferer: x\r\nContent-Type: Text/HTML; charset=x\r\nContent-Length: 4\r\n\r\na=bc';
    expect(ask(3128, payload).events).toMatchObject([
      {
        method: 'POST',
        uri: 'http://h/login',
        host: 'h',
        hasReferer: true,
        contentType: 'text/html',
        contentLength: 4,
      },
    ]);
    expect(ask(80, 'GET / HTTP/1.0\n\n').events).toMatchObject([
      { hasReferer: false, contentType: '', contentLength: NaN, host: '', userAgent: '' },
    ]);
  });

  test('pipelined requests are each read, and bodies are passed over', () => {
    const post = 'POST /1 HTTP/1.1\r\nContent-Length: 18\r\n\r\nGET /no HTTP/1.1\r\n';
    const stream = `${post}GET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n`;
    for (const sizes of [[1000], [post.length + 30, 5], [post.length + 5, 20]]) {
      const { events } = readAll(segments(stream, sizes));
      expect(events.map((e) => e.kind === 'http-request' && e.uri)).toEqual(['/1', '/2', '/3']);
    }
  });

  test('the body of one that says no length, or says chunked, holds no other', () => {
    const inner = 'GET /no HTTP/1.1\r\n\r\n';
    const chunked = `POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${inner}`;
    expect(ask(80, chunked).events).toHaveLength(1);
    expect(answer(80, `HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 500 No\r\n\r\n`).events).toMatchObject([
      { status: 200 },
    ]);
  });

  test('CONNECT asks a proxy for another host', () => {
    const payload =
      'CONNECT h.example:443 HTTP/1.1\r\nHost: h.example:443\r\n\r\nGET / HTTP/1.1\r\n\r\n';
    expect(ask(8080, payload).events).toMatchObject([{ method: 'CONNECT', uri: 'h.example:443' }]);
  });

  test.each(['HTTP/1.0.8', 'HTTP/0.9', 'HTTP/1.1'])('of %s', (version) => {
    expect(ask(80, `GET /a b ${version}\r\n\r\n`).events).toMatchObject([{ uri: '/a b' }]);
  });

  test('sent word by word', () => {
    const { events } = readAll(segments('POST /x HTTP/1.1\r\nHost: a\r\n\r\n', [5, 3, 9]));
    expect(events).toMatchObject([{ method: 'POST', uri: '/x', host: 'a' }]);
  });

  test('a head of HTTP/2 is its service', () => {
    expect(ask(80, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0')).toMatchObject({
      services: ['http2'],
      events: [],
    });
  });
});

describe('a response', () => {
  test('says what it carries', () => {
    const payload =
      'HTTP/1.1 206 Partial\r\nContent-Type: video/mp4\r\nContent-Length: 5\r\n\r\nab';
    expect(answer(80, payload).events).toMatchObject([
      { status: 206, contentType: 'video/mp4', contentLength: 5 },
    ]);
  });

  test('pipelined, behind those without a body', () => {
    const stream =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not\r\nContent-Length: 900\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.0 404 No\r\n\r\n';
    const { events } = readAll(segments(stream, [40, 33], reply({})));
    expect(events.map((e) => e.kind === 'http-response' && e.status)).toEqual([100, 304, 200, 404]);
  });

  test('101 begins another protocol', () => {
    const payload = 'HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\nHTTP/1.1 200 OK\r\n\r\n';
    expect(answer(80, payload).events).toMatchObject([{ status: 101 }]);
  });

  test.each(['HTTP/1.1 2000 OK\r\n\r\n', 'HTTP/1.1 abc\r\n\r\n', 'HTTP/1.\xff 200 OK\r\n\r\n'])(
    'is not %j',
    (payload) => {
      expect(answer(80, payload)).toMatchObject({ services: [''], events: [] });
    },
  );
});
