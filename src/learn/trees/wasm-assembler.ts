/**
 * Just enough of WebAssembly's binary format (W3C core specification 2.0, section 5) to write short loops by hand:
 * V8 checks the bounds of every typed-array access, and has no vectors for JavaScript. Expressions are nested as
 * they are evaluated.
 */
export type Code = readonly number[];

export type ValueType = 'i32' | 'f64' | 'v128';

const TYPE_CODES: Readonly<Record<ValueType, number>> = { i32: 0x7f, f64: 0x7c, v128: 0x7b };

export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly result?: ValueType;
  readonly body: Code;
}

/** A module that imports its memory as `env.memory` and exports the functions. */
export function assembleModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, result }) => [
    0x60,
    ...list(parameters.map((type) => [TYPE_CODES[type]])),
    ...list(result === undefined ? [] : [[TYPE_CODES[result]]]),
  ]);
  const memory = [...text('env'), ...text('memory'), 0x02, 0x00, ...unsigned(0)];
  const exported = functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]);
  const bodies = functions.map(({ locals, body }) => {
    const code = [...list(locals.map((type) => [1, TYPE_CODES[type]])), ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(2, list([memory])),
    ...section(3, list(functions.map((_, index) => unsigned(index)))),
    ...section(7, list(exported)),
    ...section(10, list(bodies)),
  ]);
}

function section(id: number, content: Code): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function list(items: readonly Code[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function text(name: string): number[] {
  return [...unsigned(name.length), ...Array.from(name, (letter) => letter.charCodeAt(0))];
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 0x80) return [...bytes, left];
    bytes.push((left & 0x7f) | 0x80);
  }
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left >>= 7) {
    const byte = left & 0x7f;
    const last = left >> 6 === 0 || left >> 6 === -1;
    bytes.push(last ? byte : byte | 0x80);
    if (last) return bytes;
  }
}

const operator =
  (...opcode: number[]) =>
  (...operands: Code[]): Code => [...operands.flat(), ...opcode];

/** Loads and stores: the alignment's power of two, then the offset. */
const memoryOperator =
  (...opcode: number[]) =>
  (offset: number, ...operands: Code[]): Code => [
    ...operands.flat(),
    ...opcode,
    0,
    ...unsigned(offset),
  ];

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  load: memoryOperator(0x28),
  load8: memoryOperator(0x2d),
  load16: memoryOperator(0x2f),
  store: memoryOperator(0x36),
  eqz: operator(0x45),
  ne: operator(0x47),
  lt: operator(0x49),
  add: operator(0x6a),
  sub: operator(0x6b),
  and: operator(0x71),
  or: operator(0x72),
  shl: operator(0x74),
  shrS: operator(0x75),
  shrU: operator(0x76),
};

export const f64 = {
  load: memoryOperator(0x2b),
  store: memoryOperator(0x39),
  eq: operator(0x61),
  ne: operator(0x62),
  lt: operator(0x63),
  gt: operator(0x64),
  le: operator(0x65),
  add: operator(0xa0),
  sub: operator(0xa1),
  mul: operator(0xa2),
  div: operator(0xa3),
};

/** Vectors of two f64. */
export const f64x2 = {
  load: memoryOperator(0xfd, 0x00),
  store: memoryOperator(0xfd, 0x0b),
  splat: operator(0xfd, 0x14),
  add: operator(0xfd, 0xf0, 0x01),
  sub: operator(0xfd, 0xf1, 0x01),
  mul: operator(0xfd, 0xf2, 0x01),
  div: operator(0xfd, 0xf3, 0x01),
  lane: (lane: 0 | 1, vector: Code): Code => [...vector, 0xfd, 0x21, lane],
  withLane: (lane: 0 | 1, vector: Code, value: Code): Code => [
    ...vector,
    ...value,
    0xfd,
    0x22,
    lane,
  ],
  /** The given lane of each of two vectors. */
  lanes: (lane: 0 | 1, first: Code, second: Code): Code => {
    const places = Array.from({ length: 8 }, (_, byte) => 8 * lane + byte);
    return [...first, ...second, 0xfd, 0x0d, ...places, ...places.map((place) => 16 + place)];
  },
};

export const local = {
  get: (index: number): Code => [0x20, ...unsigned(index)],
  set: (index: number, value: Code): Code => [...value, 0x21, ...unsigned(index)],
  tee: (index: number, value: Code): Code => [...value, 0x22, ...unsigned(index)],
};

/** `branchIf(0, …)` in a block leaves it, in a loop begins it again; each level around counts one more. */
export const block = (...body: Code[]): Code => [0x02, 0x40, ...body.flat(), 0x0b];
export const loop = (...body: Code[]): Code => [0x03, 0x40, ...body.flat(), 0x0b];
export const branchIf = (levels: number, condition: Code): Code => [
  ...condition,
  0x0d,
  ...unsigned(levels),
];
