import { Option } from 'commander';
import { MOST_MEMBERS } from '../engine/model/members.ts';
import { OUTPUT_KINDS } from '../engine/model/output-kind.ts';
import { foldOf, numberBetween, wholeNumber } from './arguments.ts';

/** How to train. What is not given is as the preset has it. */
export function trainingOptions(): Option[] {
  const option = (flags: string, description: string, parser?: (text: string) => number): Option => {
    const made = new Option(flags, description);
    return parser === undefined ? made : made.argParser(parser);
  };
  const share = numberBetween(0, 1, true);
  const half = numberBetween(0, 0.51, true);
  return [
    option(
      '--outputs <kind>',
      'softmax: one instrument a clip; sigmoid: each by itself, as clips with several labels need',
    ).choices(OUTPUT_KINDS),
    option(
      '--members <count>',
      'networks trained side by side to answer with their mean; contrast and equaliser grow from none in the first to all in the last',
      wholeNumber(1, MOST_MEMBERS),
    ),
    option('--epochs <count>', 'times every training clip is seen', wholeNumber(1, 10_000)),
    option('--batch-size <count>', 'clips per training step', wholeNumber(1, 4096)),
    option('--learning-rate <rate>', 'step size of Adam', numberBetween(0, 10)),
    option('--schedule <kind>', 'of the learning rate; cosine: down to 0 at the end').choices(['constant', 'cosine']),
    option('--warmup-epochs <count>', 'over which a cosine rises first', numberBetween(0, 1000, true)),
    option('--weight-decay <rate>', "AdamW's; 0: plain Adam", numberBetween(0, 10, true)),
    option(
      '--label-smoothing <share>',
      'of each label, spread evenly over all classes (sigmoid: over yes and no)',
      share,
    ),
    option('--averaging <decay>', 'of the moving average of the weights that is kept; 0: the last ones', share),
    option('--body-rate <share>', 'of the learning rate for all layers but the last', numberBetween(0, 1.000001)),
    option('--balance-classes', 'let clips of small classes count more'),
    option('--split <kind>', 'grouped: no recording on both sides; random: by clip, which leaks').choices([
      'grouped',
      'random',
    ]),
    option('--validation <share>', 'share of the clips to validate on', numberBetween(0, 1)),
    new Option('--fold <k/n>', 'validate on the kth of n parts of a cross-validation, instead of on a share').argParser(
      foldOf,
    ),
    option('--test <share>', 'share of the clips kept for a separate test', share),
    option('--seed <number>', 'of split, weights, order, dropout and changes', wholeNumber(0, 2 ** 31 - 1)),
    option('--early-stopping <epochs>', 'stop after so many epochs without a lower validation loss', wholeNumber(1)),
    option('--best-epoch', 'keep the epoch with the lowest validation loss'),
    option('--no-calibration', 'leave probabilities as training gave them'),
    option(
      '--other-sounds <share>',
      'of the training clips, or windows: so many synthetic sounds without an instrument are added (sigmoid only)',
      numberBetween(0, 1.01, true),
    ),
    option('--no-augmentation', 'show clips as they are, but for the changes named here'),
    option(
      '--mixup <alpha>',
      'mix clips; the parameter of the beta distribution of their shares',
      numberBetween(0, 1.01, true),
    ),
    option('--roll <share>', 'of its length by which a clip is rolled in time at most', numberBetween(0, 1.01, true)),
    option('--pitch-shift <bands>', 'mel bands by which pitch is moved at most', wholeNumber(0, 32)),
    option('--time-mask <share>', 'of the length that is silenced at most', half),
    option('--frequency-mask <share>', 'of the bands that are silenced at most', half),
    option('--gain <values>', 'of 255 by which loudness is changed at most', wholeNumber(0, 64)),
    option('--contrast <share>', 'by which loud and quiet are driven apart or together at most', half),
    option(
      '--equaliser <values>',
      'of 255 by which bands are raised or lowered at most, as an equaliser does (38: 12 dB)',
      wholeNumber(0, 96),
    ),
  ];
}
