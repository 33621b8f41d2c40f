import type { TrafficSink } from './event.ts';

/** One reader, several tables: everything goes to every sink. */
export function manySinks(sinks: readonly TrafficSink[]): TrafficSink {
  return {
    flow: (flow) => sinks.forEach((sink) => sink.flow(flow)),
    event: (event) => sinks.forEach((sink) => sink.event(event)),
    visibility: (shown) => sinks.forEach((sink) => sink.visibility(shown)),
    skipped: (reason, count) => sinks.forEach((sink) => sink.skipped(reason, count)),
  };
}
