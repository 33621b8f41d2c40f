/** The different things said in a capture, by kind: who says them how often depends on what counts as a message. */
export interface Sayings {
  readonly dnsName: Set<string>;
  readonly serverName: Set<string>;
  readonly httpHost: Set<string>;
  readonly userAgent: Set<string>;
  readonly httpMethod: Set<string>;
  readonly httpStatus: Set<string>;
  readonly sshSoftware: Set<string>;
}

export function emptySayings(): Sayings {
  return {
    dnsName: new Set(),
    serverName: new Set(),
    httpHost: new Set(),
    userAgent: new Set(),
    httpMethod: new Set(),
    httpStatus: new Set(),
    sshSoftware: new Set(),
  };
}
