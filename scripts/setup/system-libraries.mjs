import { ensureDebianPackages, hasDebianPackages, missingDebianPackages } from './debian-packages.mjs';

const FOR_ELECTRON = ['libnss3', 'libgtk-3-0', 'libasound2', 'libgbm1', 'libsecret-1-0', 'libnotify4'];
/** A screen in memory, for tests on machines without one. */
const FOR_TESTS = ['xvfb', 'xauth'];

/**
 * The libraries of the system that Electron loads. They belong to the machine, not to the clone, so they are looked
 * for each time.
 * @param {boolean} withTests
 * @returns {import('./steps.mjs').Step}
 */
export function systemLibraries(withTests) {
  const names = withTests ? [...FOR_ELECTRON, ...FOR_TESTS] : FOR_ELECTRON;
  return {
    id: withTests ? 'systemLibrariesForTests' : 'systemLibraries',
    title: 'System libraries',
    key: () => names.join(' '),
    async isCurrent() {
      return !hasDebianPackages() || (await missingDebianPackages(names)).length === 0;
    },
    async install() {
      if (!hasDebianPackages()) {
        const source = process.platform === 'linux' ? 'left to this system (it is not Debian)' : 'none needed here';
        return { version: '', source, files: [] };
      }
      const installed = await ensureDebianPackages(names, 'Electron');
      const source = installed.length === 0 ? 'installed before' : `apt-get install ${installed.join(' ')}`;
      return { version: `${names.length} Debian packages`, source, files: [] };
    },
  };
}
