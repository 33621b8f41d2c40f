import { describe, expect, test } from 'vitest';
import { answer, ask, logins, verbs } from './read-packet.ts';

describe('RTSP', () => {
  test('methods, and the name in a digest', () => {
    expect(verbs(ask(554, 'DESCRIBE rtsp://cam/1 RTSP/1.0\r\nCSeq: 2\r\n\r\n'))).toEqual(['DESCRIBE']); // prettier-ignore
    const digest = 'DESCRIBE rtsp://cam/1 RTSP/1.0\r\nAuthorization: Digest username="admin", realm="x"\r\n\r\n'; // prettier-ignore
    expect(logins(ask(8554, digest))).toEqual(['unknown admin']);
    const basic = 'DESCRIBE rtsp://cam/1 RTSP/1.0\r\nAuthorization: Basic eDp5\r\n\r\n';
    expect(logins(ask(554, basic))).toEqual(['unknown']);
  });

  test('401 asks as well as it refuses', () => {
    expect(logins(answer(554, 'RTSP/1.0 401 Unauthorized\r\n\r\n'))).toEqual(['unknown']);
    expect(logins(answer(554, 'RTSP/1.0 403 Forbidden\r\n\r\n'))).toEqual(['failure']);
    expect(answer(554, 'RTSP/1.0 200 OK\r\n\r\n')).toMatchObject({ service: 'rtsp', events: [] });
  });
});
