export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Report {
  testResults?: { status?: string; assertionResults?: { status?: string }[] }[];
}

/**
 * Counts the tests of a vitest JSON report. A file that failed without a failed test (it did not load, its setup threw) counts as one failure,
 * so that the figures can never look better than the run.
 */
export function countResults(report: unknown): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of (report as Report).testResults ?? []) {
    const tests = file.assertionResults ?? [];
    for (const t of tests) {
      if (t.status === 'passed') counts.passed++;
      else if (t.status === 'failed') counts.failed++;
      else counts.skipped++;
    }
    if (file.status === 'failed' && !tests.some((t) => t.status === 'failed')) counts.failed++;
  }
  return counts;
}

export const addCounts = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/**
 * The last line, and the code to exit with: 0 only when tests ran, none failed, and vitest itself is content.
 * @param code vitest's exit code; null when it was killed
 * @param stopped why the run was cut short; '' when it was not
 */
export function verdict(counts: Counts, code: number | null, stopped: string): { line: string; exitCode: number } {
  const bad = stopped !== '' || code !== 0 || counts.failed > 0 || counts.passed === 0;
  // an unhandled error outside any test, a run cut short: a failure the tests themselves do not show
  const failed = bad && counts.failed === 0 ? 1 : counts.failed;
  return { line: `${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`, exitCode: bad ? 1 : 0 };
}
