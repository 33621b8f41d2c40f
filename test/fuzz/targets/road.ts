import { readTraffic } from '../../../src/flow/read-traffic.ts';
import { HostTable } from '../../../src/host/host-table.ts';
import { Outcome } from '../digest.ts';
import { chunkStream, cutsOf, mustHold, type FuzzTarget } from '../fuzz-target.ts';
import { captureOf, frames } from './frames.ts';

/** Frames → flows and events → host profiles, which must survive being written and read. */
export const road: FuzzTarget = {
  name: 'road',
  maxLength: 3000,
  seeds: frames.seeds,
  seedsOfCapture: frames.seedsOfCapture!,
  run: async (input) => {
    const file = captureOf(input);
    const [whole, chunked] = [new HostTable(), new HostTable()];
    await readTraffic('pcap', chunkStream(file, []), whole);
    await readTraffic('pcap', chunkStream(file, cutsOf(file)), chunked);
    const bytes = whole.encode();
    mustHold(Buffer.compare(bytes, chunked.encode()) === 0, 'chunks change the profiles');
    const again = HostTable.decode(bytes).encode();
    mustHold(Buffer.compare(bytes, again) === 0, 'profiles change when written and read');
    const outcome = new Outcome();
    for (const reason of whole.skips.keys()) outcome.saw(reason);
    mustHold(!whole.skips.has('impossibleFlow'), 'a flow that profiles refuse');
    mustHold(!whole.skips.has('impossibleEvent'), 'an event that profiles refuse');
    outcome.sawSize('bytes', bytes.length);
    outcome.sawSize('hosts', whole.size);
    return outcome.value;
  },
};
