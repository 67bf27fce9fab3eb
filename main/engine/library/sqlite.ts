import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Libsql from 'libsql';
import { z } from 'zod';
import { EngineError, toEngineError, type ErrorCode } from '../common/errors.ts';
import { MIGRATIONS } from './schema.ts';

type Value = string | number | null;
type Connection = InstanceType<typeof Libsql>;

/** How long a second program waits for the one that is writing. */
const BUSY_TIMEOUT_MS = 5000;
const RETRY_MS = 50;

const DAMAGED: ReadonlySet<string> = new Set(['SQLITE_NOTADB', 'SQLITE_CORRUPT']);

/** An open SQLite file: SQL with checked rows, and errors in the engine's words. */
export class Sqlite {
  readonly #connection: Connection;

  constructor(
    /** Absolute path of the file. */
    readonly file: string,
    /** Where a damaged file was put aside, when there was one. */
    readonly keptAside: string | undefined,
    connection: Connection,
  ) {
    this.#connection = connection;
  }

  /** Rows as `schema` has them. */
  all<Row>(schema: z.ZodType<Row>, sql: string, ...values: Value[]): Row[] {
    return this.#say(() => z.array(schema).parse(this.#connection.prepare(sql).all(...values)));
  }

  /** @returns the number of rows changed */
  run(sql: string, ...values: Value[]): number {
    return this.#say(() => this.#connection.prepare(sql).run(...values).changes);
  }

  /** Runs one statement for each row of values. */
  runEach(sql: string, rows: Iterable<readonly Value[]>): void {
    this.#say(() => {
      const statement = this.#connection.prepare(sql);
      for (const row of rows) statement.run(...row);
    });
  }

  /** All or nothing of what `work` does. */
  transaction<Result>(work: () => Result): Result {
    return this.#say(() => {
      this.#connection.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.#connection.exec('COMMIT');
        return result;
      } catch (error) {
        if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /**
   * Brings the write-ahead log into the file, so that the file alone is the whole library, and closes it. What cannot be
   * brought in (another program reads, the disk is full) stays in the log, which the next one to open the file reads.
   */
  close(): void {
    try {
      this.#connection.pragma('wal_checkpoint(TRUNCATE)');
    } catch (error) {
      if (!(error instanceof Libsql.SqliteError)) throw error;
    } finally {
      this.#connection.close();
    }
  }

  #say<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw sqliteError(error, this.file);
    }
  }
}

/**
 * Opens the library's file, making it and its folder where they are missing and bringing an older one up to date.
 * A damaged file is put aside (`keptAside` says where), never deleted, and a new one is begun.
 * @throws EngineError `failed` where a newer program made the file or another one holds it; `permission-denied`, `disk-full`
 */
export async function openSqlite(file: string): Promise<Sqlite> {
  try {
    await mkdir(dirname(file), { recursive: true });
  } catch (error) {
    throw toEngineError(error, dirname(file));
  }
  try {
    return new Sqlite(file, undefined, await connectPatiently(file));
  } catch (error) {
    if (!DAMAGED.has(codeOf(error))) throw sqliteError(error, file);
  }
  const keptAside = await putAside(file);
  try {
    return new Sqlite(file, keptAside, await connectPatiently(file));
  } catch (error) {
    throw sqliteError(error, file);
  }
}

/** SQLite itself does not wait while another program brings a new file into its journal mode. */
async function connectPatiently(file: string): Promise<Connection> {
  for (const until = Date.now() + BUSY_TIMEOUT_MS; ;) {
    try {
      return connect(file);
    } catch (error) {
      if (codeOf(error) !== 'SQLITE_BUSY' || Date.now() >= until) throw error;
    }
    await sleep(RETRY_MS);
  }
}

function connect(file: string): Connection {
  const connection = new Libsql(file);
  try {
    connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const version = versionOf(connection);
    if (version > MIGRATIONS.length) throw tooNew(file, version);
    connection.pragma('journal_mode = WAL');
    check(connection);
    if (version < MIGRATIONS.length) migrate(connection);
    connection.pragma('foreign_keys = ON');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Finds damage deep inside at once, instead of in the middle of some later work. */
function check(connection: Connection): void {
  const [first] = CheckRows.parse(connection.pragma('quick_check(1)'));
  if (first.quick_check === 'ok') return;
  throw new Libsql.SqliteError(first.quick_check, 'SQLITE_CORRUPT');
}

const CheckRows = z.tuple([z.object({ quick_check: z.string() })]);

const VersionRows = z.tuple([z.object({ user_version: z.number().int() })]);

function versionOf(connection: Connection): number {
  const [{ user_version: version }] = VersionRows.parse(connection.pragma('user_version'));
  return version;
}

function tooNew(file: string, version: number): EngineError {
  return new EngineError(
    'failed',
    `The library ${file} was made by a newer InstruNet (version ${version}, this one knows ${MIGRATIONS.length}). ` +
      'Update InstruNet, or choose another library folder. Nothing was changed.',
  );
}

/** Asks for the version once more when it is alone: another program may have opened the file at the same moment. */
function migrate(connection: Connection): void {
  connection.exec('BEGIN IMMEDIATE');
  for (const migration of MIGRATIONS.slice(versionOf(connection))) connection.exec(migration);
  if (versionOf(connection) < MIGRATIONS.length) connection.pragma(`user_version = ${MIGRATIONS.length}`);
  connection.exec('COMMIT');
}

/** The write-ahead log goes along: it may hold the last changes. */
async function putAside(file: string): Promise<string> {
  const aside = `${file}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  for (const suffix of ['', '-wal', '-shm']) {
    try {
      await rename(file + suffix, aside + suffix);
    } catch (error) {
      const cause = toEngineError(error, file + suffix);
      if (suffix === '' || cause.code !== 'not-found') throw cause;
    }
  }
  return aside;
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  SQLITE_FULL: 'disk-full',
  SQLITE_READONLY: 'permission-denied',
  SQLITE_CANTOPEN: 'permission-denied',
};

const WORDS: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'could not be written: the disk is full',
  SQLITE_READONLY: 'may not be written: permission denied',
  SQLITE_CANTOPEN: 'could not be opened',
  SQLITE_BUSY: 'is being used by another program',
  SQLITE_CORRUPT: 'is damaged; start InstruNet again to put it aside and begin a new one',
};

function sqliteError(error: unknown, file: string): EngineError {
  if (error instanceof EngineError) return error;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  const words = WORDS[code] ?? `could not be used: ${text}`;
  return new EngineError(CODES[code] ?? 'failed', `The library ${file} ${words}.`, { cause: error, details: text });
}

/** SQLite's primary code: `SQLITE_CORRUPT_VTAB` is `SQLITE_CORRUPT` to us. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return '';
  return /^SQLITE_[A-Z]+/.exec(error.code)?.[0] ?? '';
}
