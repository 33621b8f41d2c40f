import type { Random } from '../random.ts';
import { invented } from '../names.ts';
import { dnsQuery, DNS_TYPES } from './dns-message.ts';
import { textBytes } from './text-bytes.ts';

const SERVICES = ['_googlecast._tcp', '_airplay._tcp', '_ipp._tcp', '_printer._tcp', '_hap._tcp', '_spotify-connect._tcp', '_companion-link._tcp'] as const; // prettier-ignore
const SEARCHES = ['ssdp:all', 'upnp:rootdevice', 'urn:dial-multiscreen-org:service:dial:1', 'urn:schemas-upnp-org:device:InternetGatewayDevice:1'] as const; // prettier-ignore

/** A service question of multicast DNS (RFC 6762); its id is 0 and it desires no recursion. */
export function multicastDnsQuery(random: Random): Uint8Array {
  const query = dnsQuery({ id: 0, name: `${random.pick(SERVICES)}.local`, type: DNS_TYPES.PTR });
  query[2] = 0;
  return query;
}

/** Link-local name resolution of Windows (RFC 4795): DNS with its own flags. */
export function linkLocalQuery(random: Random, name: string): Uint8Array {
  const query = dnsQuery({ id: random.integer(0, 0xffff), name, type: DNS_TYPES.A });
  query[2] = 0;
  return query;
}

/** A NetBIOS name query broadcast (RFC 1002 §4.2.12): half-ASCII name. */
export function netbiosQuery(random: Random, name: string): Uint8Array {
  const padded = name.toUpperCase().padEnd(15, ' ').slice(0, 15) + '\0';
  let encoded = '';
  for (const char of padded) {
    const code = char.charCodeAt(0);
    encoded += String.fromCharCode(65 + (code >> 4), 65 + (code & 15));
  }
  const query = dnsQuery({ id: random.integer(0, 0xffff), name: encoded, type: 32 });
  query.set([0x01, 0x10], 2);
  return query;
}

export function ssdpSearch(random: Random): Uint8Array {
  return textBytes(
    `M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: ${random.integer(1, 3)}\r\nST: ${random.pick(SEARCHES)}\r\n\r\n`,
  );
}

export function ssdpResponse(random: Random, location: string): Uint8Array {
  return textBytes(
    `HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\nLOCATION: http://${location}:5000/rootDesc.xml\r\nSERVER: ${invented(random)}/1.0 UPnP/1.1\r\nST: ${random.pick(SEARCHES)}\r\nUSN: uuid:${invented(random, 4)}::upnp:rootdevice\r\n\r\n`,
  );
}
