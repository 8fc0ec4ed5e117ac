/** Where a wall's way back to a page is tried, in seconds after the last try. A page that is not there must not be opened. */
const PROBE_EVERY_S = 3;
/** Waits before the n-th reload in a row because of a version, seconds: a gateway may be newer than the pages for a while. */
const RELOAD_AFTER_S = [0, 5, 15, 30, 60] as const;
const RELOADS = 'wf_reloads';

export interface Surroundings {
  /** Whether the page could be loaded now. */
  readonly reachable: (href: string) => Promise<boolean>;
  readonly wait: (seconds: number) => Promise<void>;
  readonly go: (href: string) => void;
  readonly memory: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

/**
 * Opens a page once it can be opened: a kiosk that navigates while the server is away ends on the browser's own error page,
 * and nobody is there to press “reload”.
 */
export async function openWhenReachable(href: string, s: Surroundings): Promise<void> {
  while (!(await s.reachable(href))) await s.wait(PROBE_EVERY_S);
  s.go(href);
}

/** Loads this page anew because it is out of date: at once the first time, later and later when that did not help. */
export async function reloadForVersion(href: string, s: Surroundings): Promise<void> {
  const before = Math.max(0, Number(s.memory.getItem(RELOADS)) || 0);
  s.memory.setItem(RELOADS, String(before + 1));
  await s.wait(RELOAD_AFTER_S[Math.min(before, RELOAD_AFTER_S.length - 1)]!);
  await openWhenReachable(href, s);
}

/** The page and the gateway speak the same version: the next reload may come at once again. */
export function versionsMatch(s: Surroundings): void {
  s.memory.removeItem(RELOADS);
}

/** The browser itself. */
export const browserSurroundings = (): Surroundings => ({
  reachable: async (href) => {
    try {
      return (await fetch(href, { cache: 'no-store', signal: AbortSignal.timeout(5000) })).ok;
    } catch {
      // unreachable is an answer here, not a fault: the caller asks again
      return false;
    }
  },
  wait: (seconds) => new Promise((done) => setTimeout(done, seconds * 1000)),
  go: (href) => location.replace(href),
  memory: sessionStorage,
});
