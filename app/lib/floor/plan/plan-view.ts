import type { SeatLiveRow, SeatRow } from '#domain/floor/rows.ts';
import type { SeatState } from '#domain/floor/view.ts';
import { automaticPlans, columnsFor, fitted, inRows } from '#domain/floor-plan/layout.ts';
import type { PlanMark, RoomPlan } from '#domain/floor-plan/plan.ts';

/** A room as the page shows it. */
export interface ShownRoom {
  /** '' for what is no room of the house: seats that stand nowhere, or the automatic plan. */
  readonly id: string;
  readonly version: number;
  readonly plan: RoomPlan;
  readonly by: string;
  readonly at: number;
}

/** Pixels of a unit: as large as the room fits, never so small that its text cannot be read (then the room scrolls). */
export function unitOf(plan: RoomPlan, width: number, height: number, rem: number): number {
  const fits = Math.min(width / plan.width, height / plan.height);
  return Math.max(LEAST_UNIT * rem, Math.min(MOST_UNIT * rem, fits));
}
/** A tile of 3 × 2 units then holds three lines of 12 px. */
const LEAST_UNIT = 1.42;
const MOST_UNIT = 4;
/** From this unit on a tile has a line for the queue of its call. */
export const QUEUE_LINE_UNIT = 1.9;

/** The size of a tile's text in rem for a unit in rem, with three lines or four: 12 px at the smallest, never larger than a panel's title. */
export const textOf = (unitRem: number): number =>
  Math.min(1.25, Math.max(0.75, unitRem * (unitRem >= QUEUE_LINE_UNIT ? 0.39 : 0.5)));

/** The seats that stand nowhere, as a room of their own. */
export const looseRoom = (seats: readonly string[], name: string): ShownRoom => ({
  id: '',
  version: 0,
  by: '',
  at: 0,
  plan: fitted({
    ...{ name, nameEn: '', order: 999, width: 6, height: 6, marks: [] },
    seats: inRows(seats, { columns: columnsFor(seats.length), aisleEvery: 2, x: 1, y: 1 }),
  }),
});

/** The plan that is shown where nobody has made one. */
export const automaticRooms = (
  seats: readonly string[],
  name: (n: number) => { readonly name: string; readonly nameEn: string },
): ShownRoom[] =>
  automaticPlans(seats, (n, of) => (of === 1 ? name(0) : name(n))).map((plan) => ({
    id: '',
    version: 0,
    by: '',
    at: 0,
    plan,
  }));

export interface PlanFilter {
  readonly state: SeatState | null;
  readonly queue: string | null;
}

/** Does a seat stay bright under the filter? By queue: it serves it, or is in one of its calls. */
export function isBright(
  { state, queue }: PlanFilter,
  now: SeatState,
  seat: SeatRow | undefined,
  live: SeatLiveRow | undefined,
): boolean {
  if (state !== null && now !== state) return false;
  if (queue === null) return true;
  return live?.queue === queue || (seat?.memberships.some((m) => m.queue === queue) ?? false);
}

/** The mark of a kind that is new: where it stands the supervisor then decides. */
export const newMark = (id: string, kind: PlanMark['kind'], text: string): PlanMark => ({
  id,
  kind,
  text,
  x: 1,
  y: 0,
  ...{ label: { w: 6, h: 1 }, wall: { w: 8, h: 1 }, door: { w: 3, h: 1 } }[kind],
});
