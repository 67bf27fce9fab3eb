/** The eleven IRMAS classes in the order of their fixed colours (`--class-0` …). */
const FIXED = ['cel', 'cla', 'flu', 'gac', 'gel', 'org', 'pia', 'sax', 'tru', 'vio', 'voi'];

interface NamedClass {
  readonly code: string;
  readonly name: string;
}

/** Name and colour of each class of a dataset or run. IRMAS's have theirs everywhere, others take what is free, in order. */
export class Palette {
  readonly classes: readonly NamedClass[];
  readonly #slots = new Map<string, number>();
  readonly #names = new Map<string, string>();

  constructor(classes: readonly NamedClass[]) {
    this.classes = classes;
    const free = FIXED.map((_, slot) => slot).filter((slot) => !classes.some(({ code }) => code === FIXED[slot]));
    let next = 0;
    for (const { code, name } of classes) {
      const fixed = FIXED.indexOf(code);
      this.#slots.set(code, fixed >= 0 ? fixed : (free[next++ % Math.max(1, free.length)] ?? 0));
      this.#names.set(code, name);
    }
  }

  /** A CSS colour. */
  colour(code: string): string {
    const slot = this.#slots.get(code);
    return slot === undefined ? 'var(--line-strong)' : `var(--class-${slot})`;
  }

  name(code: string): string {
    return this.#names.get(code) ?? code;
  }
}
