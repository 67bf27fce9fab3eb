/** The mean of the probabilities of a clip's windows, p_c = sum_w p_wc / W: what the clip counts with. Of one window itself. */
export function windowMean(windows: readonly (readonly number[])[]): readonly number[] {
  const [first = [], ...more] = windows;
  if (more.length === 0) return first;
  return first.map(
    (_, index) => windows.reduce((sum, probabilities) => sum + (probabilities[index] ?? 0), 0) / windows.length,
  );
}
