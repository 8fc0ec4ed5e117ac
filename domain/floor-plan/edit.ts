import { fitted, freeSpot, inRows, misplaced, type Rows } from './layout.ts';
import { MAX_SIDE, SEAT_H, SEAT_W, type PlanMark, type RoomPlan } from './plan.ts';

/** What can be chosen in a room: a seat by its number, a mark by its id. */
export type Item = `seat:${string}` | `mark:${string}`;
export const seatItem = (seat: string): Item => `seat:${seat}`;
export const markItem = (id: string): Item => `mark:${id}`;

/** The rectangle of everything chosen; null when nothing of it is there. */
function extent(
  plan: RoomPlan,
  items: ReadonlySet<Item>,
): { x: number; y: number; right: number; bottom: number } | null {
  const all = [
    ...plan.seats.filter((s) => items.has(seatItem(s.seat))).map((s) => ({ ...s, w: SEAT_W, h: SEAT_H })),
    ...plan.marks.filter((m) => items.has(markItem(m.id))),
  ];
  if (all.length === 0) return null;
  return {
    x: Math.min(...all.map((t) => t.x)),
    y: Math.min(...all.map((t) => t.y)),
    right: Math.max(...all.map((t) => t.x + t.w)),
    bottom: Math.max(...all.map((t) => t.y + t.h)),
  };
}

/**
 * Moves what is chosen together, no further than the room's walls. Seats may stand on others meanwhile; whether the plan can
 * stay so, {@link misplaced} tells.
 */
export function moved(plan: RoomPlan, items: ReadonlySet<Item>, dx: number, dy: number): RoomPlan {
  const box = extent(plan, items);
  if (!box) return plan;
  const x = Math.max(-box.x, Math.min(plan.width - box.right, Math.round(dx)));
  const y = Math.max(-box.y, Math.min(plan.height - box.bottom, Math.round(dy)));
  if (x === 0 && y === 0) return plan;
  return {
    ...plan,
    seats: plan.seats.map((s) => (items.has(seatItem(s.seat)) ? { ...s, x: s.x + x, y: s.y + y } : s)),
    marks: plan.marks.map((m) => (items.has(markItem(m.id)) ? { ...m, x: m.x + x, y: m.y + y } : m)),
  };
}

/** May what is chosen stay where it is? */
export function standsFree(plan: RoomPlan, items: ReadonlySet<Item>): boolean {
  for (const seat of misplaced(plan)) if (items.has(seatItem(seat))) return false;
  return true;
}

/** Puts a seat into the room, as near to (x, y) as its walls allow; without a place, at the first free one. The room grows when it is full. */
export function placed(plan: RoomPlan, seat: string, at?: { readonly x: number; readonly y: number }): RoomPlan {
  const without = takenOff(plan, new Set([seatItem(seat)]));
  const spot = at ?? freeSpot(without) ?? { x: 1, y: Math.max(0, ...without.seats.map((s) => s.y)) + SEAT_H };
  const kept = at
    ? {
        x: Math.max(0, Math.min(plan.width - SEAT_W, Math.round(spot.x))),
        y: Math.max(0, Math.min(plan.height - SEAT_H, Math.round(spot.y))),
      }
    : spot;
  return grown({ ...without, seats: [...without.seats, { seat, ...kept }] });
}

/** The room with what stands outside of it. */
function grown(plan: RoomPlan): RoomPlan {
  const right = Math.max(plan.width, ...plan.seats.map((s) => s.x + SEAT_W));
  const below = Math.max(plan.height, ...plan.seats.map((s) => s.y + SEAT_H));
  return { ...plan, width: Math.min(MAX_SIDE, right), height: Math.min(MAX_SIDE, below) };
}

export const takenOff = (plan: RoomPlan, items: ReadonlySet<Item>): RoomPlan => ({
  ...plan,
  seats: plan.seats.filter((s) => !items.has(seatItem(s.seat))),
  marks: plan.marks.filter((m) => !items.has(markItem(m.id))),
});

/** Lays seats out in rows (一键排布); those of them that stood elsewhere in the room leave their places. The room grows as needed. */
export function laidOut(plan: RoomPlan, seats: readonly string[], rows: Rows): RoomPlan {
  const without = takenOff(plan, new Set(seats.map(seatItem)));
  return fitted({ ...without, seats: [...without.seats, ...inRows(seats, rows)] });
}

/** Where rows of new seats may begin without standing on others: below all that is there. */
export const below = (plan: RoomPlan): { x: number; y: number } => ({
  x: 1,
  y: plan.seats.length === 0 ? 1 : Math.max(...plan.seats.map((s) => s.y)) + SEAT_H + 1,
});

export function withMark(plan: RoomPlan, mark: PlanMark): RoomPlan {
  const w = Math.max(1, Math.min(mark.w, plan.width));
  const h = Math.max(1, Math.min(mark.h, plan.height));
  const kept = {
    ...mark,
    w,
    h,
    x: Math.max(0, Math.min(mark.x, plan.width - w)),
    y: Math.max(0, Math.min(mark.y, plan.height - h)),
  };
  const known = plan.marks.some((m) => m.id === mark.id);
  return { ...plan, marks: known ? plan.marks.map((m) => (m.id === mark.id ? kept : m)) : [...plan.marks, kept] };
}

/** The next id for a mark of this room. */
export function nextMark(plan: RoomPlan): string {
  for (let n = plan.marks.length + 1; ; n++) if (!plan.marks.some((m) => m.id === `m${n}`)) return `m${n}`;
}

/** The seat next to one in a direction, as the arrow keys go: nearest in that direction, sideways counts double. Null at the edge. */
export function neighbour(plan: RoomPlan, seat: string, dx: -1 | 0 | 1, dy: -1 | 0 | 1): string | null {
  const from = plan.seats.find((s) => s.seat === seat);
  if (!from) return plan.seats[0]?.seat ?? null;
  let best: { seat: string; cost: number } | null = null;
  for (const s of plan.seats) {
    const ahead = (s.x - from.x) * dx + (s.y - from.y) * dy;
    if (ahead <= 0) continue;
    const aside = Math.abs((s.x - from.x) * dy) + Math.abs((s.y - from.y) * dx);
    // beyond the diagonal it lies rather to the side
    if (aside > ahead * 2) continue;
    const cost = ahead + aside * 2;
    if (!best || cost < best.cost) best = { seat: s.seat, cost };
  }
  return best?.seat ?? null;
}

/** A value with what it was before and after, for undo and redo. Bounded: the oldest steps are forgotten. */
export interface Steps<T> {
  readonly past: readonly T[];
  readonly now: T;
  readonly future: readonly T[];
}
const STEPS = 200;
export const begin = <T>(now: T): Steps<T> => ({ past: [], now, future: [] });
export const step = <T>({ past, now }: Steps<T>, next: T): Steps<T> =>
  next === now ? { past, now, future: [] } : { past: [...past.slice(1 - STEPS), now], now: next, future: [] };
export const undo = <T>(s: Steps<T>): Steps<T> =>
  s.past.length === 0 ? s : { past: s.past.slice(0, -1), now: s.past.at(-1)!, future: [s.now, ...s.future] };
export const redo = <T>(s: Steps<T>): Steps<T> =>
  s.future.length === 0 ? s : { past: [...s.past, s.now], now: s.future[0]!, future: s.future.slice(1) };
