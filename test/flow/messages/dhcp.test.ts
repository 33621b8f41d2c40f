import { describe, expect, test } from 'vitest';
import { answer, ask, ends } from './read-packet.ts';
import { dhcp, dhcpOption } from './service-bytes.ts';

describe('DHCP', () => {
  test('message type, names and hardware address', () => {
    const payload = dhcp(1, dhcpOption(53, [1]), [0], dhcpOption(12, 'laptop'), dhcpOption(60, 'MSFT 5.0\0')); // prettier-ignore
    expect(ask(67, payload, 17)).toMatchObject({
      service: 'dhcp',
      events: [
        {
          kind: 'dhcp',
          messageType: 1,
          hostName: 'laptop',
          vendorClass: 'MSFT 5.0',
          hardwareAddress: '02:00:00:00:00:09',
          ...ends,
        },
      ],
    });
  });

  test('a server answers its client; BOOTP has no message type', () => {
    expect(answer(67, dhcp(2, dhcpOption(53, [5])), 17).events).toMatchObject([
      { messageType: 5, ...ends },
    ]);
    expect(ask(67, dhcp(1), 17).events).toMatchObject([{ messageType: NaN, hostName: '' }]);
  });

  test('an option that is longer than the message ends it', () => {
    const cut = dhcp(1, dhcpOption(53, [3]), [12, 200, 65]);
    expect(ask(67, cut, 17).events).toMatchObject([{ messageType: 3, hostName: '' }]);
  });
});
