import { RapsheetError } from '../../../src/job/errors.ts';
import { parseLabels } from '../../../src/job/labels-file.ts';
import { parseRecipe } from '../../../src/synth/recipe.ts';
import { mustHold, type FuzzTarget } from '../fuzz-target.ts';

/** Files that a user writes by hand: read, or refused in words. */
export const labelsFile: FuzzTarget = {
  name: 'labels-file',
  maxLength: 1000,
  seeds: () =>
    [
      'input,host,label\na.pcap,10.0.0.1,scan/horizontal\n"b, c.pcap",10.0.0.0/8,benign\n',
      '\ufeffinput,host,label,start,end\r\na.pcap,*,benign,0,1.5\r\nb,2001:db8::1,c2,1714521600,\r\n',
    ].map((text) => new Uint8Array(Buffer.from(text))),
  run: (input) => {
    try {
      return parseLabels(Buffer.from(input).toString('utf8'), 'labels.csv').length + 1;
    } catch (error) {
      if (!(error instanceof RapsheetError)) throw error;
      mustHold(error.line.length < 4000, 'an error without a bound');
      return 0;
    }
  },
};

export const recipe: FuzzTarget = {
  name: 'recipe',
  maxLength: 1000,
  seeds: () =>
    [
      { name: 'a', durationS: 60, actors: [{ actor: 'horizontal-scan', count: [1, 2], parameters: {} }] },
      { name: 'b', durationS: 60, network: { ipVersion: 6 }, actors: [{ actor: 'office-client', maximumPackets: 9 }] },
    ].map((json) => new Uint8Array(Buffer.from(JSON.stringify(json)))),
  run: (input) => {
    let json: unknown;
    try {
      json = JSON.parse(Buffer.from(input).toString('utf8'));
    } catch {
      return 0;
    }
    try {
      return parseRecipe(json).actors.length;
    } catch (error) {
      const isRefusal = error instanceof TypeError || error instanceof RangeError;
      if (!isRefusal || !error.message.startsWith('recipe')) throw error;
      return -1;
    }
  },
}; // prettier-ignore
