import type { Endpoint } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { kerberosAsRequest, kerberosError, kerberosReply, kerberosTgsRequest } from '../payloads/kerberos-message.ts'; // prettier-ignore
import { ldapBind, ldapBindResponse, ldapDone, ldapEntry, ldapSearch } from '../payloads/ldap-message.ts'; // prettier-ignore
import { rpcBind, rpcBindAck, type RpcInterface, rpcRequest, rpcResponse } from '../payloads/rpc-message.ts'; // prettier-ignore
import { TcpConversation } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';

/** What a member says to its domain's controller. */

const REALM = 'CORP.EXAMPLE';

/** One question over a connection of its own, as Kerberos clients do. */
function* askOnce(
  scene: Scene,
  from: Endpoint,
  controller: Endpoint,
  [question, answer]: readonly [Uint8Array, Uint8Array],
): Script {
  const tcp = new TcpConversation(scene.network, scene.random, from, controller, 88);
  if ((yield* tcp.open()) !== 'open') return;
  yield* tcp.send('client', question);
  yield* tcp.pause(scene.random.exponential(0.002));
  yield* tcp.send('server', answer);
  yield* tcp.close('client');
}

/** A log-on: mistyped now and then, then the ticket of the day and one for each service at hand. */
export function* kerberosLogOn(
  scene: Scene,
  from: Endpoint,
  controller: Endpoint,
  who: { readonly user: string; readonly failures: number; readonly services: readonly string[] },
): Script {
  const { random } = scene;
  const bare = kerberosAsRequest(random, who.user, false);
  yield* askOnce(scene, from, controller, [bare, kerberosError(25)]);
  for (let i = 0; i < who.failures; i++) {
    const proven = kerberosAsRequest(random, who.user, true);
    yield* askOnce(scene, from, controller, [proven, kerberosError(24)]);
    yield random.logNormal(5, 0.6);
  }
  const granted = kerberosReply(random, 11, who.user, ['krbtgt', REALM]);
  yield* askOnce(scene, from, controller, [kerberosAsRequest(random, who.user, true), granted]);
  for (const service of who.services) {
    const parts = service.split('/');
    const ticket = kerberosReply(random, 13, who.user, parts);
    yield* askOnce(scene, from, controller, [kerberosTgsRequest(random, parts), ticket]);
  }
}

/** Searches of a directory, after a bind with or without a name. */
export function* searchDirectory(
  scene: Scene,
  from: Endpoint,
  server: Endpoint,
  work: { readonly searches: number; readonly name: string; readonly failures: number },
): Script {
  const { network, random } = scene;
  const tcp = new TcpConversation(network, random, from, server, 389);
  if ((yield* tcp.open()) !== 'open') return;
  let id = 1;
  for (let left = work.failures; left >= 0; left--, id++) {
    yield* tcp.send('client', ldapBind(id, work.name, work.name === '' ? '' : 'hunter2'));
    yield* tcp.pause(random.exponential(0.003));
    yield* tcp.send('server', ldapBindResponse(id, left > 0 ? 49 : 0));
  }
  for (let i = 0; i < work.searches; i++, id++) {
    const base = random.chance(0.2) ? '' : 'dc=corp,dc=example';
    const value = random.chance(0.5) ? `pc${random.integer(1, 900)}` : '';
    yield* tcp.send('client', ldapSearch(id, base, 'objectClass', value));
    yield* tcp.pause(random.exponential(0.004));
    const entry = network.opaque(Math.ceil(Math.min(8000, random.logNormal(300, 0.8))));
    yield* tcp.send('server', ldapEntry(id, `cn=x,${base}`, entry));
    yield* tcp.send('server', ldapDone(id));
    yield* tcp.pause(random.exponential(0.3));
  }
  yield* tcp.close('client');
}

/** Asks the endpoint mapper where an interface lives, and calls it there. */
export function* callDynamicPort(
  scene: Scene,
  from: Endpoint,
  server: Endpoint,
  call: { readonly interface: RpcInterface; readonly operations: readonly number[] },
): Script {
  const { network, random } = scene;
  for (const [port, name, operations] of [
    [135, 'epmapper', [3]],
    [49152 + (server.ipId % 500), call.interface, call.operations],
  ] as const) {
    const tcp = new TcpConversation(network, random, from, server, port);
    if ((yield* tcp.open()) !== 'open') return;
    yield* tcp.send('client', rpcBind(name));
    yield* tcp.send('server', rpcBindAck(name));
    for (const operation of operations) {
      yield* tcp.send('client', rpcRequest(operation, new Uint8Array(random.integer(60, 400))));
      yield* tcp.pause(random.exponential(0.003));
      yield* tcp.send('server', rpcResponse(new Uint8Array(random.integer(40, 900))));
    }
    yield* tcp.close('client');
  }
}
