import type { ActorDefinition } from './actor.ts';
import { adminWorkstation } from './actors/admin-workstation.ts';
import { applicationClient } from './actors/application-client.ts';
import { backscatter } from './actors/backscatter.ts';
import { backup } from './actors/backup.ts';
import { bittorrent } from './actors/bittorrent.ts';
import { brokenClient } from './actors/broken-client.ts';
import { chatClient } from './actors/chat-client.ts';
import { connectionFlood } from './actors/connection-flood.ts';
import { crawler } from './actors/crawler.ts';
import { databaseApplication } from './actors/database-application.ts';
import { dgaBot } from './actors/dga-bot.ts';
import { dnsTunnel } from './actors/dns-tunnel.ts';
import { dohClient } from './actors/doh-client.ts';
import { dohTunnel } from './actors/doh-tunnel.ts';
import { exfiltration } from './actors/exfiltration.ts';
import { ftpBruteforce } from './actors/ftp-bruteforce.ts';
import { gameConsole } from './actors/game-console.ts';
import { horizontalScan } from './actors/horizontal-scan.ts';
import { httpBeacon } from './actors/http-beacon.ts';
import { httpBruteforce } from './actors/http-bruteforce.ts';
import { httpFlood } from './actors/http-flood.ts';
import { icmpFlood } from './actors/icmp-flood.ts';
import { icmpSweep } from './actors/icmp-sweep.ts';
import { icmpTunnel } from './actors/icmp-tunnel.ts';
import { installerClient } from './actors/installer-client.ts';
import { iotDevice } from './actors/iot-device.ts';
import { ircBot } from './actors/irc-bot.ts';
import { lateralMovement } from './actors/lateral-movement.ts';
import { loaderBot } from './actors/loader-bot.ts';
import { longSessionClient } from './actors/long-session-client.ts';
import { mailServer } from './actors/mail-server.ts';
import { miner } from './actors/miner.ts';
import { monitoring } from './actors/monitoring.ts';
import { mysqlBruteforce } from './actors/mysql-bruteforce.ts';
import { natGateway } from './actors/nat-gateway.ts';
import { ntpClient } from './actors/ntp-client.ts';
import { officeClient } from './actors/office-client.ts';
import { p2pBot } from './actors/p2p-bot.ts';
import { ratBot } from './actors/rat-bot.ts';
import { rdpBruteforce } from './actors/rdp-bruteforce.ts';
import { reflection } from './actors/reflection.ts';
import { remoteExploit } from './actors/remote-exploit.ts';
import { reputationClient } from './actors/reputation-client.ts';
import { resolver } from './actors/resolver.ts';
import { securityCamera } from './actors/security-camera.ts';
import { serviceExploit } from './actors/service-exploit.ts';
import { slowHttp } from './actors/slow-http.ts';
import { smbBruteforce } from './actors/smb-bruteforce.ts';
import { smbWorm } from './actors/smb-worm.ts';
import { softwareUpdater } from './actors/software-updater.ts';
import { spamBot } from './actors/spam-bot.ts';
import { sshBruteforce } from './actors/ssh-bruteforce.ts';
import { synFlood } from './actors/syn-flood.ts';
import { telnetBruteforce } from './actors/telnet-bruteforce.ts';
import { udpFlood } from './actors/udp-flood.ts';
import { udpScan } from './actors/udp-scan.ts';
import { verticalScan } from './actors/vertical-scan.ts';
import { videoViewer } from './actors/video-viewer.ts';
import { voipPhone } from './actors/voip-phone.ts';
import { webInjection } from './actors/web-injection.ts';
import { webScanner } from './actors/web-scanner.ts';
import { webServer } from './actors/web-server.ts';
import { windowsDesktop } from './actors/windows-desktop.ts';

/** Every kind of host a recipe can ask for. Each runs with its own parameters only, so the types may meet here. */
export const ACTORS = [
  adminWorkstation,
  applicationClient,
  backscatter,
  backup,
  bittorrent,
  brokenClient,
  chatClient,
  connectionFlood,
  crawler,
  databaseApplication,
  dgaBot,
  dnsTunnel,
  dohClient,
  dohTunnel,
  exfiltration,
  ftpBruteforce,
  gameConsole,
  horizontalScan,
  httpBeacon,
  httpBruteforce,
  httpFlood,
  icmpFlood,
  icmpSweep,
  icmpTunnel,
  installerClient,
  iotDevice,
  ircBot,
  lateralMovement,
  loaderBot,
  longSessionClient,
  mailServer,
  miner,
  monitoring,
  mysqlBruteforce,
  natGateway,
  ntpClient,
  officeClient,
  p2pBot,
  ratBot,
  rdpBruteforce,
  reflection,
  remoteExploit,
  reputationClient,
  resolver,
  securityCamera,
  serviceExploit,
  slowHttp,
  smbBruteforce,
  smbWorm,
  softwareUpdater,
  spamBot,
  sshBruteforce,
  synFlood,
  telnetBruteforce,
  udpFlood,
  udpScan,
  verticalScan,
  videoViewer,
  voipPhone,
  webInjection,
  webScanner,
  webServer,
  windowsDesktop,
] as unknown as readonly ActorDefinition[];

export function findActor(name: string): ActorDefinition | undefined {
  return ACTORS.find((actor) => actor.name === name);
}
