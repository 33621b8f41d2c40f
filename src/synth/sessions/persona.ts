import { browserAgent, programAgent } from '../payloads/http-message.ts';
import { HELLO_SHAPE_NAMES, type HelloShapeName } from '../payloads/tls-message.ts';
import type { Random } from '../random.ts';

/** The software somebody uses, and the names it has looked up. */
export interface Persona {
  readonly userAgent: string;
  readonly helloShape: HelloShapeName;
  /** Asks for AAAA beside A. */
  readonly asksBoth: boolean;
  readonly cachedNames: Set<string>;
}

export function browserPersona(random: Random): Persona {
  return {
    userAgent: browserAgent(random),
    helloShape: random.pick(['chrome', 'chrome', 'firefox', 'schannel']),
    asksBoth: random.chance(0.6),
    cachedNames: new Set(),
  };
}

/** A program that is no browser, good or bad: some of them pretend. */
export function programPersona(random: Random): Persona {
  return {
    userAgent: random.chance(0.35) ? browserAgent(random) : programAgent(random),
    helloShape: random.pick(HELLO_SHAPE_NAMES),
    asksBoth: random.chance(0.4),
    cachedNames: new Set(),
  };
}
