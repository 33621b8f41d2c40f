/** `rapsheet/flow`: captures and logs → flows and the messages in them. */
export { communityId } from './community-id.ts';
export type {
  AlertEvent,
  AppEvent,
  CommandEvent,
  CommandService,
  DhcpEvent,
  DnsQueryEvent,
  DnsResponseEvent,
  EventKind,
  HttpRequestEvent,
  HttpResponseEvent,
  LoginEvent,
  NtlmEvent,
  RpcEvent,
  SmbEvent,
  SnmpEvent,
  SshBannerEvent,
  SshKeyExchangeEvent,
  TlsCertificateEvent,
  TlsClientHelloEvent,
  TlsServerHelloEvent,
  TrafficSink,
  Visibility,
} from './event.ts';
export type { FlowTableOptions } from './flow-options.ts';
export { stitchParts, type FlowPart } from './flow-part.ts';
export { FlowTable } from './flow-table.ts';
export { CONN_STATES, type ConnState, type Flow } from './flow.ts';
export type { SkippedLines, SkipReason } from './logs/log-reader.ts';
export {
  readCapture,
  readCapturePart,
  type CaptureSummary,
  type ReadCaptureOptions,
} from './read-capture.ts';
export { isMostlyWrong, readTraffic, type ReadOptions, type ReadSummary } from './read-traffic.ts';
export { HEAD_BYTES, INPUT_FORMATS, recogniseInput, type InputFormat } from './recognise-input.ts';
export {
  isLoginService,
  isServicePort,
  SERVICE_GROUPS,
  serviceGroup,
  serviceOf,
  type ServiceGroup,
} from './service.ts';
