export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Report {
  testResults?: {
    name?: string;
    status?: string;
    message?: string;
    assertionResults?: { status?: string; fullName?: string; failureMessages?: string[] }[];
  }[];
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

/**
 * What failed, to stand at the end of the log: of a run of many minutes often only the end is kept.
 * @returns per failure its file, its test and the first lines of why; a file that failed without a failed test has its own message
 */
export function failuresOf(report: unknown): string[] {
  const firstLines = (text: string): string => text.split('\n').slice(0, 12).join('\n    ');
  return ((report as Report).testResults ?? []).flatMap((file) => {
    const failed = (file.assertionResults ?? []).filter((t) => t.status === 'failed');
    if (failed.length > 0)
      return failed.map(
        (t) => `${file.name ?? '?'} > ${t.fullName ?? '?'}\n    ${firstLines(t.failureMessages?.at(-1) ?? '')}`,
      );
    return file.status === 'failed' ? [`${file.name ?? '?'}\n    ${firstLines(file.message ?? '')}`] : [];
  });
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
