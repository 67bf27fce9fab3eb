import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { listPackage, statFile } from '@electron/asar';
import { flipFuses, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';
import { expect as expectPage } from '@playwright/test';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { ClassifiedFile } from '../../main/engine/classify/result.ts';
import { writeHeldBackClips } from '../../main/engine/dataset/sample/held-back.ts';
import { STARTER_FILES } from '../../main/engine/library/starter-folder.ts';
import { EXTERNAL } from '../../scripts/build.mjs';
import { suitePaths } from '../helpers/temporary-folder.ts';
import manifest from '../../package.json' with { type: 'json' };
import { makeSample, train } from './helpers/jobs.ts';
import { appEnvironment, packagedCommand, startPackaged, type RunningApp } from './helpers/running-app.ts';
import { describeApp } from './helpers/suite-app.ts';

/** Packages whose libraries and programs the system itself has to find. */
const UNPACKED = ['@tensorflow/tfjs-node', '@libsql', '@napi-rs', 'ffmpeg-static'];
/** What is no part of a running app. */
const UNWANTED =
  /\.(ts|map|svelte|cc|o)$|(^|\/)(test|tests|__tests__|docs)\/|(_test|\.test|\.spec)\.\w+$|^out\/(cli|bench|main-job)/u;
/** Dependencies that esbuild and Vite put into the bundles whole. */
const BUNDLED = Object.keys(manifest.dependencies).filter((name) => !EXTERNAL.includes(name));
/** How an open fuse is written into the program. */
const OPEN = '1'.charCodeAt(0);
const LONG = { timeout: 120_000 };

// Elsewhere the folder looks different, and the workflow packages there.
describe.skipIf(process.platform !== 'linux')('the package', () => {
  describeApp('as users get it, away from its sources', () => {
    const place = suitePaths();
    const program = (): string => place('package', 'linux-unpacked', 'instrunet');
    const resources = (...names: string[]): string => place('package', 'linux-unpacked', 'resources', ...names);
    let files: readonly string[];
    let app: RunningApp;

    beforeAll(async () => {
      await promisify(execFile)(process.execPath, [resolve('scripts/package.mjs'), '--to', place('package')]);
      const archive = resources('app.asar');
      files = listPackage(archive, { isPack: false })
        .map((path) => path.slice(1))
        .filter((path) => !('files' in statFile(archive, path)));
    });

    it('holds the bundles, the page and what they load, and neither sources nor tests', () => {
      const own = files.filter((path) => !path.startsWith('node_modules/'));
      expect(own).toEqual(
        expect.arrayContaining([
          'out/app.cjs',
          'out/engine.cjs',
          'out/features-worker.cjs',
          'out/preload.cjs',
          'out/renderer/index.html',
          'package.json',
          'resources/icon.png',
        ]),
      );
      const strange = own.filter(
        (path) => !/^(out\/|resources\/(icon|starter-model\/)|package\.json|main\/app\/electron-22)/u.test(path),
      );
      expect(strange).toEqual([]);
      expect(files.filter((path) => UNWANTED.test(path))).toEqual([]);
    });

    const starterFiles = Object.values(STARTER_FILES).map((name) => `resources/starter-model/${name}`);
    it.skipIf(!existsSync('resources/starter-model'))('holds the starter network, where there is one', () => {
      expect(files).toEqual(expect.arrayContaining(starterFiles));
    });

    it('holds no package that is in the bundles already', () => {
      const packed = new Set(files.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(path)?.[1] ?? []));
      expect(BUNDLED.filter((name) => packed.has(name))).toEqual([]);
      expect(EXTERNAL.filter((name) => name !== 'electron' && !packed.has(name))).toEqual([]);
    });

    it.each(UNPACKED)('leaves %s outside the archive, whole', (name) => {
      const inside = files.filter((path) => path.startsWith(`node_modules/${name}/`));
      expect(inside.length).toBeGreaterThan(0);
      const packed = inside.filter(
        (path) => !(statFile(resources('app.asar'), path) as { unpacked?: boolean }).unpacked,
      );
      expect(packed).toEqual([]);
    });

    it("leaves TensorFlow's library where its addon looks for it", async () => {
      const tfjs = resources('app.asar.unpacked', 'node_modules', '@tensorflow', 'tfjs-node');
      await access(`${tfjs}/lib/napi-v8/tfjs_binding.node`);
      expect(await readdir(`${tfjs}/deps/lib`)).toEqual(
        expect.arrayContaining([expect.stringMatching(/^libtensorflow(_cc)?\.so\.2/u) as string]),
      );
    });

    it('brings the licences of all that is in it', async () => {
      const notices = await readdir(place('package', 'linux-unpacked', 'licenses'));
      expect(notices.sort()).toEqual(['InstruNet-MIT.txt', 'THIRD_PARTY_LICENSES.md', 'ffmpeg-GPL-3.0.txt']);
      expect(await readdir(place('package', 'linux-unpacked'))).toEqual(
        expect.arrayContaining(['LICENSE.electron.txt', 'LICENSES.chromium.html']),
      );
    });

    it('has its fuses as the security checklist has them', async () => {
      const wire = await getCurrentFuseWire(program());
      const open = Object.values(FuseV1Options)
        .filter((fuse) => typeof fuse === 'number')
        .filter((fuse) => Number(wire[fuse]) === OPEN);
      expect(open.map((fuse) => FuseV1Options[fuse])).toEqual([
        'EnableEmbeddedAsarIntegrityValidation',
        'OnlyLoadAppFromAsar',
      ]);
    });

    it('opens its page', async () => {
      // The one that the tests' driver needs.
      await flipFuses(program(), { version: FuseVersion.V1, [FuseV1Options.EnableNodeCliInspectArguments]: true });
      app = await startPackaged(inject('stage'), program(), place('user-data'));
      await expectPage(app.page.getByRole('button', { name: /sample dataset/iu })).toBeVisible();
      expect(await app.electron.evaluate(({ app: { isPackaged } }) => isPackaged)).toBe(true);
    });

    it('trains and names a recording that a second start hands over', async () => {
      await train(app, await makeSample(app), 'In the package');
      const classified = app.page.evaluate(
        () =>
          new Promise<ClassifiedFile>((done) => {
            window.instrunet.on('classified', ({ result }) => {
              done(result);
            });
          }),
      );
      const [clip] = await writeHeldBackClips(place('unheard'), {});
      if (clip === undefined) throw new Error('no clip was written');
      await expectPage(app.page.getByText(/Open a folder|In the package|Train on it/u).first()).toBeVisible(LONG);
      expect(await start([clip.path])).toMatchObject({ code: 0 });
      expect(await classified).toMatchObject({ file: clip.path, error: null });
      await expectPage(app.page.getByText(basename(clip.path)).first()).toBeVisible();
      await app.picture('packaged');
    });

    it('is no Node for whoever asks', async () => {
      const { said } = await start(['-p', '"as " + "Node"'], { ELECTRON_RUN_AS_NODE: '1' });
      expect(said).not.toContain('as Node');
    });

    it('quits', async () => {
      expect(app.takeProblems()).toEqual([]);
      await app.close();
    });

    /** Starts it once more, which ends at once as its window is open already. */
    async function start(parameters: readonly string[], environment: Readonly<Record<string, string>> = {}) {
      const child = spawn(program(), [...packagedCommand(place('user-data')), ...parameters], {
        env: { ...appEnvironment(inject('stage')), ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const exit = new Promise((done) => child.once('exit', done));
      const said = await Promise.all([text(child.stdout), text(child.stderr)]);
      return { code: await exit, said: said.join('\n') };
    }
  });
});
