import type { FloorView } from '#domain/floor/view.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { floorLimits } from '#lib/floor/limits.ts';
import { plain, type Headline } from '../headline.ts';
import { GOALS, lasting, meets } from './thresholds.ts';

/** The figures of stats.md §9 for the first wall, in a fixed order: now, then quality, then today's counts. */
export function headlines(view: FloorView, { words, format }: Locale): Headline[] {
  const w = words.floor.head;
  const t = view.totals;
  const gap = view.gaps.length > 0;
  const share = (key: string, label: string, value: number | null, goal: number, sub: string): Headline => ({
    ...plain(key, label, format.percent(value), value === null ? w.noCalls : sub),
    unit: value === null ? '' : '%',
    met: meets(value, goal),
    gap,
  });
  const count = (key: string, label: string, value: number, sub: string, now = false): Headline => ({
    ...plain(key, label, format.number(value), sub),
    gap: gap && !now,
  });
  const level = floorLimits.of(null).serviceLevel;
  const goal = (g: number): string => w.goal(format.number(g * 100));
  return [
    {
      ...count(
        'waiting',
        w.waitingNow,
        t.waiting,
        t.oldestS === null ? w.nobody : w.oldest(format.duration(t.oldestS)),
        true,
      ),
      lasting: lasting(t.oldestS, floorLimits.of(null).wait),
    },
    count('talking', w.talking, t.talking, w.averageTalk(format.duration(t.averageTalkS)), true),
    share('connect15', w.connect15, t.connect15, GOALS.connect15, goal(GOALS.connect15)),
    share('connectRate', w.connectRate, t.connectRate, GOALS.connectRate, goal(GOALS.connectRate)),
    // an SL without its threshold and mode says nothing (I-09)
    share(
      'serviceLevel',
      `${w.serviceLevel} ${format.number(level * 100)}/20`,
      t.serviceLevel,
      level,
      words.floor.mode[t.serviceLevelMode],
    ),
    count('inbound', w.inbound, t.inbound, w.offered(format.number(t.offered))),
    count('answered', w.answered, t.answered, w.averageWait(format.duration(t.averageWaitS))),
    count('abandoned', w.abandoned, t.abandoned, w.abandonRate(format.percent(t.abandonRate))),
    count('missed', w.missed, t.missedToCallBack, w.missedNote),
  ];
}

/** Names the periods of today that were not heard: at most two, the longest first, and how many there are. */
export function gapNote(view: FloorView, now: number, { words, format }: Locale): string | null {
  if (view.gaps.length === 0) return null;
  const w = words.floor;
  const longest = [...view.gaps].sort((a, b) => (b.to ?? now) - b.from - ((a.to ?? now) - a.from));
  const named = longest.slice(0, 2).map((g) => {
    const why = w.gapWhy[g.why];
    return g.to === null
      ? w.gapOpen(format.timeWithSeconds(g.from), why)
      : w.gap(format.timeWithSeconds(g.from), format.timeWithSeconds(g.to), why);
  });
  if (longest.length > 2) named.push(w.moreGaps(format.number(longest.length)));
  return w.gapNote(named.join(words.wall.comma));
}
