import { describe, expect, it } from 'vitest';
import { countResults, summaryLine } from '../../../scripts/test-summary.mjs';

function file(status: string, ...tests: string[]) {
  return { status, assertionResults: tests.map((test) => ({ status: test })) };
}

describe('countResults', () => {
  it('counts test cases by their status', () => {
    const report = { testResults: [file('passed', 'passed', 'pending'), file('failed', 'failed', 'passed', 'todo')] };
    expect(countResults(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 2 });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(countResults({ testResults: [file('failed'), file('passed', 'passed')] }, 1)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
    });
  });

  it('counts a file whose hook failed, with its tests skipped, as a failure', () => {
    expect(countResults({ testResults: [file('failed', 'skipped', 'skipped')] }, 1)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 2,
    });
  });

  it('counts a run that went wrong outside of any test as a failure', () => {
    expect(countResults({ testResults: [file('passed', 'passed')] }, 1).failed).toBe(1);
  });

  it('counts a run without a report as a failure', () => {
    expect(countResults(null, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('finds no failure in a run where all went well', () => {
    expect(countResults({ testResults: [file('passed', 'passed', 'passed')] }, 0)).toEqual({
      passed: 2,
      failed: 0,
      skipped: 0,
    });
  });
});

describe('summaryLine', () => {
  it('names skipped tests only when there are some', () => {
    expect(summaryLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(summaryLine({ passed: 12, failed: 1, skipped: 3 })).toBe('12 passed, 1 failed, 3 skipped');
  });
});
