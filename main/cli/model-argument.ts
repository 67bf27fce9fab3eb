import { resolve } from 'node:path';
import { starterNetwork } from '../engine/library/starter-folder.ts';
import type { EngineContext } from '../engine/workflows/context.ts';

/** Stands for the network that comes with the app; a folder of that name is `./starter`. */
const STARTER = 'starter';

export const MODEL_HELP = 'a run folder, a .keras file, or “starter” for the network that comes with InstruNet';

/** The path of the network that was typed. @throws EngineError `not-found` where there is no starter network */
export async function modelPath({ starterFolder }: EngineContext, typed: string): Promise<string> {
  return typed === STARTER ? starterNetwork(starterFolder) : resolve(typed);
}
