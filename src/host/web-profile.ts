import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { HttpRequestEvent, HttpResponseEvent } from '../flow/event.ts';
import { addCells, readCells, writeCells } from '../stats/cells.ts';
import { CategoryCounts } from '../stats/counts.ts';
import { DistinctCounter } from '../stats/distinct.ts';
import { hashText } from '../stats/hash.ts';
import { QuantileSketch } from '../stats/quantiles.ts';
import { TopShare } from '../stats/top-share.ts';
import { saturatingAdd } from '../stats/whole-number.ts';
import { serviceOf } from '../flow/service.ts';

const COUNTERS = [
  'requests', 'responses', 'attackTokens', 'toolAgents', 'emptyAgents', 'pageParts', 'queryStrings', 'addressHosts', 'loginPaths',
  'unlistedPorts', 'programs',
] as const; // prettier-ignore

type WebCounter = (typeof COUNTERS)[number];

/** Injection, traversal, command and template tokens (after OWASP CRS 4, attack categories 930–944). */
const ATTACK_TOKENS =
  /\.\.[/\\]|%2e%2e|%00|etc\/passwd|(union|select)(\s|\+|%20|\/\*)|(\bor\b|\band\b)(\s|\+|%20)+\d+(\s|\+|%20)*=|sleep\(|benchmark\(|xp_cmdshell|information_schema|<script|%3cscript|onerror=|javascript:|alert\(|\$\{jndi|\{\{|cmd\.exe|\/bin\/(ba)?sh|;(wget|curl|cat|id)\b|wget(\s|\+|%20)|php:\/\/|phpinfo|eval\(|base64_decode|\.git\/|\.env$|wp-config|win\.ini|boot\.ini|%27|'--|\/cgi-bin\/.*(;|%3b)/i;

/** Names that scanners and attack tools give themselves when nobody changes them. */
const TOOL_AGENTS =
  /nikto|sqlmap|nmap|masscan|zgrab|acunetix|netsparker|nessus|openvas|w3af|dirbuster|gobuster|ffuf|wfuzz|feroxbuster|wpscan|hydra|metasploit|havij|arachni|burp|zap\/|nuclei|jorgee|zmeu|muieblackcat|morfeus|goldeneye|slowhttptest/i;

const PAGE_PARTS = /\.(css|js|png|jpe?g|gif|ico|svg|woff2?|ttf|webp|mp4|xbm)(\?|$)/i;

const LOGIN_PATHS =
  /login|signin|log-in|wp-admin|xmlrpc|administrator|auth|j_security_check|password/i;

/** Media types of programs for Windows and Unix, as servers and libmagic say them. */
const PROGRAM_TYPES =
  /^application\/(x-)?(dosexec|msdownload|msdos-program|executable|elf|sharedlib|pie-executable|vnd\.microsoft\.portable-executable)$/;

/** What one host asked of web servers, as a client. */
export class WebProfile {
  readonly counters = new Float64Array(COUNTERS.length);
  methods = new CategoryCounts();
  /** `2xx` … `5xx`, and `401`, `403`, `404` by themselves. */
  statuses = new CategoryCounts();
  uris = new DistinctCounter();
  hosts = new DistinctCounter();
  agents = new DistinctCounter();
  requestsByUri = new TopShare();
  uriLengths = new QuantileSketch();

  count(counter: WebCounter): number {
    return this.counters[COUNTERS.indexOf(counter)]!;
  }

  addRequest(event: HttpRequestEvent): void {
    const path = event.uri.split('?', 1)[0]!;
    this.#bump('requests', 1);
    if (ATTACK_TOKENS.test(event.uri)) this.#bump('attackTokens', 1);
    if (event.userAgent === '') this.#bump('emptyAgents', 1);
    else if (TOOL_AGENTS.test(event.userAgent)) this.#bump('toolAgents', 1);
    if (PAGE_PARTS.test(path)) this.#bump('pageParts', 1);
    if (path.length < event.uri.length) this.#bump('queryStrings', 1);
    if (/^\d+\.\d+\.\d+\.\d+(:\d+)?$/.test(event.host)) this.#bump('addressHosts', 1);
    if (LOGIN_PATHS.test(path)) this.#bump('loginPaths', 1);
    if (serviceOf(event.protocol, event.responderPort, '') === '') this.#bump('unlistedPorts', 1);
    this.methods.add(event.method);
    this.uris.add(hashText(event.uri));
    this.hosts.add(hashText(event.host));
    this.agents.add(hashText(event.userAgent));
    this.requestsByUri.add(hashText(path));
    this.uriLengths.add(event.uri.length);
  }

  addResponse(event: HttpResponseEvent): void {
    if (event.isProgram === true || PROGRAM_TYPES.test(event.contentType ?? ''))
      this.#bump('programs', 1);
    if (Number.isNaN(event.status)) return;
    this.#bump('responses', 1);
    this.statuses.add(`${Math.floor(event.status / 100)}xx`);
    if (event.status === 401 || event.status === 403 || event.status === 404) {
      this.statuses.add(String(event.status));
    }
  }

  merge(other: WebProfile): void {
    addCells(this.counters, other.counters);
    this.methods.merge(other.methods);
    this.statuses.merge(other.statuses);
    this.uris.merge(other.uris);
    this.hosts.merge(other.hosts);
    this.agents.merge(other.agents);
    this.requestsByUri.merge(other.requestsByUri);
    this.uriLengths.merge(other.uriLengths);
  }

  encode(writer: ByteWriter): void {
    writeCells(writer, this.counters);
    this.methods.encode(writer);
    this.statuses.encode(writer);
    this.uris.encode(writer);
    this.hosts.encode(writer);
    this.agents.encode(writer);
    this.requestsByUri.encode(writer);
    this.uriLengths.encode(writer);
  }

  static decode(reader: ByteReader): WebProfile {
    const web = new WebProfile();
    readCells(reader, web.counters);
    web.methods = CategoryCounts.decode(reader);
    web.statuses = CategoryCounts.decode(reader);
    web.uris = DistinctCounter.decode(reader);
    web.hosts = DistinctCounter.decode(reader);
    web.agents = DistinctCounter.decode(reader);
    web.requestsByUri = TopShare.decode(reader);
    web.uriLengths = QuantileSketch.decode(reader);
    return reader.truncated ? new WebProfile() : web;
  }

  #bump(counter: WebCounter, by: number): void {
    const index = COUNTERS.indexOf(counter);
    this.counters[index] = saturatingAdd(this.counters[index]!, by);
  }
}
