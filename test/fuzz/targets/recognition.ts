import { parseAddress, parseNetwork, formatAddress } from '../../../src/bytes/ip-address.ts';
import { recogniseInput } from '../../../src/flow/recognise-input.ts';
import { recogniseCompression } from '../../../src/job/decompress.ts';
import { describeContent } from '../../../src/job/describe-content.ts';
import { Outcome } from '../digest.ts';
import { inTwoPlaces, mustHold, type FuzzTarget } from '../fuzz-target.ts';
import { LOG_SAMPLES } from '../log-samples.ts';
import { dialects } from './capture.ts';

/** Says what an input is, whatever it is. */
export const recognition: FuzzTarget = {
  name: 'recognition',
  maxLength: 2000,
  seeds: () => [
    ...dialects().map((bytes) => bytes.slice(0, 300)),
    ...LOG_SAMPLES.map(([, text]) => new Uint8Array(Buffer.from(text))),
  ],
  run: (input) => {
    const outcome = new Outcome();
    inTwoPlaces(input, (view) => {
      const format = recogniseInput(view) ?? '';
      const compression = recogniseCompression(view) ?? '';
      const words = describeContent(view);
      outcome.saw(`${format}/${compression}/${words.slice(0, 30)}`);
      let sum = 0;
      for (const letter of `${format}/${compression}/${words}`) sum = Math.imul(sum, 31) + letter.charCodeAt(0); // prettier-ignore
      return sum | 0;
    });
    return outcome.value;
  },
};

/** Texts of addresses and prefixes: what is read is written so that it is read again. */
export const addresses: FuzzTarget = {
  name: 'addresses',
  maxLength: 60,
  seeds: () =>
    ['10.0.0.1', '2001:db8::1', '::', '::ffff:1.2.3.4', 'fe80::1%eth0', '10.0.0.0/8', '::/0', '1:2:3:4:5:6:7:8'].map(
      (text) => new Uint8Array(Buffer.from(text)),
    ),
  run: (input) => {
    const text = Buffer.from(input).toString('latin1');
    const words = parseAddress(text);
    const network = parseNetwork(text);
    if (words !== undefined) {
      const again = parseAddress(formatAddress(words));
      mustHold(again?.join() === words.join(), 'an address that changes when written and read');
    }
    mustHold(network === undefined || (network.prefix >= 0 && network.prefix <= 128), 'a prefix');
    return (words === undefined ? 0 : 1) + (network === undefined ? 0 : 2);
  },
}; // prettier-ignore
