import type { SeatLiveRow, SeatRow } from '#domain/floor/rows.ts';
import { SEAT_STATES, seatView, type PauseReasons, type SeatState, type SeatView } from '#domain/floor/view.ts';
import type { Instant } from '#domain/time.ts';
import type { Format } from '#lib/i18n/format.ts';
import type { Language } from '#lib/i18n/locale.ts';
import { floorLimits } from '#lib/floor/limits.ts';
import { lasting, RING, type Lasting } from './thresholds.ts';

/** A seat without a live row was described and never heard of: it is away like one that is signed out. */
const SILENT: SeatLiveRow = {
  line: 'offline',
  since: 0,
  pause: 'none',
  reason: '',
  pauseSince: null,
  wrapUntil: null,
  onQueueCall: false,
  queue: null,
  call: null,
  holding: false,
  heldSince: null,
};

const numerically = new Intl.Collator('en', { numeric: true });

/** Seats in the order of their numbers: the same seat always stands at the same place. */
export function inOrder(seats: ReadonlyMap<string, SeatRow>): SeatRow[] {
  return [...seats.values()].sort((a, b) => numerically.compare(a.id, b.id));
}

/** The agent's name; empty where the switch only repeats the seat's number ('坐席1001', 'Agent/1001', 'PJSIP/1001'). */
export function agentName(seat: SeatRow): string {
  const own = seat.name.trim();
  return own === '' || own.includes(seat.id) || own === seat.extension ? '' : own;
}

export interface TileView extends SeatView {
  readonly lasting: Lasting;
  /** Since when it holds is not known (a seat that was never heard of). */
  readonly timeKnown: boolean;
}

/** What one tile shows at `now`. */
export function tileView(row: SeatLiveRow | undefined, now: Instant, reasons: PauseReasons): TileView {
  const live = row ?? SILENT;
  const view = seatView(live, now, reasons);
  return { ...view, lasting: seatLasting(view), timeKnown: row !== undefined && live.since > 0 };
}

function seatLasting({ state, inStateS, queue }: SeatView): Lasting {
  if (state === 'talking' || state === 'outbound') return lasting(inStateS, floorLimits.of(queue).talk);
  if (state === 'wrap') return lasting(inStateS, floorLimits.of(queue).wrap);
  return state === 'ringing' ? lasting(inStateS, RING) : 'fine';
}

export type StateCounts = Readonly<Record<SeatState, number>>;

/** Seats per state; they sum to the number of seats, whatever is known of each. */
export function stateCounts(
  seats: readonly SeatRow[],
  live: ReadonlyMap<string, SeatLiveRow>,
  now: Instant,
  reasons: PauseReasons,
): StateCounts {
  const counts = Object.fromEntries(SEAT_STATES.map((s) => [s, 0])) as Record<SeatState, number>;
  for (const seat of seats) counts[seatView(live.get(seat.id) ?? SILENT, now, reasons).state]++;
  return counts;
}

/** The order of the legend: from those who can take the next call to those who cannot. */
export const LEGEND: readonly SeatState[] = [
  'idle',
  'ringing',
  'talking',
  'outbound',
  'wrap',
  'break',
  'busy',
  'other',
  'offline',
];

/** How much a tile says: name, state, time and queue; name, state and time; number, sign and time. */
export type Tier = 'whole' | 'short' | 'dense';
/**
 * Smallest tile of each tier in rem (1 rem = 16 px at 1080 lines): what its lines need at their size, and no less. The words of
 * states are longer in English.
 */
const TIERS: readonly { readonly tier: Tier; readonly w: Record<Language, number>; readonly h: number }[] = [
  { tier: 'whole', w: { 'zh-CN': 9.25, en: 10.1 }, h: 5 },
  { tier: 'short', w: { 'zh-CN': 9.25, en: 10.1 }, h: 3.5 },
  { tier: 'dense', w: { 'zh-CN': 5.1, en: 5.1 }, h: 2.62 },
];

/** How long a tile's state has lasted. A dense tile has room for minutes and seconds beside one sign, not beside two. */
export function tileTime(view: TileView, tier: Tier, format: Pick<Format, 'duration' | 'age'>): string {
  const s = view.inStateS;
  if (!view.timeKnown) return '–';
  if (tier === 'dense' && (s >= 600 || view.lasting === 'overlong'))
    return s < 60 ? `${s}″` : s < 3600 ? `${Math.floor(s / 60)}′` : `${Math.floor(s / 3600)}h`;
  return s < 3600 ? format.duration(s) : format.age(s);
}

const GAP_REM = 0.375;
/** How much larger than its smallest a tile's text may get: then it is read from the far end of the room, and a headline is still larger. */
const LARGEST = 2;
/** Few seats do not make giant tiles: three fill the width of the panel, three its height. */
const WIDEST_REM = 25.5;
const TALLEST_REM = 16;
const SHAPE = 1.7;

export interface SeatGrid {
  readonly tier: Tier;
  readonly columns: number;
  readonly rows: number;
  /** Size of a tile in rem. */
  readonly w: number;
  readonly h: number;
  readonly gap: number;
  /** Size of its text, in times of the tier's smallest: 1 to 2, less only where not even one tile fits. */
  readonly scale: number;
  /** Seats that have a tile of their own; the others stand together in the last tile as “+n”. */
  readonly shown: number;
}

/**
 * The grid that shows `n` seats in a box: says as much of each as fits, as large as the room allows.
 * @param widthRem, heightRem  the box, in rem
 */
export function seatGrid(n: number, widthRem: number, heightRem: number, language: Language = 'zh-CN'): SeatGrid {
  const most = (size: number, min: number): number => Math.max(1, Math.floor((size + GAP_REM) / (min + GAP_REM)));
  const last = TIERS.at(-1)!;
  const fitting = TIERS.find((t) => most(widthRem, t.w[language]) * most(heightRem, t.h) >= n);
  const { tier, w: minW, h: minH } = fitting ?? last;
  const rowsMost = most(heightRem, minH);
  const columnsMost = most(widthRem, minW[language]);
  const size = (columns: number): SeatGrid => {
    const rows = Math.min(rowsMost, Math.max(1, Math.ceil(n / columns)));
    const w = Math.min(WIDEST_REM, (widthRem - (columns - 1) * GAP_REM) / columns);
    const h = Math.min(TALLEST_REM, (heightRem - (rows - 1) * GAP_REM) / rows);
    const scale = Math.min(LARGEST, w / minW[language], h / minH);
    return { tier, columns, rows, w, h, gap: GAP_REM, scale, shown: n <= columns * rows ? n : columns * rows - 1 };
  };
  if (!fitting) return size(columnsMost);
  let best = size(columnsMost);
  for (let columns = Math.max(1, Math.ceil(n / rowsMost)); columns < columnsMost; columns++) {
    const grid = size(columns);
    if (isBetter(grid, best)) best = grid;
  }
  return best;
}

/** Larger text first; where that is the same, tiles nearer to the usual shape. */
function isBetter(a: SeatGrid, b: SeatGrid): boolean {
  const offShape = (g: SeatGrid): number => Math.abs(Math.log(g.w / g.h / SHAPE));
  if (Math.abs(a.scale - b.scale) > 0.01) return a.scale > b.scale;
  return offShape(a) < offShape(b);
}

/** The seats that keep a tile when there are more than fit: whoever is signed out gives way first, from the end. */
export function keepTiles(
  seats: readonly SeatRow[],
  live: ReadonlyMap<string, SeatLiveRow>,
  shown: number,
): readonly SeatRow[] {
  let surplus = seats.length - shown;
  if (surplus <= 0) return seats;
  const gone = new Set<string>();
  for (const away of [true, false])
    for (let i = seats.length - 1; i >= 0 && surplus > 0; i--) {
      const { id } = seats[i]!;
      if (gone.has(id) || ((live.get(id)?.line ?? 'offline') === 'offline') !== away) continue;
      gone.add(id);
      surplus--;
    }
  return seats.filter((s) => !gone.has(s.id));
}
