import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
const read = (file: string): string => readFileSync(file, 'utf8');
const manifest = JSON.parse(read('package.json')) as Record<
  'scripts' | 'dependencies' | 'devDependencies',
  Record<string, string>
>;

/** All that a pattern's first group finds, each once. */
function found(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
}

describe('the documents', () => {
  it('name only npm scripts that exist', () => {
    for (const document of DOCUMENTS) {
      for (const script of found(read(document), /npm run (?:-s )?([\w:]+)/gu)) {
        expect(manifest.scripts, document).toHaveProperty([script]);
      }
    }
  });

  it('link to files that exist', () => {
    for (const document of DOCUMENTS) {
      for (const target of found(read(document), /\]\(([^)#]+)\)/gu).filter((link) => !link.includes(':'))) {
        expect(existsSync(target), `${document} links to ${target}`).toBe(true);
      }
    }
  });

  it('give the reason for every dependency, and for none that is not there', () => {
    const [, table = ''] = read('ARCHITECTURE.md').split('## Dependencies');
    const named = found(table, /^\| ([^|]+?) +\|/gmu)
      .flatMap((cell) => cell.split(', '))
      .filter((name) => name !== 'Package' && !name.startsWith('---'));
    expect(named.sort()).toEqual(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).sort());
  });

  it('pin every dependency exactly', () => {
    for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/u);
    }
  });

  it('list the rooms of the engine in the order that lint keeps', () => {
    const rooms = found(read('ARCHITECTURE.md'), /^ {2}(\w+)\/ {2,}/gmu);
    const [, list = ''] = /ENGINE_ROOMS = \[([^\]]+)\]/u.exec(read('eslint.config.mjs')) ?? [];
    expect(rooms).toEqual(found(list, /'(\w+)'/gu));
    const folders = readdirSync('main/engine', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual([...rooms].sort());
  });

  it('hold no place to be filled in', () => {
    for (const document of DOCUMENTS) expect(read(document)).not.toMatch(/@@|TODO/u);
  });
});
