import type * as Core from '@tensorflow/tfjs-core';
import type * as Layers from '@tensorflow/tfjs-layers';

/** In order of preference. `tensorflow` is `@tensorflow/tfjs-node`, there only if the user has installed it. */
const backends = ['tensorflow', 'wasm', 'cpu'] as const;

export type TensorFlowBackend = (typeof backends)[number];

export interface TensorFlow {
  readonly core: typeof Core;
  readonly layers: typeof Layers;
  readonly backend: TensorFlowBackend;
}

/**
 * TensorFlow.js on the best back end there is, or on the one named. The back end is global to the process: the
 * last call decides. Throws `Error` with the reasons as its `cause` if none of them starts.
 */
export async function loadTensorFlow(backend?: TensorFlowBackend): Promise<TensorFlow> {
  const reasons: unknown[] = [];
  for (const name of backend === undefined ? backends : [backend]) {
    try {
      return await starters[name]();
    } catch (error) {
      reasons.push(error);
    }
  }
  throw new Error(`TensorFlow.js: no back end starts (tried ${(backend ?? backends).toString()})`, {
    cause: reasons,
  });
}

const starters: Record<TensorFlowBackend, () => Promise<TensorFlow>> = {
  async tensorflow() {
    // A name that the compiler does not follow: the package is optional, and so are its types.
    const name = ['@tensorflow', 'tfjs-node'].join('/');
    const union = (await import(name)) as typeof Core & typeof Layers;
    return start({ core: union, layers: union, backend: 'tensorflow' });
  },

  async wasm() {
    const packages = await importPackages();
    const listeners = processListeners();
    await import('@tensorflow/tfjs-backend-wasm'); // on Node it finds its .wasm files beside itself
    try {
      return await start({ ...packages, backend: 'wasm' });
    } finally {
      removeNewListeners(listeners);
    }
  },

  async cpu() {
    const packages = await importPackages();
    await import('@tensorflow/tfjs-backend-cpu');
    packages.core.env().set('PROD', true); // or its first use prints an advertisement to stderr
    return start({ ...packages, backend: 'cpu' });
  },
};

async function importPackages(): Promise<Pick<TensorFlow, 'core' | 'layers'>> {
  return {
    core: await import('@tensorflow/tfjs-core'),
    layers: await import('@tensorflow/tfjs-layers'),
  };
}

/** One multiplication shows more than a flag: a back end that was built for another Node fails here. */
async function start(tensorFlow: TensorFlow): Promise<TensorFlow> {
  const { core, backend } = tensorFlow;
  if (!(await core.setBackend(backend))) throw new Error(`TensorFlow.js: ${backend} did not start`);
  await core.ready();
  const product = core.tidy(() => core.matMul([[2]], [[3]]).dataSync()[0]);
  if (product !== 6) throw new Error(`TensorFlow.js: ${backend} multiplies 2 × 3 to ${product}`);
  return tensorFlow;
}

/**
 * Emscripten's start-up code catches every uncaught exception and unhandled rejection of the process, and throws
 * them again from inside its own minified source, which takes them away from whoever should handle them.
 */
const events = ['uncaughtException', 'unhandledRejection'] as const;

type Listeners = ReadonlyMap<string, readonly unknown[]>;

function processListeners(): Listeners {
  return new Map(events.map((event) => [event, process.listeners(event as 'exit')]));
}

function removeNewListeners(before: Listeners): void {
  for (const event of events) {
    for (const listener of process.listeners(event as 'exit')) {
      if (before.get(event)?.includes(listener) !== true) process.removeListener(event, listener);
    }
  }
}
