import { EngineError } from '../common/errors.ts';
import { fastArchitecture, seedArchitecture, wideArchitecture } from './preset-layers.ts';
import type { Architecture } from './network.ts';

/** A network to start from, chosen by name. */
export interface Preset {
  readonly name: string;
  /** One sentence for whoever chooses. */
  readonly description: string;
  /** The layers of one network, also where several are trained side by side. @param classes how many outputs it shall have */
  readonly build: (classes: number) => Architecture;
}

export const PRESETS: readonly Preset[] = [
  {
    name: 'instrunet',
    description:
      'Two networks side by side, each of five wide convolutions with batch normalisation: the most accurate; takes about eighty times as long to train as the fast one.',
    build: wideArchitecture,
  },
  {
    name: 'instrunet-fast',
    description:
      'Five small convolutions with batch normalisation: trains in a quarter of the time of the published network.',
    build: fastArchitecture,
  },
  {
    name: 'instrunet-seed',
    description:
      'Three convolutions with pooling and one hidden layer: small, quick to train, the network of the published report.',
    build: seedArchitecture,
  },
];

/** @throws EngineError `invalid-argument` naming the presets there are */
export function findPreset(name: string): Preset {
  const preset = PRESETS.find((candidate) => candidate.name === name);
  if (preset !== undefined) return preset;
  const names = PRESETS.map((candidate) => candidate.name).join(', ');
  throw new EngineError('invalid-argument', `There is no preset called "${name}". The presets are: ${names}.`);
}
