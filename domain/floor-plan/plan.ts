import * as v from 'valibot';
import { accept, refuse, type Result } from '../result.ts';

/**
 * The floor plan (卡位图): rooms, and where the seats stand in them. A room is a plane of small units; a seat takes
 * {@link SEAT_W} × {@link SEAT_H} of them, so that an aisle may be narrower than a desk.
 */
export const SEAT_W = 3;
export const SEAT_H = 2;

export const MAX_ROOMS = 40;
/** Seats placed in one room, and in all rooms together. */
export const MAX_PLACED = 2000;
/** Sides of a room in units. */
export const MIN_SIDE = 6;
export const MAX_SIDE = 400;
export const MAX_MARKS = 200;
export const MAX_NAME = 40;

export type PlacedSeat = { readonly seat: string; readonly x: number; readonly y: number };

export const MARK_KINDS = ['label', 'wall', 'door'] as const;
export type MarkKind = (typeof MARK_KINDS)[number];
/** What stands in a room besides seats, to find one's way: a word, a wall, a door. */
export type PlanMark = {
  readonly id: string;
  readonly kind: MarkKind;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly text: string;
};

/** One room as it is kept: positions are left upper corners, in units, whole numbers. */
export type RoomPlan = {
  readonly name: string;
  /** '' where there is none: the other name is shown. */
  readonly nameEn: string;
  /** Rooms stand in this order, then in that of their numbers. */
  readonly order: number;
  readonly width: number;
  readonly height: number;
  readonly seats: readonly PlacedSeat[];
  readonly marks: readonly PlanMark[];
};

export type PlanRefusal =
  'plan-shape' | 'plan-name' | 'plan-outside' | 'plan-twice' | 'plan-overlap' | 'plan-many-seats' | 'plan-many-marks';

const Unit = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_SIDE));
const Side = v.pipe(v.number(), v.integer(), v.minValue(MIN_SIDE), v.maxValue(MAX_SIDE));
const Extent = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_SIDE));
// one line, nothing invisible
const Line = (max: number) => v.pipe(v.string(), v.trim(), v.maxLength(max), v.regex(/^[^\u0000-\u001f\u007f]*$/));
/** What a browser may send at most; how much of it is allowed is asked below, with a sentence for each. */
const MANY = 10_000;
const Shape = v.strictObject({
  name: v.pipe(v.string(), v.maxLength(400)),
  nameEn: v.pipe(v.string(), v.maxLength(400)),
  order: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999)),
  width: Side,
  height: Side,
  seats: v.pipe(
    v.array(v.strictObject({ seat: v.pipe(Line(40), v.minLength(1)), x: Unit, y: Unit })),
    v.maxLength(MANY),
  ),
  marks: v.pipe(
    v.array(
      v.strictObject({
        id: v.pipe(v.string(), v.regex(/^[\w-]{1,20}$/)),
        kind: v.picklist(MARK_KINDS),
        x: Unit,
        y: Unit,
        w: Extent,
        h: Extent,
        text: Line(MAX_NAME),
      }),
    ),
    v.maxLength(MANY),
  ),
});
const Name = Line(MAX_NAME);

/**
 * Reads a room's plan from outside. Everything is checked that makes it drawable: sizes, that all stands within the room, that no
 * seat stands twice or on another one.
 * @returns the plan with trimmed names, or the refusal; its reason begins with the seat's number where it is about one
 */
export function readRoomPlan(input: unknown): Result<RoomPlan, PlanRefusal> {
  const read = v.safeParse(Shape, input);
  if (!read.success) return refuse('plan-shape', v.summarize(read.issues).slice(0, 300));
  const plan = read.output;
  const name = v.safeParse(Name, plan.name);
  const nameEn = v.safeParse(Name, plan.nameEn);
  if (!name.success || name.output === '' || !nameEn.success)
    return refuse('plan-name', `a room has a name of 1 to ${MAX_NAME} characters`);
  if (plan.seats.length > MAX_PLACED) return refuse('plan-many-seats', String(plan.seats.length));
  if (plan.marks.length > MAX_MARKS) return refuse('plan-many-marks', String(plan.marks.length));
  const ids = new Set<string>();
  for (const m of plan.marks) {
    if (ids.has(m.id)) return refuse('plan-shape', `mark ${m.id} is there twice`);
    ids.add(m.id);
    if (m.x + m.w > plan.width || m.y + m.h > plan.height) return refuse('plan-outside', m.text);
  }
  const names = new Set<string>();
  for (const s of plan.seats) {
    if (names.has(s.seat)) return refuse('plan-twice', s.seat);
    names.add(s.seat);
    if (!within(plan, s)) return refuse('plan-outside', s.seat);
  }
  const [first] = overlapping(plan.seats);
  if (first !== undefined) return refuse('plan-overlap', first);
  return accept({ ...plan, name: name.output, nameEn: nameEn.output });
}

export const within = (room: Pick<RoomPlan, 'width' | 'height'>, s: PlacedSeat): boolean =>
  s.x >= 0 && s.y >= 0 && s.x + SEAT_W <= room.width && s.y + SEAT_H <= room.height;

/** Seats that stand on one another, in the order of the list; empty when all stand free. */
export function overlapping(seats: readonly PlacedSeat[]): Set<string> {
  const at = new Map<number, string>();
  const out = new Set<string>();
  for (const { seat, x, y } of seats)
    for (let dx = 0; dx < SEAT_W; dx++)
      for (let dy = 0; dy < SEAT_H; dy++) {
        const cell = (y + dy) * 10_000 + x + dx;
        const other = at.get(cell);
        if (other === undefined) at.set(cell, seat);
        else out.add(other).add(seat);
      }
  return out;
}

/** Rooms as they stand beside one another. */
export const inRoomOrder = <R extends { readonly id: string; readonly plan: RoomPlan }>(rooms: readonly R[]): R[] =>
  [...rooms].sort((a, b) => a.plan.order - b.plan.order || Number(a.id) - Number(b.id));

/** Seats of the switch that stand in no room, in the order given. A seat that the switch has lost keeps its place in the plan. */
export function unplaced(known: readonly string[], rooms: readonly { readonly plan: RoomPlan }[]): string[] {
  const placed = new Set(rooms.flatMap((r) => r.plan.seats.map((s) => s.seat)));
  return known.filter((seat) => !placed.has(seat));
}
