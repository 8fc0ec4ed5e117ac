import type { Membership, QueueRow, SeatDayRow, SeatRow } from '../floor/rows.ts';

/**
 * How a queue chooses the next seat. The seed names five ways: A equal number of calls, B equal talk time, C longest idle, D level,
 * E order of the seats. Asterisk has its own names; levels are penalties, and lie over each of them.
 */
export const WAYS = ['A', 'B', 'C', 'D', 'E'] as const;
export type Way = (typeof WAYS)[number];

/** Asterisk's strategies that carry one of the five out; B has none, D is penalties over any of them. */
export const STRATEGY_OF: Readonly<Record<Exclude<Way, 'B' | 'D'>, string>> = {
  A: 'fewestcalls',
  C: 'leastrecent',
  E: 'linear',
};
/** Every strategy of Asterisk 18–22. */
export const STRATEGIES = [
  'ringall',
  'leastrecent',
  'fewestcalls',
  'random',
  'rrmemory',
  'rrordered',
  'linear',
  'wrandom',
] as const;
export type Strategy = (typeof STRATEGIES)[number];
export const isStrategy = (text: string): text is Strategy => (STRATEGIES as readonly string[]).includes(text);

/** One seat's place in a queue. */
export interface QueueMember {
  readonly seat: string;
  readonly name: string;
  readonly membership: Membership;
  /** Of this city day: calls of this queue that it answered, and talk of all its queue calls, seconds. */
  readonly answered: number;
  readonly talkS: number;
}

/** Seats of a queue, by level and then by number. */
export function membersOf(
  queue: string,
  seats: Iterable<SeatRow>,
  days: ReadonlyMap<string, SeatDayRow>,
): QueueMember[] {
  const out: QueueMember[] = [];
  for (const seat of seats) {
    const membership = seat.memberships.find((m) => m.queue === queue);
    if (!membership) continue;
    const day = days.get(seat.id);
    out.push({
      seat: seat.id,
      name: seat.name,
      membership,
      answered: day?.byQueue[queue] ?? 0,
      talkS: day?.talkS ?? 0,
    });
  }
  return out.sort((a, b) => a.membership.penalty - b.membership.penalty || a.seat.localeCompare(b.seat));
}

/** Which of the five a queue follows, as its strategy and its seats' levels show; empty: none of them. */
export function waysOf({ strategy }: Pick<QueueRow, 'strategy'>, members: readonly QueueMember[]): Way[] {
  const ways: Way[] = WAYS.filter((w) => w !== 'B' && w !== 'D' && STRATEGY_OF[w] === strategy);
  const levels = new Set(members.map((m) => m.membership.penalty));
  return levels.size > 1 ? [...ways, 'D'] : ways;
}

// ── B: equal talk time ───────────────────────────────────────────────────────────────────────────────────────────────────

export const MAX_BALANCE_LEVEL = 10;

export interface LevelChange {
  readonly seat: string;
  readonly name: string;
  readonly talkS: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Levels that even out talk: who has talked least today has level 0, and each full step more is one level, at most
 * {@link MAX_BALANCE_LEVEL}. It holds until it is done again: Asterisk itself counts no talk time.
 * @param stepS seconds of talk that make one level, from 1
 */
export function balanced(members: readonly QueueMember[], stepS: number): LevelChange[] {
  if (members.length === 0) return [];
  const least = Math.min(...members.map((m) => m.talkS));
  return members.map((m) => ({
    seat: m.seat,
    name: m.name,
    talkS: m.talkS,
    from: m.membership.penalty,
    to: Math.min(MAX_BALANCE_LEVEL, Math.floor((m.talkS - least) / stepS)),
  }));
}

// ── queues.conf ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ConfLine {
  /** '-' is what the switch told, '+' is new. */
  readonly mark: '-' | '+' | ' ';
  readonly text: string;
}

/** A name or interface as queues.conf can hold it: a comma, semicolon or line break would be another field, a comment, a line. */
const plain = (text: string): string => text.replace(/[,;\r\n]+/g, ' ').trim();

/**
 * What has to stand in a queue's section of queues.conf in place of its lines `strategy` and `member`; its other lines stay. (A section
 * that adds to it, `(+)`, would not do: of two strategies Asterisk takes the first.) The strategy is named also when it stays. Fixed
 * members are named with their present levels, because a reload takes back levels that were set from here; for `linear` their order is
 * the order of the seats.
 * @param wanted the strategy that is to be; null: as it is
 */
export function confOf(
  queue: Pick<QueueRow, 'id' | 'strategy'>,
  wanted: Strategy | null,
  members: readonly QueueMember[],
): ConfLine[] {
  const out: ConfLine[] = [{ mark: ' ', text: `[${plain(queue.id)}]` }];
  const now = plain(queue.strategy);
  if (wanted === null || wanted === queue.strategy) out.push({ mark: ' ', text: `strategy = ${now}` });
  else out.push({ mark: '-', text: `strategy = ${now}` }, { mark: '+', text: `strategy = ${wanted}` });
  const fixed = members
    .filter((m) => m.membership.kind === 'static')
    .sort((a, b) => a.seat.localeCompare(b.seat, 'en', { numeric: true }));
  for (const m of fixed)
    out.push({
      mark: ' ',
      text: `member => ${plain(m.membership.interface)},${m.membership.penalty},${plain(m.name)}`,
    });
  return out;
}

/** The file: what of the lines is to stand there. */
export const confText = (lines: readonly ConfLine[]): string =>
  lines
    .filter((l) => l.mark !== '-')
    .map((l) => `${l.text}\n`)
    .join('');
