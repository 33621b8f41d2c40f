import type { ActorDefinition } from './actor.ts';
import { dnsTunnel } from './actors/dns-tunnel.ts';
import { horizontalScan } from './actors/horizontal-scan.ts';
import { httpBeacon } from './actors/http-beacon.ts';
import { iotDevice } from './actors/iot-device.ts';
import { officeClient } from './actors/office-client.ts';
import { sshBruteforce } from './actors/ssh-bruteforce.ts';
import { synFlood } from './actors/syn-flood.ts';
import { verticalScan } from './actors/vertical-scan.ts';
import { webServer } from './actors/web-server.ts';

/** Every kind of host a recipe can ask for. Each runs with its own parameters only, so the types may meet here. */
export const ACTORS = [
  officeClient,
  webServer,
  iotDevice,
  horizontalScan,
  verticalScan,
  sshBruteforce,
  synFlood,
  httpBeacon,
  dnsTunnel,
] as unknown as readonly ActorDefinition[];

export function findActor(name: string): ActorDefinition | undefined {
  return ACTORS.find((actor) => actor.name === name);
}
