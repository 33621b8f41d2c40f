/** `rapsheet/host`: flows into mergeable host profiles, profiles into feature vectors. */
export { beaconScore, type BeaconScore } from './beacon.ts';
export { Channel } from './channel.ts';
export { ChannelTable, type ChannelKey } from './channel-table.ts';
export type { FeatureDefinition, FeatureGroup, FeatureUnit } from './features/feature.ts';
export {
  FEATURES,
  featureNames,
  hostVector,
  hostVectors,
  plainValue,
  schemaHash,
  SCHEMA_VERSION,
  type HostVector,
} from './feature-schema.ts';
export { flowOutcome, type FlowOutcome } from './flow-outcome.ts';
export { HostProfile } from './host-profile.ts';
export { HostTable, type HostTableOptions } from './host-table.ts';
export { neighbourContext, type NeighbourContext } from './neighbours.ts';
export { SideProfile } from './side-profile.ts';
