export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** How a file of tests came out in one run. */
export interface FileResult {
  readonly file: string;
  readonly counts: Counts;
  /** What failed and why, to stand at the end of the log: of a run of many minutes often only the end is kept. */
  readonly failures: readonly string[];
}

interface Report {
  testResults?: {
    name?: string;
    status?: string;
    message?: string;
    assertionResults?: { status?: string; fullName?: string; failureMessages?: string[] }[];
  }[];
}

const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };
const firstLines = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.includes('/node_modules/'))
    .slice(0, 12)
    .join('\n    ');

/**
 * The files of a vitest JSON report. A file that failed without a failed test (it did not load, its setup threw) counts as one failure,
 * so that the figures can never look better than the run.
 */
export function filesOf(report: unknown): FileResult[] {
  return ((report as Report).testResults ?? []).map(({ name = '?', status, message = '', assertionResults = [] }) => {
    const counts = { ...NONE };
    for (const t of assertionResults) {
      if (t.status === 'passed') counts.passed++;
      else if (t.status === 'failed') counts.failed++;
      else counts.skipped++;
    }
    const failures = assertionResults
      .filter((t) => t.status === 'failed')
      .map((t) => `${name} > ${t.fullName ?? '?'}\n    ${firstLines(t.failureMessages?.at(-1) ?? '')}`);
    if (status === 'failed' && counts.failed === 0) {
      counts.failed = 1;
      failures.push(`${name}\n    ${firstLines(message)}`);
    }
    return { file: name, counts, failures };
  });
}

export const sumOf = (files: Iterable<FileResult>): Counts =>
  [...files].reduce(
    (sum, { counts }) => ({
      passed: sum.passed + counts.passed,
      failed: sum.failed + counts.failed,
      skipped: sum.skipped + counts.skipped,
    }),
    NONE,
  );

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
