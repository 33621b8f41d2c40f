import { serviceOf } from '../flow/service.ts';
import type { HostVector } from './feature-schema.ts';
import { plainFeature } from './feature-schema.ts';

/**
 * What kind within a family: rules on the same numbers the model sees, so that a report can say `scan/horizontal`
 * where the model says `scan`. `''` when no rule holds. Families are those of DESIGN's table; others give `''`.
 */
export function behaviourDetail(family: string, host: HostVector): string {
  return DETAILS[family]?.(host) ?? '';
}

const DETAILS: Readonly<Record<string, (host: HostVector) => string>> = {
  benign: benignDetail,
  scan: scanDetail,
  bruteforce: bruteforceDetail,
  dos: dosDetail,
  webattack: webattackDetail,
  exploit: (host) => (value(host, 'destinations') >= 20 ? 'worm' : ''),
  c2: c2Detail,
  tunnel: tunnelDetail,
  lateral: (host) => serviceOfChannel(host, 'busiest'),
};

function benignDetail(host: HostVector): string {
  const originated = value(host, 'originated_share');
  return originated <= 0.2 ? 'server' : originated >= 0.8 ? 'client' : '';
}

/** NEMEA's and Zeek's scan detectors draw the line between few and many at about 20. */
function scanDetail(host: HostVector): string {
  if (value(host, 'icmp_share') >= 0.5) return 'sweep';
  const destinations = value(host, 'destinations');
  const portsEach = value(host, 'ports_per_destination');
  if (portsEach >= 10 && destinations < 10) return 'vertical';
  if (portsEach >= 10) return 'mixed';
  if (destinations >= 10) return 'horizontal';
  return value(host, 'destination_ports') >= 10 ? 'vertical' : 'service';
}

function bruteforceDetail(host: HostVector): string {
  return value(host, 'http_requests') >= 20 ? 'http' : serviceOfChannel(host, 'login');
}

function dosDetail(host: HostVector): string {
  if (host.profile.originator === undefined) return 'reflection';
  if (value(host, 'slow_flow_share') >= 0.5) return 'slow';
  if (value(host, 'udp_share') >= 0.5)
    return serviceOfChannel(host, 'busiest') === 'dhcp' ? 'dhcp' : 'udp';
  if (value(host, 'icmp_share') >= 0.5) return 'icmp';
  return value(host, 'established_share') >= 0.5 ? 'http' : 'syn';
}

function webattackDetail(host: HostVector): string {
  if (value(host, 'http_requests') >= 100 || value(host, 'http_tool_agent_share') > 0)
    return 'scanner';
  return value(host, 'http_attack_tokens') > 0 ? 'injection' : '';
}

function c2Detail(host: HostVector): string {
  if (value(host, 'irc_commands') > 0) return 'irc';
  if (value(host, 'dns_failed_names') >= 20 && value(host, 'dns_nxdomain_share') >= 0.3)
    return 'dga';
  return value(host, 'beacon_score') >= 0.8 ? 'beacon' : '';
}

function tunnelDetail(host: HostVector): string {
  const inDns = value(host, 'dns_names') >= 10 && value(host, 'dns_subdomain_length_p95') >= 20;
  if (inDns) return 'dns';
  if (value(host, 'icmp_payload') >= 1000) return 'icmp';
  return value(host, 'tls_hellos') > 0 ? 'doh' : '';
}

function serviceOfChannel(host: HostVector, which: 'busiest' | 'login'): string {
  const key = host.channels[which]?.key;
  return key === undefined ? '' : serviceOf(key.protocol, key.responderPort, '');
}

/** A missing feature fails every comparison. */
function value(host: HostVector, name: string): number {
  return plainFeature(host.vector, name);
}
