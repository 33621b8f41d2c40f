import { DistinctCounter } from '../../stats/distinct.ts';
import type { DnsProfile } from '../dns-profile.ts';
import type { SessionProfile } from '../session-profile.ts';
import type { WebProfile } from '../web-profile.ts';
import type { WindowsProfile } from '../windows-profile.ts';
import { featureGroup, share, type FeatureDefinition, type HostView } from './feature.ts';

type DnsCounter = Parameters<DnsProfile['count']>[0];
type WebCounter = Parameters<WebProfile['count']>[0];
type SessionCounter = Parameters<SessionProfile['count']>[0];
type WindowsCounter = Parameters<WindowsProfile['count']>[0];

const dns = (v: HostView, counter: DnsCounter): number => v.profile.dns?.count(counter) ?? 0;
const web = (v: HostView, counter: WebCounter): number => v.profile.web?.count(counter) ?? 0;
const session = (v: HostView, counter: SessionCounter): number =>
  v.profile.sessions?.count(counter) ?? 0;
const windows = (v: HostView, counter: WindowsCounter): number =>
  v.profile.windows?.count(counter) ?? 0;
const queryType = (v: HostView, ...types: number[]): number =>
  types.reduce((sum, type) => sum + (v.profile.dns?.queryTypes.count(String(type)) ?? 0), 0);
const status = (v: HostView, ...keys: string[]): number =>
  keys.reduce((sum, key) => sum + (v.profile.web?.statuses.count(key) ?? 0), 0);
const queries = (v: HostView): number => dns(v, 'queries');
const requests = (v: HostView): number => web(v, 'requests');
const flows = (v: HostView): number => v.profile.originator?.flows ?? 0;

/** RR TYPE numbers that carry much data in an answer: TXT, NULL, CNAME, MX, SRV, KEY, private use. */
const CARRIER_TYPES = [16, 10, 5, 15, 33, 25, 65399];

export const DNS_FEATURES: readonly FeatureDefinition[] = featureGroup('dns', 'dns', [
  ['dns_queries', 'count', 'DNS queries', 'asked {} DNS questions', queries],
  ['dns_queries_per_flow', 'ratio', 'DNS queries / flows opened', 'asked {} DNS questions a flow', (v) => share(queries(v), flows(v))],
  ['dns_names', 'count', 'distinct names asked for', 'asked for {} names', (v) => v.profile.dns?.names.estimate() ?? 0],
  ['dns_domains', 'count', 'distinct registered domains asked for', 'asked for {} domains', (v) => v.profile.dns?.domains.estimate() ?? 0],
  ['dns_names_per_domain', 'ratio', 'distinct names / distinct registered domains', 'asked for {} names in each domain', (v) => share(v.profile.dns?.names.estimate() ?? 0, v.profile.dns?.domains.estimate() ?? 0)],
  ['dns_top_domain_share', 'share', 'queries for the commonest registered domain / queries', '{} of its DNS questions were about one domain', (v) => v.profile.dns?.queriesByDomain.share() ?? NaN],
  ['dns_unique_name_share', 'share', 'distinct names / queries', '{} of its DNS questions were for a new name', (v) => Math.min(1, share(v.profile.dns?.names.estimate() ?? 0, queries(v)))],
  ['dns_nxdomain_share', 'share', 'NXDOMAIN answers / answers', '{} of the DNS answers said there is no such name', (v) => share(dns(v, 'nxdomain'), dns(v, 'responses'))],
  ['dns_failed_names', 'count', 'distinct names that failed', '{} names could not be resolved', (v) => v.profile.dns?.failedNames.estimate() ?? 0],
  ['dns_answered_share', 'share', 'answers / queries', '{} of its DNS questions were answered', (v) => Math.min(1, share(dns(v, 'responses'), queries(v)))],
  ['dns_subdomain_length', 'characters', 'median length below the registered domain', 'sub-domains had {} characters (median)', (v) => v.profile.dns?.subdomainLengths.quantile(0.5) ?? NaN],
  ['dns_subdomain_length_p95', 'characters', '95th percentile of that length', 'sub-domains had up to {} characters', (v) => v.profile.dns?.subdomainLengths.quantile(0.95) ?? NaN],
  ['dns_label_entropy', 'bits', 'median character entropy of the longest label', 'character entropy of names {} bits', (v) => (v.profile.dns?.labelEntropies.quantile(0.5) ?? NaN) / 1000],
  ['dns_digit_share', 'share', 'digits / characters of names', '{} of the characters of names were digits', (v) => share(dns(v, 'nameDigits'), dns(v, 'nameCharacters'))],
  ['dns_long_label_share', 'share', 'queries with a label of 30 characters or more / queries', '{} of its DNS questions had a very long label', (v) => share(dns(v, 'longLabels'), queries(v))],
  ['dns_carrier_type_share', 'share', 'TXT, NULL, CNAME, MX, SRV, KEY queries / queries', '{} of its DNS questions were for types that carry data', (v) => share(queryType(v, ...CARRIER_TYPES), queries(v))],
  ['dns_mx_share', 'share', 'MX queries / queries', '{} of its DNS questions were for mail servers', (v) => share(queryType(v, 15), queries(v))],
  ['dns_reverse_share', 'share', 'queries below .arpa / queries', '{} of its DNS questions were reverse look-ups', (v) => share(dns(v, 'reverseQueries'), queries(v))],
  ['dns_response_bytes', 'bytes', 'median DNS answer', 'DNS answers held {} (median)', (v) => v.profile.dns?.responseBytes.quantile(0.5) ?? NaN],
  ['dns_response_bytes_p95', 'bytes', '95th percentile of DNS answers', 'DNS answers held up to {}', (v) => v.profile.dns?.responseBytes.quantile(0.95) ?? NaN],
  ['dns_address_echo_queries', 'count', 'queries for services that tell a caller its public address (src/host/name-kinds.ts)', 'looked {} times for a service that tells its public address', (v) => dns(v, 'addressEchoQueries')],
  ['dns_dynamic_queries', 'count', 'queries for names of dynamic DNS and tunnel providers (src/host/name-kinds.ts)', 'asked {} times for dynamic DNS names', (v) => dns(v, 'dynamicQueries')],
  ['contacts_without_lookup', 'count', 'responders that no DNS answer named, when the host resolved any', 'contacted {} addresses it had not looked up', unlookedContacts],
  ['contacts_without_lookup_share', 'share', 'responders that no DNS answer named / responders, when the host resolved any', '{} of the addresses it contacted were never looked up', withoutLookup],
]); // prettier-ignore

function unlookedContacts(view: HostView): number {
  return Math.round(withoutLookup(view) * (view.profile.originator?.peers.estimate() ?? 0));
}

function withoutLookup(view: HostView): number {
  const { dns: profile, originator } = view.profile;
  if (profile === undefined || originator === undefined) return NaN;
  const resolved = profile.resolved.estimate();
  const contacted = originator.peers.estimate();
  if (resolved === 0) return NaN;
  const both = new DistinctCounter();
  both.merge(profile.resolved);
  both.merge(originator.peers);
  const common = Math.max(0, resolved + contacted - both.estimate());
  return Math.max(0, 1 - common / contacted);
}

export const WEB_FEATURES: readonly FeatureDefinition[] = featureGroup('web', 'http', [
  ['http_requests', 'count', 'HTTP requests', 'made {} HTTP requests', requests],
  ['http_requests_per_flow', 'ratio', 'HTTP requests / flows opened', 'made {} HTTP requests a flow', (v) => share(requests(v), flows(v))],
  ['http_uris', 'count', 'distinct URIs', 'asked for {} URIs', (v) => v.profile.web?.uris.estimate() ?? 0],
  ['http_unique_uri_share', 'share', 'distinct URIs / requests', '{} of its HTTP requests were for a new URI', (v) => Math.min(1, share(v.profile.web?.uris.estimate() ?? 0, requests(v)))],
  ['http_top_path_share', 'share', 'requests for the commonest path / requests', '{} of its HTTP requests were for one path', (v) => v.profile.web?.requestsByUri.share() ?? NaN],
  ['http_hosts', 'count', 'distinct Host values', 'asked {} web hosts', (v) => v.profile.web?.hosts.estimate() ?? 0],
  ['http_post_share', 'share', 'POST and PUT requests / requests', '{} of its HTTP requests sent data', (v) => share((v.profile.web?.methods.count('POST') ?? 0) + (v.profile.web?.methods.count('PUT') ?? 0), requests(v))],
  ['http_posts', 'count', 'POST and PUT requests', 'sent data in {} HTTP requests', (v) => (v.profile.web?.methods.count('POST') ?? 0) + (v.profile.web?.methods.count('PUT') ?? 0)],
  ['http_odd_method_share', 'share', 'requests other than GET, POST, HEAD / requests', '{} of its HTTP requests used rare methods', (v) => oddMethods(v)],
  ['http_error_share', 'share', '4xx answers / answers', '{} of the HTTP answers were client errors', (v) => share(status(v, '4xx'), web(v, 'responses'))],
  ['http_not_found_share', 'share', '404 answers / answers', '{} of the HTTP answers were 404', (v) => share(status(v, '404'), web(v, 'responses'))],
  ['http_not_found', 'count', '404 answers', 'was told 404 by {} HTTP answers', (v) => status(v, '404')],
  ['http_denied_share', 'share', '401 and 403 answers / answers', '{} of the HTTP answers denied access', (v) => share(status(v, '401', '403'), web(v, 'responses'))],
  ['http_denied', 'count', '401 and 403 answers', '{} HTTP answers denied access', (v) => status(v, '401', '403')],
  ['http_unanswered', 'count', 'requests − answers, 0 when there are more answers', '{} of its HTTP requests were never answered', (v) => Math.max(0, requests(v) - web(v, 'responses'))],
  ['http_server_error_share', 'share', '5xx answers / answers', '{} of the HTTP answers were server errors', (v) => share(status(v, '5xx'), web(v, 'responses'))],
  ['http_attack_token_share', 'share', 'requests with injection or traversal tokens / requests', '{} of its HTTP requests held attack patterns', (v) => share(web(v, 'attackTokens'), requests(v))],
  ['http_attack_tokens', 'count', 'requests with injection or traversal tokens', '{} HTTP requests held attack patterns', (v) => web(v, 'attackTokens')],
  ['http_tool_agent_share', 'share', 'requests whose User-Agent names a scanner / requests', '{} of its HTTP requests named a scanning tool', (v) => share(web(v, 'toolAgents'), requests(v))],
  ['http_empty_agent_share', 'share', 'requests without User-Agent / requests, where the host ever sent one', '{} of its HTTP requests had no User-Agent', (v) => (web(v, 'emptyAgents') < requests(v) ? share(web(v, 'emptyAgents'), requests(v)) : NaN)],
  ['http_agents', 'count', 'distinct User-Agents', 'used {} User-Agents', (v) => v.profile.web?.agents.estimate() ?? 0],
  ['http_page_part_share', 'share', 'requests for style sheets, scripts and pictures / requests', '{} of its HTTP requests were for parts of pages', (v) => share(web(v, 'pageParts'), requests(v))],
  ['http_query_string_share', 'share', 'requests with a query string / requests', '{} of its HTTP requests had a query string', (v) => share(web(v, 'queryStrings'), requests(v))],
  ['http_uri_length', 'characters', 'median length of URIs', 'URIs had {} characters (median)', (v) => v.profile.web?.uriLengths.quantile(0.5) ?? NaN],
  ['http_address_host_share', 'share', 'requests whose Host is an address / requests', '{} of its HTTP requests named an address, not a host', (v) => share(web(v, 'addressHosts'), requests(v))],
  ['http_address_host_requests', 'count', 'requests whose Host is an address', 'named an address, not a host, in {} HTTP requests', (v) => web(v, 'addressHosts')],
  ['http_unlisted_port_requests', 'count', 'requests to ports that no service is registered for', 'made {} HTTP requests to unusual ports', (v) => web(v, 'unlistedPorts')],
  ['http_programs', 'count', 'answers with a program (PE, ELF, or a media type of one)', 'was sent {} programs over HTTP', (v) => web(v, 'programs')],
  ['http_login_requests', 'count', 'requests for log-in paths', 'made {} HTTP requests to log-in pages', (v) => web(v, 'loginPaths')],
  ['http_login_path_share', 'share', 'requests for log-in paths / requests', '{} of its HTTP requests went to log-in pages', (v) => share(web(v, 'loginPaths'), requests(v))],
]); // prettier-ignore

function oddMethods(view: HostView): number {
  const methods = view.profile.web?.methods;
  if (methods === undefined) return NaN;
  const usual = ['GET', 'POST', 'HEAD'].reduce((sum, method) => sum + methods.count(method), 0);
  return share(Math.max(0, methods.total - usual), methods.total);
}

/** Flows of what no protocol carries; `NaN` with more services than are told apart. */
function rawFlows(v: HostView, service: 'program' | 'shell'): number {
  const services = v.profile.originator?.services;
  if (services === undefined) return 0;
  return services.exact ? services.count(service) : NaN;
}

export const SESSION_FEATURES: readonly FeatureDefinition[] = [
  ...featureGroup('session', 'tls', [
    ['tls_hellos', 'count', 'TLS client hellos', 'began {} TLS sessions', (v) => session(v, 'clientHellos')],
    ['tls_unnamed_share', 'share', 'client hellos without server name / client hellos', '{} of its TLS sessions named no server', (v) => share(session(v, 'unnamedHellos'), session(v, 'clientHellos'))],
    ['tls_unnamed_hellos', 'count', 'client hellos without server name', '{} of its TLS sessions named no server', (v) => session(v, 'unnamedHellos')],
    ['tls_unlisted_port_hellos', 'count', 'client hellos to ports that no service is registered for', 'began {} TLS sessions at unusual ports', (v) => session(v, 'unlistedPortHellos')],
    ['tls_self_signed_certificates', 'count', "servers' certificates whose subject is their issuer (TLS up to 1.2 shows them)", 'was shown {} self-signed TLS certificates', (v) => session(v, 'selfSignedCertificates')],
    ['tls_server_names', 'count', 'distinct server names', 'asked for {} TLS server names', (v) => v.profile.sessions?.serverNames.estimate() ?? 0],
    ['tls_fingerprints', 'count', 'distinct JA4 fingerprints', 'showed {} TLS fingerprints', (v) => v.profile.sessions?.tlsFingerprints.estimate() ?? 0],
    ['tls_old_version_share', 'share', 'server hellos below TLS 1.2 / server hellos', '{} of its TLS sessions used an old version', (v) => share(session(v, 'oldVersions'), session(v, 'serverHellos'))],
    ['tls_self_signed_share', 'share', "servers' certificates whose subject is their issuer / servers' certificates seen (TLS up to 1.2 shows them)", '{} of the TLS certificates it was shown were self-signed', (v) => share(session(v, 'selfSignedCertificates'), session(v, 'certificates'))],
  ]),
  ...featureGroup('session', 'ssh', [
    ['ssh_banners', 'count', 'SSH client banners', 'began {} SSH sessions', (v) => session(v, 'sshBanners')],
    ['ssh_software', 'count', 'distinct SSH client software', 'showed {} SSH clients', (v) => v.profile.sessions?.sshSoftware.estimate() ?? 0],
  ]),
  ...featureGroup('session', undefined, [
    ['login_failures', 'count', 'refused logins, where payload or a log tells', '{} of its logins were refused', (v) => session(v, 'loginFailures')],
    ['login_successes', 'count', 'granted logins, where payload or a log tells', '{} of its logins were granted', (v) => session(v, 'loginSuccesses')],
    ['honeypot_logins', 'count', 'logins at a honeypot', 'tried to log in {} times at a honeypot', (v) => session(v, 'honeypotLogins')],
    ['login_user_names', 'count', 'distinct user names it tried to log in with, where payload or a log tells', 'tried {} user names', (v) => v.profile.sessions?.userNames.estimate() ?? 0],
    ['login_unique_name_share', 'share', 'distinct user names / logins with a name (the larger number of attempts and of answers that have one)', '{} of its logins were under a new name', (v) => uniqueNames(v)],
    ['mails', 'count', 'SMTP MAIL commands', 'sent {} mails', (v) => session(v, 'mails')],
    ['recipients_per_mail', 'ratio', 'SMTP RCPT / MAIL commands', 'each mail had {} recipients', (v) => share(session(v, 'recipients'), session(v, 'mails'))],
    ['ftp_uploads', 'count', 'FTP commands that send a file (STOR, STOU, APPE)', 'sent {} files by FTP', (v) => session(v, 'ftpUploads')],
    ['irc_commands', 'count', 'IRC commands of the client (numerics, PING and NOTICE, which servers send, left out)', 'gave {} IRC commands', (v) => session(v, 'ircCommands')],
  ]),
  ...featureGroup('session', 'payload', [
    ['program_flows', 'count', 'flows opened in which a program (PE, ELF) crosses TCP outright, at ports that no service is registered for', 'a program crossed {} of its flows outright', (v) => rawFlows(v, 'program')],
    ['shell_flows', 'count', 'flows opened in which a command shell speaks TCP outright, at ports that no service is registered for', 'a command shell spoke in {} of its flows', (v) => rawFlows(v, 'shell')],
    ['ssh_hasshes', 'count', 'distinct HASSH of its SSH clients (algorithms offered)', 'showed {} SSH algorithm fingerprints', (v) => v.profile.sessions?.hasshes.estimate() ?? 0],
    ['mining_commands', 'count', "stratum methods, the miner's and the pool's", 'exchanged {} messages with a mining pool', (v) => session(v, 'miningCommands')],
    ['mining_commands_per_minute', 'ratio', 'stratum methods / distinct minutes of the clock with one', 'exchanged {} messages a minute with a mining pool', (v) => share(session(v, 'miningCommands'), v.profile.sessions?.miningMinutes.estimate() ?? 0)],
    ['mining_flow_share', 'share', 'flows of channels with stratum methods / flows opened, of at most 1,024 channels', '{} of its flows went to mining pools', (v) => share(v.channels.miningFlows, flows(v))],
    ['snmp_default_requests', 'count', 'SNMP requests (GET, GETNEXT, GETBULK, SET) with the community public or private', 'asked {} times by SNMP with a default community', (v) => session(v, 'snmpDefaultRequests')],
    ['dhcp_discovers', 'count', 'DHCP DISCOVER messages', 'looked {} times for a DHCP server', (v) => session(v, 'dhcpDiscovers')],
    ['dhcp_hardware_addresses', 'count', 'distinct hardware addresses in its DHCP DISCOVER messages', 'asked DHCP as {} machines', (v) => v.profile.sessions?.dhcpClients.estimate() ?? 0],
  ]),
]; // prettier-ignore

function uniqueNames(view: HostView): number {
  const named = Math.max(session(view, 'namedAttempts'), session(view, 'namedAnswers'));
  return Math.min(1, share(view.profile.sessions?.userNames.estimate() ?? 0, named));
}

export const WINDOWS_FEATURES: readonly FeatureDefinition[] = featureGroup('windows', 'payload', [
  ['smb_peers', 'count', 'distinct responders with SMB messages that name something, tell of a share or refuse', 'spoke SMB with {} addresses', (v) => v.profile.windows?.smbPeers.estimate() ?? 0],
  ['smb_tree_connects', 'count', 'SMB requests to connect to a share', 'connected to shares {} times', (v) => windows(v, 'treeConnects')],
  ['smb_admin_shares', 'count', 'SMB requests to connect to ADMIN$ or to the root of a drive (C$)', "connected to administrators' shares {} times", (v) => windows(v, 'adminShares')],
  ['smb_admin_share_peers', 'count', 'distinct responders of such requests', "connected to administrators' shares of {} machines", (v) => v.profile.windows?.adminSharePeers.estimate() ?? 0],
  ['smb_refusals', 'count', 'SMB answers that refuse', 'was refused by SMB {} times', (v) => windows(v, 'smbRefusals')],
  ['smb_refused_share', 'share', 'SMB answers that refuse / SMB messages that name something, tell of a share or refuse', '{} of its SMB messages were refusals', (v) => share(windows(v, 'smbRefusals'), windows(v, 'smbMessages'))],
  ['smb_rare_transactions', 'count', 'SMB 1 requests that file sharing hardly uses (TRANS2_SESSION_SETUP, TRANSACTION2_SECONDARY, TRANSACTION_SECONDARY, NT_TRANSACT, NT_TRANSACT_SECONDARY, TRANS_PEEK_NMPIPE)', 'sent {} rare SMB 1 transactions', (v) => windows(v, 'rareTransactions')],
  ['rpc_binds', 'count', 'DCE/RPC interfaces bound to', 'bound to {} remote procedure interfaces', (v) => windows(v, 'rpcBinds')],
  ['rpc_control_binds', 'count', 'binds to interfaces that make the other machine run something (svcctl, atsvc, ITaskSchedulerService, sasec, winreg, IRemoteSCMActivator, IActivation, IWbemLevel1Login, IWbemServices)', 'bound {} times to interfaces that control other machines', (v) => windows(v, 'controlBinds')],
  ['rpc_control_peers', 'count', 'distinct responders of such binds', 'bound to interfaces that control {} machines', (v) => v.profile.windows?.controlPeers.estimate() ?? 0],
  ['rpc_account_binds', 'count', 'binds to samr, lsarpc and drsuapi', 'bound {} times to interfaces that list accounts', (v) => windows(v, 'accountBinds')],
  ['rpc_requests', 'count', 'DCE/RPC requests', 'called {} remote procedures', (v) => windows(v, 'rpcRequests')],
]); // prettier-ignore
