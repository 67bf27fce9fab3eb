/**
 * What each version of the library adds to the one before: entry 0 makes version 1 of an empty file. Entries that were
 * released are never changed.
 *
 * `clips.position` keeps the dataset's own order. `clip_group` is stored as found: it comes from clips that corrections may
 * leave out later. `former_roots` keeps where a dataset lay before it was moved, for the runs that were trained there.
 * `clips.further_labels` is a JSON list, or null where the clip has one label.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE datasets (
    id INTEGER PRIMARY KEY,
    root TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    layout TEXT NOT NULL,
    synthetic INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    warnings TEXT NOT NULL,
    ignored TEXT NOT NULL,
    scanned TEXT NOT NULL
  ) STRICT;

  CREATE TABLE clips (
    dataset INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    recording TEXT NOT NULL,
    clip_group TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    sha256 TEXT,
    duration REAL,
    PRIMARY KEY (dataset, position)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE findings (
    dataset INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    clip INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (dataset, clip, position)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE corrections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    dataset INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    clip TEXT NOT NULL,
    sha256 TEXT,
    from_label TEXT NOT NULL,
    to_label TEXT,
    note TEXT NOT NULL,
    created TEXT NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE former_roots (
    root TEXT PRIMARY KEY,
    dataset INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE clips ADD COLUMN further_labels TEXT;
  `,
];
