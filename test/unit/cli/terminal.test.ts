import { describe, expect, it } from 'vitest';
import { Terminal } from '../../../main/cli/terminal.ts';
import { ProgressView } from '../../../main/cli/progress.ts';
import { TrainingView } from '../../../main/cli/training-view.ts';

/** A stream that keeps what is written; a terminal where it has columns. */
function stream(columns?: number): { columns?: number; write: (text: string) => boolean; text: () => string } {
  let written = '';
  return {
    ...(columns === undefined ? {} : { columns }),
    write: (text) => {
      written += text;
      return true;
    },
    text: () => written,
  };
}

function terminalOf(columns?: number) {
  const [stdout, stderr] = [stream(columns), stream(columns)];
  return { stdout, stderr, terminal: new Terminal(stdout, stderr, false, false, false) };
}

describe('words for people', () => {
  const sentence = 'Accuracy 46.9 % on 1,072 validation clips of 355 recordings the network never heard.';

  it('break between words in a terminal, and not at all in a file', () => {
    const narrow = terminalOf(60);
    narrow.terminal.print(sentence);
    expect(narrow.stdout.text()).toBe(`${sentence.replace('recordings the', 'recordings\nthe')}\n`);
    const plain = terminalOf();
    plain.terminal.print(sentence);
    expect(plain.stdout.text()).toBe(`${sentence}\n`);
  });

  it('keep the columns and the empty lines of a table that fits', () => {
    const table = '          precision   recall\n\n   cello       0.50     0.25\n';
    const { stdout, terminal } = terminalOf(80);
    terminal.print(table);
    expect(stdout.text()).toBe(`${table}\n`);
  });

  it('cannot act on the terminal through a file name', () => {
    const { stderr, terminal } = terminalOf();
    terminal.say('Left out \u001b[2Jclip.wav\r: no sound.\nNext line.');
    expect(stderr.text()).toBe('Left out \u{fffd}[2Jclip.wav\u{fffd}: no sound.\nNext line.\n');
  });

  it('tell a long epoch in one line of 80 columns', async () => {
    const { stderr, terminal } = terminalOf();
    const progress = new ProgressView(terminal);
    const view = new TrainingView({ terminal, progress, signal: new AbortController().signal });
    const record = { epoch: 7, loss: 2.3456, accuracy: 0.123, valLoss: 2.3456, valAccuracy: 0.123 };
    await view.watch('run', ({ onEvent }) => {
      onEvent?.({
        type: 'epoch',
        epochs: 20,
        record: { ...record, seconds: 3599, clipsPerSecond: 1234.5 },
        secondsLeft: 10,
      });
      return Promise.resolve();
    });
    expect(stderr.text()).toBe('Epoch  7/20: loss 2.346, accuracy 12.3 %; validation 2.346, 12.3 %; 59 min 59 s\n');
    expect(stderr.text().trimEnd().length).toBeLessThanOrEqual(80);
  });
});
