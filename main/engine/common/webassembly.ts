import { EngineError } from './errors.ts';

/**
 * A small assembler for WebAssembly with 128-bit vectors, for the few inner loops that decide how fast features are
 * computed. JavaScript has no vector instructions; these loops run three to five times faster with them, and need no
 * compiler at build time. An expression is the bytes of its instructions; numbers are as in the WebAssembly
 * specification, 2.0, chapter 5.
 */
export type Code = readonly number[];

const TYPE = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;
const PAGE = 65536;
const VOID = 0x40;
const VECTOR = 0xfd;

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

/** A local variable or parameter of a function. */
export class Local {
  readonly get: Code;
  constructor(private readonly index: number) {
    this.get = [0x20, ...unsigned(index)];
  }
  set(value: Code): Code {
    return [...value, 0x21, ...unsigned(this.index)];
  }
}

/** An exported function: its parameters are 32-bit integers, its result, if any, a 32-bit float. */
export class WasmFunction {
  #parameters = 0;
  readonly #types: number[] = [];
  readonly #body: number[] = [];

  constructor(
    readonly name: string,
    readonly returnsFloat = false,
  ) {}

  /** The next parameter; all are declared before the first local variable. */
  parameter(): Local {
    if (this.#types.length > 0) throw new RangeError('parameters come before local variables');
    return new Local(this.#parameters++);
  }

  local(type: keyof typeof TYPE): Local {
    this.#types.push(TYPE[type]);
    return new Local(this.#parameters + this.#types.length - 1);
  }

  /** Keeps an intermediate value in a variable of its own. */
  vector(value: Code): Local {
    const local = this.local('v128');
    this.add(local.set(value));
    return local;
  }

  add(...instructions: Code[]): void {
    for (const instruction of instructions) this.#body.push(...instruction);
  }

  /** `do { body } while (condition)`; whatever `body` adds becomes part of the loop. */
  repeatWhile(body: () => Code): void {
    this.add([0x03, VOID]);
    this.add(body(), [0x0d, 0x00, 0x0b]);
  }

  get type(): number[] {
    return [
      0x60,
      ...list(new Array<number[]>(this.#parameters).fill([TYPE.i32])),
      ...list(this.returnsFloat ? [[TYPE.f32]] : []),
    ];
  }

  get code(): number[] {
    const body = [...list(this.#types.map((type) => [1, type])), ...this.#body, 0x0b];
    return [...unsigned(body.length), ...body];
  }
}

const binary =
  (...operation: number[]) =>
  (left: Code, right: Code): Code => [...left, ...right, ...operation];

export const i32 = {
  value: (value: number): Code => [0x41, ...signed(value)],
  load: (address: Code, offset = 0): Code => [...address, 0x28, 0, ...unsigned(offset)],
  add: binary(0x6a),
  subtract: binary(0x6b),
  multiply: binary(0x6c),
  lessThan: binary(0x48),
  select: (whenTrue: Code, whenFalse: Code, condition: Code): Code => [...whenTrue, ...whenFalse, ...condition, 0x1b],
};

export const f32 = {
  add: binary(0x92),
  load: (address: Code, offset = 0): Code => [...address, 0x2a, 0, ...unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x38, 0, ...unsigned(offset)],
};

/** Four 32-bit floats at once. */
export const f32x4 = {
  zero: [VECTOR, ...unsigned(12), ...new Array<number>(16).fill(0)] as Code,
  load: (address: Code, offset = 0): Code => [...address, VECTOR, ...unsigned(0), 0, ...unsigned(offset)],
  /** One number, four times. */
  loadSplat: (address: Code, offset = 0): Code => [...address, VECTOR, ...unsigned(9), 0, ...unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    VECTOR,
    ...unsigned(11),
    0,
    ...unsigned(offset),
  ],
  add: binary(VECTOR, ...unsigned(228)),
  subtract: binary(VECTOR, ...unsigned(229)),
  multiply: binary(VECTOR, ...unsigned(230)),
  squareRoot: (value: Code): Code => [...value, VECTOR, ...unsigned(227)],
  lane: (value: Code, lane: number): Code => [...value, VECTOR, ...unsigned(31), lane],
  /** Picks four numbers: 0-3 from `left`, 4-7 from `right`. */
  shuffle: (left: Code, right: Code, lanes: readonly [number, number, number, number]): Code => [
    ...left,
    ...right,
    VECTOR,
    ...unsigned(13),
    ...lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
  ],
};

/** What the TypeScript library of Node leaves out of the global `WebAssembly`. */
declare const WebAssembly: {
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => {
    readonly exports: Readonly<Record<string, WasmCall>> & { readonly memory: { readonly buffer: ArrayBuffer } };
  };
};

export type WasmCall = (...parameters: number[]) => number;

export interface WasmInstance {
  readonly memory: ArrayBuffer;
  /** @throws RangeError when the module exports no function of this name */
  call(name: string): WasmCall;
}

function list(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = list(items);
  return [id, ...unsigned(content.length), ...content];
}

function exported(name: string, kind: number, index: number): number[] {
  return [...list([...Buffer.from(name)].map((byte) => [byte])), kind, ...unsigned(index)];
}

function assemble(functions: readonly WasmFunction[], bytes: number): Uint8Array {
  const types = functions.map(({ type }) => type);
  const indices = functions.map((_, index) => unsigned(index));
  const codes = functions.map(({ code }) => code);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(3, indices),
    ...section(5, [[0x00, ...unsigned(Math.ceil(bytes / PAGE))]]),
    ...section(7, [exported('memory', 2, 0), ...functions.map(({ name }, index) => exported(name, 0, index))]),
    ...section(10, codes),
  ]);
}

/** Whether there are vector instructions; processors from before about 2008 and some switches of Node leave them out. */
function hasVectors(): boolean {
  const probe = new WasmFunction('probe', true);
  probe.add(f32x4.lane(f32x4.zero, 0));
  return 'WebAssembly' in globalThis && WebAssembly.validate(assemble([probe], 0));
}

/**
 * Assembles, compiles and instantiates the functions with `bytes` of memory of their own, filled with zeros.
 * @throws EngineError `runtime-missing` where there is no WebAssembly or it lacks vector instructions
 */
export function instantiate(functions: readonly WasmFunction[], bytes: number): WasmInstance {
  if (!hasVectors()) {
    throw new EngineError(
      'runtime-missing',
      'Sound cannot be analysed here: the vector instructions that it takes (WebAssembly SIMD) are missing from this ' +
        'processor or switched off in this Node.',
    );
  }
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble(functions, bytes)));
  return {
    memory: exports.memory.buffer,
    call: (name) => {
      const found = exports[name];
      if (found === undefined) throw new RangeError(`no function ${name}`);
      return found;
    },
  };
}
