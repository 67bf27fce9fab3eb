import type { DroppedItem } from '../../preload/contract.ts';
import { classification } from './classify.svelte.ts';
import { datasets } from './datasets.svelte.ts';
import { modelImport } from './model-import.svelte.ts';
import { navigation } from './navigation.svelte.ts';

/** Decides what becomes of files and folders that were dropped, or handed over by the system. */
class Intake {
  /** A folder of which the user has to say whether it is a dataset or holds recordings to be named. */
  folder = $state.raw<DroppedItem | null>(null);

  follow(): void {
    window.instrunet.on('files', ({ dropped }) => {
      void this.take(dropped);
    });
  }

  async take(dropped: readonly DroppedItem[]): Promise<void> {
    const networks = dropped.filter(isNetwork);
    const others = dropped.filter((item) => !isNetwork(item));
    const [only] = others;
    if (others.length === 1 && only?.kind === 'folder') this.folder = only;
    else await classification.start(others);
    if (networks.length === 0) return;
    navigation.go('classify');
    await modelImport.begin(networks);
  }

  async openAsDataset({ grant }: DroppedItem): Promise<void> {
    this.folder = null;
    navigation.go('datasets');
    await datasets.open(grant);
  }

  async name(folder: DroppedItem): Promise<void> {
    this.folder = null;
    await classification.start([folder]);
  }
}

function isNetwork({ kind, name }: DroppedItem): boolean {
  return kind === 'file' && /\.keras$/iu.test(name);
}

export const intake = new Intake();
