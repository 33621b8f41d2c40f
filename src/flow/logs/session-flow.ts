import type { Flow } from '../flow.ts';

/** Who speaks where. */
export type SessionEnds = Pick<
  Flow,
  'originator' | 'responder' | 'originatorPort' | 'responderPort' | 'service'
>;

const TCP = 6;

/** The TCP flow of a session that a server told of: who spoke when with whom, and nothing that is counted or measured. */
export function sessionFlow(ends: SessionEnds, startUs: number, endUs: number): Flow {
  const { originator, responder, originatorPort, responderPort, service } = ends;
  return {
    startUs,
    endUs,
    originator,
    responder,
    originatorPort,
    responderPort,
    protocol: TCP,
    service,
    originatorPackets: Number.NaN,
    responderPackets: Number.NaN,
    originatorIpBytes: Number.NaN,
    responderIpBytes: Number.NaN,
    originatorBytes: Number.NaN,
    responderBytes: Number.NaN,
    connState: '',
    history: '',
    established: true,
  };
}
