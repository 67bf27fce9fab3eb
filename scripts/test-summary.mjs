/**
 * What vitest's JSON reporter writes, as far as it is counted here.
 * @typedef {object} VitestReport
 * @property {{status: string, assertionResults: {status: string}[]}[]} testResults one for each test file
 */

/**
 * Counts test cases. A file that could not be loaded, or whose hooks failed, counts as one failure more; so does a run
 * that went wrong outside of any test.
 * @param {VitestReport | null} report null when there is none, because the run itself broke down
 * @param {number} exitCode of vitest
 */
export function countResults(report, exitCode) {
  const files = report?.testResults ?? [];
  const statuses = files.flatMap((file) => file.assertionResults.map((test) => test.status));
  const passed = statuses.filter((status) => status === 'passed').length;
  const brokenFiles = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = statuses.filter((status) => status === 'failed').length + brokenFiles;
  const skipped = statuses.length - passed - (failed - brokenFiles);
  return { passed, failed: exitCode !== 0 || report === null ? Math.max(1, failed) : failed, skipped };
}

/** @param {{passed: number, failed: number, skipped: number}} counts */
export function summaryLine({ passed, failed, skipped }) {
  const line = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}
