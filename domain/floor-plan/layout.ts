import { MAX_SIDE, MIN_SIDE, overlapping, SEAT_H, SEAT_W, within, type PlacedSeat, type RoomPlan } from './plan.ts';

/** Rows of seats as a hall has them: back to back in pairs, with an aisle of half a seat between the pairs. */
export interface Rows {
  readonly columns: number;
  /** An aisle after so many rows; 0: none. */
  readonly aisleEvery: number;
  /** Left upper corner of the first seat. */
  readonly x: number;
  readonly y: number;
}

const AISLE = 1;

/** Places seats in rows, from left to right and downwards, in the order given. */
export function inRows(seats: readonly string[], { columns, aisleEvery, x, y }: Rows): PlacedSeat[] {
  const across = Math.max(1, Math.floor(columns));
  return seats.map((seat, i) => {
    const row = Math.floor(i / across);
    const aisles = aisleEvery > 0 ? Math.floor(row / aisleEvery) : 0;
    return { seat, x: x + (i % across) * SEAT_W, y: y + row * SEAT_H + aisles * AISLE };
  });
}

/** The room that is just large enough for its seats and marks, with one free unit at the right and below. */
export function fitted(plan: RoomPlan): RoomPlan {
  const things = [...plan.seats.map((s) => ({ ...s, w: SEAT_W, h: SEAT_H })), ...plan.marks];
  const side = (now: number, ends: readonly number[]): number =>
    Math.min(MAX_SIDE, Math.max(MIN_SIDE, now, ...ends.map((end) => end + 1)));
  return {
    ...plan,
    width: side(
      plan.width,
      things.map((t) => t.x + t.w),
    ),
    height: side(
      plan.height,
      things.map((t) => t.y + t.h),
    ),
  };
}

/** Shape of the place on a desk's screen where a room is drawn, width to height. */
const SHAPE = 1.8;

/** How many seats to a row, so that the tiles get as large as a screen of the usual shape allows. */
export function columnsFor(n: number, aisleEvery = 2): number {
  let best = { columns: 1, unit: 0 };
  for (let columns = 1; columns <= Math.min(n, Math.floor((MAX_SIDE - 2) / SEAT_W)); columns++) {
    const rows = Math.ceil(n / columns);
    const height = rows * SEAT_H + Math.max(0, Math.ceil(rows / aisleEvery) - 1) * AISLE + 2;
    const unit = Math.min(SHAPE / (columns * SEAT_W + 2), 1 / height);
    if (unit > best.unit) best = { columns, unit };
  }
  return best.columns;
}

/** Seats of one room when a plan is made without anybody's hand. */
const AUTO_SEATS = 400;

/**
 * A plan for a house that has none: all seats in the order given, in rows, in as few rooms as stay legible.
 * @param name of the n-th of so many rooms
 */
export function automaticPlans(
  seats: readonly string[],
  name: (n: number, of: number) => { readonly name: string; readonly nameEn: string },
): RoomPlan[] {
  const rooms = Math.max(1, Math.ceil(seats.length / AUTO_SEATS));
  const each = Math.ceil(seats.length / rooms);
  return Array.from({ length: rooms }, (_, i) => {
    const own = seats.slice(i * each, (i + 1) * each);
    return fitted({
      ...name(i + 1, rooms),
      order: i,
      width: MIN_SIDE,
      height: MIN_SIDE,
      seats: inRows(own, { columns: columnsFor(own.length), aisleEvery: 2, x: 1, y: 1 }),
      marks: [],
    });
  });
}

/** The first place, from the left upper corner on, where a seat stands free; null when the room is full. */
export function freeSpot(plan: RoomPlan): { x: number; y: number } | null {
  const free = freeIn(plan);
  for (let y = 1; y + SEAT_H <= plan.height; y++)
    for (let x = 1; x + SEAT_W <= plan.width; x++) if (free(x, y)) return { x, y };
  return null;
}

function freeIn(plan: RoomPlan): (x: number, y: number) => boolean {
  const taken = new Set<number>();
  for (const s of plan.seats)
    for (let x = s.x - SEAT_W + 1; x < s.x + SEAT_W; x++)
      for (let y = s.y - SEAT_H + 1; y < s.y + SEAT_H; y++) taken.add(y * 10_000 + x);
  return (x, y) => !taken.has(y * 10_000 + x);
}

/** Why a plan cannot stay as it is: seats that stand on others or outside. Empty when all is well. */
export function misplaced(plan: RoomPlan): Set<string> {
  const out = overlapping(plan.seats);
  for (const s of plan.seats) if (!within(plan, s)) out.add(s.seat);
  return out;
}
