import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cached } from './cache.mjs';
import { run } from './command.mjs';
import { ensureDebianPackages, hasDebianPackages } from './debian-packages.mjs';
import { PLATFORM } from './places.mjs';
import { SetupProblem, messageOf } from './problem.mjs';
import { pip, pythonWithPip, works } from './python-wheel.mjs';

/** What the parity tests compare with. */
const REQUIREMENTS = [
  'tensorflow-cpu==2.21.0',
  'keras==3.15.1',
  'librosa==0.11.0',
  'scikit-learn==1.9.1',
  'numpy==2.4.6',
  'soxr==1.1.0',
  'h5py==3.14.0',
  'matplotlib==3.11.2',
  'pillow==13.0.0',
];
const MODULES = ['tensorflow', 'keras', 'librosa', 'sklearn', 'numpy', 'soxr', 'h5py', 'matplotlib', 'PIL'];
const PROGRAM = process.platform === 'win32' ? join('Scripts', 'python.exe') : join('bin', 'python');

/**
 * The Python whose Keras, librosa and scikit-learn the parity tests compare with.
 * @type {import('./steps.mjs').Step}
 */
export const python = {
  id: 'python',
  title: 'Python for parity tests',
  key: () => `${REQUIREMENTS.join(' ')}, ${PLATFORM}`,
  async install() {
    const base = await pythonWithVenv();
    const [version] = (await run(base, ['-c', 'import platform; print(platform.python_version())'])).trim().split('\n');
    const requirements = createHash('sha256').update(REQUIREMENTS.join('\n')).digest('hex').slice(0, 8);
    const folder = await cached(`python-${version}-${requirements}-${PLATFORM}`, {
      fill: (empty) => makeEnvironment(base, empty),
      verify: (filled) =>
        run(join(filled, PROGRAM), ['-c', `import ${MODULES.join(', ')}`], {
          environment: { TF_CPP_MIN_LOG_LEVEL: '3' },
        }),
    });
    const path = join(folder, PROGRAM);
    return {
      version,
      source: `PyPI: ${REQUIREMENTS.slice(0, 3).join(', ').replaceAll('==', ' ')} …`,
      path,
      files: [path],
    };
  },
};

async function pythonWithVenv() {
  const base = await pythonWithPip('the Python environment of the parity tests');
  if (await works(base, ['-c', 'import venv, ensurepip'])) {
    return base;
  }
  if (!hasDebianPackages()) {
    throw new SetupProblem('this Python has no module venv', 'install Python 3 with venv and ensurepip.');
  }
  await ensureDebianPackages(['python3-venv'], 'the Python environment of the parity tests');
  return '/usr/bin/python3';
}

/**
 * The environment is used by its interpreter alone (`python -m …`), so it may be renamed after it is made.
 * @param {string} base
 * @param {string} folder
 */
async function makeEnvironment(base, folder) {
  try {
    await run(base, ['-m', 'venv', folder]);
    await pip(join(folder, PROGRAM), ['install', '--quiet', '--retries', '1', ...REQUIREMENTS]);
  } catch (error) {
    throw new SetupProblem(messageOf(error), 'see whether PyPI can be reached, and whether Python is 3.11 or newer.');
  }
}
