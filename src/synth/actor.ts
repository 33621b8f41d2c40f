import type { Endpoint } from './endpoint.ts';
import type { Script } from './network.ts';
import type { Drawn, ParameterSpecs } from './parameters.ts';
import type { Scene } from './world.ts';

/** One host at work: what it can reach, and who it is. */
export interface Actor<S extends ParameterSpecs = ParameterSpecs> extends Scene {
  readonly host: Endpoint;
  readonly parameters: Drawn<S>;
}

/** A kind of host that recipes can ask for. */
export interface ActorDefinition<S extends ParameterSpecs = ParameterSpecs> {
  /** What a recipe calls it. */
  readonly name: string;
  /** One of the families that models predict. */
  readonly family: string;
  readonly detail: string;
  readonly summary: string;
  /** Where such hosts are; `either` is drawn. */
  readonly place: 'inside' | 'outside' | 'either';
  readonly stack?: Endpoint['stack']['name'];
  readonly parameters: S;
  /** What it does from its first second on. It may start other scripts beside it. */
  run(actor: Actor<S>): Script;
}

/** Only infers the types of the parameters. */
export function defineActor<S extends ParameterSpecs>(
  definition: ActorDefinition<S>,
): ActorDefinition<S> {
  return definition;
}

/** Repeats something with a wait before each time, until the run ends. */
export function* repeatedly(waitS: () => number, action: () => Script): Script {
  for (;;) {
    yield Math.max(0.000001, waitS());
    yield* action();
  }
}

/** A period with jitter: uniform within ± that share. */
export function jittered(scene: Scene, periodS: number, share: number): number {
  return periodS * scene.random.uniform(1 - share, 1 + share);
}
