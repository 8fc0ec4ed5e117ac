import { query } from '#lib/map/desk/requests.ts';

/** How often the server is asked how many wait to be called back; a list that is open hears so that it changed. */
const ASK_EVERY_MS = 4000;

interface Told {
  readonly open: number | null;
  readonly version: string;
}

/** Numbers to call back of the last week, as every page of the floor shows them on the tab. One per browser tab. */
class MissedCount {
  /** null: not told yet, this role may not know, or too many. */
  open = $state<number | null>(null);
  /** Changes with whatever an open list may show. */
  version = $state('');

  /** Asks until the returned function is called; not while nobody looks. */
  follow(): () => void {
    let stopped = false;
    const ask = async (): Promise<void> => {
      if (!document.hidden) {
        const answer = await query<Told>('/floor/missed/count');
        // without an answer what was known stays
        if (answer.ok && !stopped) this.take(answer.made);
      }
      if (!stopped) timer = setTimeout(() => void ask(), ASK_EVERY_MS);
    };
    let timer = setTimeout(() => void ask(), 0);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }

  take({ open, version }: Told): void {
    this.open = open;
    this.version = version;
  }
}

export const missedCount = new MissedCount();
