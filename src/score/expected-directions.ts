import { featureNames } from '../host/feature-schema.ts';
import type { Monotone } from '../learn/trees/tree-constraints.ts';
import { FAMILY_NAMES, type Family } from './family.ts';

/**
 * What the field knows whatever the data set: more of it never makes a host look less like the family. Few hosts of one
 * data set must not teach a model the opposite.
 */
export const RISES_WITH: Readonly<Partial<Record<Family, readonly string[]>>> = {
  scan: [
    'sequential_hypothesis_ratio',
    'failed_targets_on_one_port',
    'failed_ports_at_one_target',
    'silent_destination_share',
    'unanswered_share',
  ],
  bruteforce: [
    'channel_login_failures',
    'login_failures',
    'honeypot_logins',
    'http_denied',
    'http_login_requests',
  ],
  webattack: [
    'http_attack_tokens',
    'http_attack_token_share',
    'http_tool_agent_share',
    'http_not_found',
  ],
  exploit: ['smb_rare_transactions', 'program_flows', 'shell_flows'],
  c2: [
    'beacon_score',
    'tls_self_signed_certificates',
    'tls_unlisted_port_hellos',
    'dns_failed_names',
    'dns_address_echo_queries',
    'dns_dynamic_queries',
    'irc_commands',
    'program_flows',
    'shell_flows',
    'http_address_host_requests',
  ],
  tunnel: ['dns_long_label_share', 'dns_carrier_type_share', 'icmp_payload_per_packet'],
  exfil: ['upload_channel_bytes', 'ftp_uploads'],
  lateral: ['rpc_control_binds', 'rpc_control_peers', 'smb_admin_share_peers'],
  spam: ['mails', 'recipients_per_mail'],
  mining: ['mining_commands', 'mining_flow_share'],
};

/** What else is evidence by itself, though a direction does not always hold. */
const ALSO_EVIDENCE = [
  'busiest_channel_flows',
  'busiest_channel_rate',
  'target_flow_rate',
  'target_sources',
  'slow_flows',
  'victim_sources',
  'victim_flow_rate',
  'victim_unsolicited_share',
  'http_login_path_share',
  'http_not_found_share',
  'http_requests',
  'http_unanswered',
  'http_unique_uri_share',
  'unsolicited_share',
  'originated_share',
  'half_open_share',
] as const;

/** The columns of what says something of a host whatever network it is in. */
export function evidenceColumns(): number[] {
  const names = new Set([...Object.values(RISES_WITH).flat(), ...ALSO_EVIDENCE]);
  return [...names].map((name) => featureNames.indexOf(name)).sort((a, b) => a - b);
}

/** `RISES_WITH` by column and class, as trees take it. */
export function expectedDirections(): Monotone {
  const directions: Record<number, Record<number, 1>> = {};
  for (const [family, features] of Object.entries(RISES_WITH)) {
    const label = FAMILY_NAMES.indexOf(family as Family);
    for (const feature of features) (directions[featureNames.indexOf(feature)] ??= {})[label] = 1;
  }
  return directions;
}
