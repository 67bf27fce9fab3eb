import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { THEMES } from '../../preload/contract.ts';

const SettingsSchema = z.object({
  theme: z.enum(THEMES).default('system'),
  window: z
    .object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive(), maximized: z.boolean() })
    .nullable()
    .default(null),
});

export type Settings = z.infer<typeof SettingsSchema>;

/** What the app remembers of how it was left: one small file. What cannot be read counts as never written. */
export class SettingsFile {
  readonly #path: string;
  #values: Settings;

  constructor(path: string) {
    this.#path = path;
    this.#values = read(path);
  }

  get values(): Settings {
    return this.#values;
  }

  /** @throws Error of the file system */
  change(change: Partial<Settings>): void {
    this.#values = { ...this.#values, ...change };
    const beside = `${this.#path}.tmp`;
    writeFileSync(beside, `${JSON.stringify(this.#values, undefined, 2)}\n`);
    renameSync(beside, this.#path);
  }
}

function read(path: string): Settings {
  try {
    return SettingsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return SettingsSchema.parse({});
  }
}
