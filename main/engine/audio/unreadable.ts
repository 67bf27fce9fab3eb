/** What ffmpeg writes, and what that means for whoever owns the file. The first that fits counts. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/moov atom not found|partial file|Truncat|End of file|unspecified frame size/i, 'it is incomplete'],
  [/matches no streams|does not contain any stream/i, 'there is no sound track in it'],
  [/No such file/i, 'it is no longer there'],
  [/Permission denied/i, 'permission to open it was denied'],
  [/Is a directory/i, 'it is a folder'],
  [
    /Unknown decoder|Decoder .* not found|no decoder|Unsupported codec|codec .* not supported/i,
    'this ffmpeg lacks its codec',
  ],
  [/Protocol .* not on whitelist|Protocol not found/i, 'it is a list that points to other files'],
  [
    /invalid new backstep|Header missing|Error while decoding|decode_frame|invalid frame|overread|invalid sync|CRC|non monotonically|corrupt/i,
    'parts of the data are corrupt',
  ],
  [
    /Invalid data found|could not find codec parameters|Invalid argument|misdetection/i,
    'it holds no sound in a known format',
  ],
  [/killed with signal/i, 'ffmpeg crashed on it'],
];

/**
 * The reason in plain words, from what ffmpeg wrote.
 * @param path as ffmpeg was told it; it names it in what it writes, and a name may hold any words
 */
export function reasonIn(words: string, path: string): string {
  const own = words.replaceAll(path, '');
  const found = MEANINGS.find(([pattern]) => pattern.test(own));
  return found?.[1] ?? 'ffmpeg could not decode it';
}
