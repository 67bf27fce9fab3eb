import type { RunningApp } from './running-app.ts';

/** From now on the system's dialogs answer at once: with the files to open, or the place to write to; null cancels. */
export async function answerDialogs(
  { electron }: RunningApp,
  answers: { readonly open?: readonly string[] | null; readonly save?: string | null },
): Promise<void> {
  await electron.evaluate(({ dialog }, { open, save }) => {
    if (open !== undefined) {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: open === null, filePaths: [...(open ?? [])] });
    }
    if (save !== undefined) {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: save === null, filePath: save ?? '' });
    }
  }, answers);
}
