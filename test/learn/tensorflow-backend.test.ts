import { describe, expect, it } from 'vitest';

import { loadTensorFlow } from '../../src/learn/tensorflow-backend.ts';

const nodeBindings = await import(['@tensorflow', 'tfjs-node'].join('/')).then(
  () => true,
  () => false,
);

describe('loadTensorFlow', () => {
  it('takes the native library where it is installed, else WebAssembly', async () => {
    const { backend, core } = await loadTensorFlow();
    expect(backend).toBe(nodeBindings ? 'tensorflow' : 'wasm');
    expect(core.getBackend()).toBe(backend);
  });

  it('gives the same product on WebAssembly and on plain JavaScript', async () => {
    const products: Float32Array[] = [];
    for (const name of ['wasm', 'cpu'] as const) {
      const { core, backend } = await loadTensorFlow(name);
      expect(backend).toBe(name);
      expect(core.getBackend()).toBe(name);
      products.push(
        core.tidy(() => core.matMul([[1, 2]], [[3], [4.5]]).dataSync()) as Float32Array,
      );
    }
    expect(products).toEqual([Float32Array.of(12), Float32Array.of(12)]);
  });

  it('leaves the process with the listeners it had', async () => {
    const count = () =>
      ['uncaughtException', 'unhandledRejection'].map((e) => process.listenerCount(e));
    const before = count();
    await loadTensorFlow('wasm');
    expect(count()).toEqual(before);
  });

  it.skipIf(nodeBindings)('says why when the one asked for is not there', async () => {
    const failure = await loadTensorFlow('tensorflow').catch((error: unknown) => error as Error);
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).message).toBe('TensorFlow.js: no back end starts (tried tensorflow)');
    expect(String((failure as Error).cause)).toContain('@tensorflow/tfjs-node');
  });
});
