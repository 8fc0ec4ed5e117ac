/** Doorbell from the intake of cases to the watch for hot issues, inside this process. A lost ring costs a minute at most. */
let waiting: ((cases: number) => void) | null = null;

/** The intake took so many new cases. */
export function newCasesCame(cases: number): void {
  waiting?.(cases);
}

/** Rings `work` at every intake, until the returned function is called. One listener at a time. */
export function listenForCases(work: (cases: number) => void): () => void {
  waiting = work;
  return () => {
    if (waiting === work) waiting = null;
  };
}
