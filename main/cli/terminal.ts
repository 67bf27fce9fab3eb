import { Help } from 'commander';
import type { EngineError } from '../engine/common/errors.ts';
import { toJson } from '../engine/common/files.ts';

/** What a stream of words is: `columns` is there where it is a terminal. */
interface WordStream {
  readonly columns?: number;
  write(text: string): unknown;
}

/** Where a command's words go: results to stdout, everything else to stderr. */
export class Terminal {
  constructor(
    private readonly stdout: WordStream,
    private readonly stderr: WordStream,
    /** Whether a person watches stderr, so that a progress bar may redraw itself. */
    readonly interactive: boolean,
    /** With `--json`, stdout carries one JSON document and nothing else. */
    readonly json: boolean,
    private readonly details: boolean,
  ) {}

  /** A result for people; silent with `--json`. */
  print(text: string): void {
    if (!this.json) this.stdout.write(`${readable(text, this.stdout)}\n`);
  }

  /** The one JSON document of a command; silent without `--json`. */
  printJson(value: unknown): void {
    if (this.json) this.stdout.write(toJson(value));
  }

  /** Exactly these bytes to stdout, for formats that other programs read. */
  printRaw(text: string): void {
    this.stdout.write(text);
  }

  /** News for people while the work goes on. */
  say(text: string): void {
    this.stderr.write(`${readable(text, this.stderr)}\n`);
  }

  sayError(error: EngineError): void {
    if (this.json) this.stdout.write(errorDocument(error));
    this.say(`Error: ${error.message}`);
    if (error.details === undefined) return;
    this.say(this.details ? indent(error.details) : '(--details shows the technical details)');
  }
}

/** The one JSON document of a command that failed. */
export function errorDocument({ code, message, details }: EngineError): string {
  return toJson({ error: { code, message, details: details ?? null } });
}

/**
 * Long sentences break between words where they are shown in a terminal. File names may hold control characters, which
 * must not act on it.
 */
function readable(text: string, { columns }: WordStream): string {
  const harmless = text.replace(/[^\P{Cc}\n]/gu, '\u{fffd}');
  return columns === undefined ? harmless : new Help().boxWrap(harmless, columns);
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
