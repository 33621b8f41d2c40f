import { communityId } from '../flow/community-id.ts';

type Ends = Parameters<typeof communityId>[0];

/** The Community ID of a flow between addresses; `null` where a log gives names (a web server's), which have none. */
export function knownCommunityId(flow: Ends): string | null {
  return isAddress(flow.originator) && isAddress(flow.responder) ? communityId(flow) : null;
}

const IPV4 = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;

function isAddress(text: string): boolean {
  return IPV4.test(text) || text.includes(':');
}
