import type { Command } from '../../preload/contract.ts';
import { classification } from './classify.svelte.ts';
import { datasets, USUAL_SAMPLE } from './datasets.svelte.ts';
import { reader } from './reader.svelte.ts';
import { navigation } from './navigation.svelte.ts';

/** Does what is chosen in the menu, where the user sees it happen. */
export function followCommands(): void {
  window.instrunet.on('command', (command) => {
    void obey(command);
  });
}

async function obey(command: Command): Promise<void> {
  switch (command.do) {
    case 'show':
      navigation.go(command.view);
      break;
    case 'open-folder':
      navigation.go('datasets');
      await datasets.choose();
      break;
    case 'make-sample':
      navigation.go('datasets');
      await datasets.makeSample(USUAL_SAMPLE);
      break;
    case 'name-files':
      navigation.go('classify');
      await classification.chooseFiles('files');
      break;
    case 'show-licences':
      await reader.showLicences();
  }
}
