import { createRequire } from 'node:module';
import { buildBundles, CLI_BUNDLE } from './build.mjs';
import { ENGINE_STEPS, setUp } from './setup.mjs';
import { whereTyped } from './where-typed.mjs';

// Standard output belongs to the command, so set-up speaks on standard error, and only when it has work to do.
await setUp(ENGINE_STEPS, { stream: process.stderr, quietIfDone: true });
await buildBundles();

// In this very process: signals, standard input and the exit code are the command's own.
process.chdir(whereTyped());
process.argv[1] = CLI_BUNDLE;
process.setSourceMapsEnabled(true);
createRequire(import.meta.url)(CLI_BUNDLE);
