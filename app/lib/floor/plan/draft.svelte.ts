/* eslint-disable svelte/prefer-svelte-reactivity -- plain containers on purpose: what is chosen is replaced as a whole, not edited */
import { createContext } from 'svelte';
import {
  begin,
  markItem,
  moved,
  placed,
  redo,
  seatItem,
  standsFree,
  step,
  takenOff,
  undo,
  type Item,
  type Steps,
} from '#domain/floor-plan/edit.ts';
import { misplaced } from '#domain/floor-plan/layout.ts';
import { SEAT_H, SEAT_W, type RoomPlan } from '#domain/floor-plan/plan.ts';

const NOTHING: ReadonlySet<Item> = new Set();

/** What is held above the room: chosen things on their way, or a seat that comes from the list. Nothing of it is done until it is put down. */
type Lifted =
  | { readonly what: 'items'; readonly items: ReadonlySet<Item>; readonly dx: number; readonly dy: number }
  | { readonly what: 'new'; readonly seat: string; readonly x: number; readonly y: number };

/** One room while it is edited: what was done and can be undone, what is chosen, what is held. */
export class Draft {
  #steps: Steps<RoomPlan>;
  #saved: RoomPlan;
  chosen = $state.raw(NOTHING);
  lifted = $state.raw<Lifted | null>(null);

  /** @param saved the plan as the house has it; @param now where editing begins, if elsewhere */
  constructor(saved: RoomPlan, now: RoomPlan = saved) {
    this.#saved = saved;
    this.#steps = $state.raw(begin(now));
  }

  /** The room as it is drawn, with what is held where it hovers. */
  get plan(): RoomPlan {
    const { now } = this.#steps;
    const held = this.lifted;
    if (held === null) return now;
    return held.what === 'new' ? placed(now, held.seat, held) : moved(now, held.items, held.dx, held.dy);
  }
  /** The room without what is held: what would be saved. */
  get settled(): RoomPlan {
    return this.#steps.now;
  }
  get changed(): boolean {
    return this.#steps.now !== this.#saved;
  }
  get canUndo(): boolean {
    return this.#steps.past.length > 0;
  }
  get canRedo(): boolean {
    return this.#steps.future.length > 0;
  }
  /** Seats that stand on others or outside. */
  get troubles(): ReadonlySet<string> {
    return misplaced(this.plan);
  }

  /** Does one thing, which can be undone. */
  change(next: RoomPlan): void {
    this.lifted = null;
    this.#steps = step(this.#steps, next);
    this.#keepChosen();
  }
  undo(): void {
    this.lifted = null;
    this.#steps = undo(this.#steps);
    this.#keepChosen();
  }
  redo(): void {
    this.lifted = null;
    this.#steps = redo(this.#steps);
    this.#keepChosen();
  }

  /** Chooses one thing; `more` adds it to what is chosen, or takes it out again. */
  choose(item: Item, more = false): void {
    if (!more) this.chosen = new Set([item]);
    else {
      const next = new Set(this.chosen);
      if (!next.delete(item)) next.add(item);
      this.chosen = next;
    }
  }
  chooseAll(items: Iterable<Item>, more = false): void {
    this.chosen = new Set([...(more ? this.chosen : []), ...items]);
  }
  /** Chooses every seat that touches a rectangle, in units. */
  chooseWithin(a: { x: number; y: number }, b: { x: number; y: number }, more: boolean): void {
    const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
    const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
    const inside = this.settled.seats.filter(
      (s) => s.x < right && s.x + SEAT_W > left && s.y < bottom && s.y + SEAT_H > top,
    );
    this.chooseAll(
      inside.map((s) => seatItem(s.seat)),
      more,
    );
  }

  /** Takes up what is chosen. */
  lift(): void {
    if (this.chosen.size > 0) this.lifted = { what: 'items', items: this.chosen, dx: 0, dy: 0 };
  }
  /** Moves what is held by so many units. */
  shift(dx: number, dy: number): void {
    const held = this.lifted;
    if (held?.what === 'items') this.lifted = { ...held, dx: held.dx + dx, dy: held.dy + dy };
    else if (held) this.lifted = { ...held, x: held.x + dx, y: held.y + dy };
  }
  /** Moves what is held to so many units from where it was taken up. */
  shiftTo(dx: number, dy: number): void {
    const held = this.lifted;
    if (held?.what === 'items' && (held.dx !== dx || held.dy !== dy)) this.lifted = { ...held, dx, dy };
  }
  /** Holds a seat of the list above a place of the room. */
  hover(seat: string, x: number, y: number): void {
    this.lifted = { what: 'new', seat, x, y };
  }
  cancel(): void {
    this.lifted = null;
  }
  /** @returns false when it cannot stay there; it is then still held */
  drop(): boolean {
    const held = this.lifted;
    if (held === null) return true;
    const items = held.what === 'new' ? new Set([seatItem(held.seat)]) : held.items;
    const next = this.plan;
    if (!standsFree(next, items)) return false;
    this.change(next);
    this.chosen = items;
    return true;
  }

  /** Puts a seat of the list at the first free place. */
  place(seat: string): void {
    this.change(placed(this.settled, seat));
    this.choose(seatItem(seat));
  }
  takeOff(): void {
    if (this.chosen.size > 0) this.change(takenOff(this.settled, this.chosen));
  }

  #keepChosen(): void {
    const there = new Set<Item>([
      ...this.settled.seats.map((s) => seatItem(s.seat)),
      ...this.settled.marks.map((m) => markItem(m.id)),
    ]);
    this.chosen = new Set([...this.chosen].filter((i) => there.has(i)));
  }
}

export const [getDraft, setDraft] = createContext<Draft>();
