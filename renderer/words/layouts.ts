import type { DatasetCard } from '../../preload/contract.ts';

export const LAYOUTS: Readonly<Record<DatasetCard['layout'], string>> = {
  'class-folders': 'one folder a class',
  'irmas-names': 'labels from IRMAS file names',
  'irmas-test': 'labels from the text file beside each clip',
  'labels-csv': 'labels from labels.csv',
};

export const KINDS: Readonly<Record<DatasetCard['kinds'][number], string>> = {
  audio: 'Sound',
  image: 'Pictures of spectrograms',
};
