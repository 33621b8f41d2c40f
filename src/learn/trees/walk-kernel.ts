import { assembleModule, branchIf, i32, local, loop } from './wasm-assembler.ts';
import type { Code, WasmFunction } from './wasm-assembler.ts';

/** Rows that walk through a tree together: what one goes on to does not wait for another. */
const LANES = 8;
/** Rows whose ranks lie side by side, for all trees in turn. */
export const BLOCK = 64;

/** A node in memory: addresses and numbers of 32 bits. */
export const NODE_BYTES = 16;
export const NODE = { ranks: 0, lastLeft: 4, skip: 8 } as const;

/**
 * Walks `BLOCK` rows through one tree: `steps` steps each, a leaf leads to itself. `ranks` of a node is where the
 * block's ranks (16 bits) of its column are; a row whose rank is above `lastLeft` goes `skip` bytes beyond the next
 * node, else to that. Writes the address of every row's leaf to `out`.
 */
export type WalkTree = (root: number, steps: number, out: number) => void;

function walkTree(): WasmFunction {
  const [root, steps, out, group, left] = [0, 1, 2, 3, 4] as const;
  const lane = (index: number): number => 5 + index;
  const lanes = Array.from({ length: LANES }, (_, index) => index);
  const step = (index: number): Code => {
    const node = local.get(lane(index));
    const rank = i32.load16(2 * index, i32.add(i32.load(NODE.ranks, node), local.get(group)));
    const goesRight = i32.shrS(i32.sub(i32.load(NODE.lastLeft, node), rank), i32.constant(31));
    const skip = i32.and(i32.load(NODE.skip, node), goesRight);
    return local.set(lane(index), i32.add(i32.add(node, i32.constant(NODE_BYTES)), skip));
  };
  return {
    name: 'walk',
    parameters: ['i32', 'i32', 'i32'],
    locals: ['i32', 'i32', ...lanes.map(() => 'i32' as const)],
    body: loop(
      ...lanes.map((index) => local.set(lane(index), local.get(root))),
      local.set(left, local.get(steps)),
      loop(
        ...lanes.map(step),
        local.set(left, i32.sub(local.get(left), i32.constant(1))),
        branchIf(0, local.get(left)),
      ),
      ...lanes.map((index) => i32.store(4 * index, local.get(out), local.get(lane(index)))),
      local.set(out, i32.add(local.get(out), i32.constant(4 * LANES))),
      local.set(group, i32.add(local.get(group), i32.constant(2 * LANES))),
      branchIf(0, i32.lt(local.get(group), i32.constant(2 * BLOCK))),
    ),
  };
}

/** A module that exports `walk`. */
export function walkModule(): Uint8Array<ArrayBuffer> {
  return assembleModule([walkTree()]);
}
