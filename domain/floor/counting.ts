import type { Tables } from '../tables.ts';
import type { CityDay } from '../time.ts';
import { emptyFloorDay, emptyQueueDay, emptySeatDay } from './counters.ts';
import type { FloorDayRow, QueueDayRow, SeatDayRow, VisitRow } from './rows.ts';

/** How today's counters are counted: they start anew with the first fact of a later day and ignore what belongs to an earlier one. */

/** The id of the one row of `floorDay`. */
export const TODAY = 'today';

/** @param always what changes whatever day the fact belongs to: the callers who wait now */
export function countQueue(
  tables: Tables,
  queue: string,
  day: CityDay,
  add: (d: QueueDayRow) => Partial<QueueDayRow>,
  always: (d: QueueDayRow) => Partial<QueueDayRow> = () => ({}),
): void {
  let d = tables.get<QueueDayRow>('queueDay', queue);
  if (!d || d.day < day) d = emptyQueueDay(day, d?.waiting ?? 0);
  tables.put<QueueDayRow>('queueDay', queue, { ...d, ...always(d), ...(d.day === day ? add(d) : {}) });
}

export function countSeat(
  tables: Tables,
  seat: string,
  day: CityDay,
  add: (d: SeatDayRow) => Partial<SeatDayRow>,
): void {
  let d = tables.get<SeatDayRow>('seatDay', seat);
  if (d && d.day > day) return;
  if (!d || d.day < day) d = emptySeatDay(day);
  tables.put<SeatDayRow>('seatDay', seat, { ...d, ...add(d) });
}

export function countFloor(tables: Tables, day: CityDay, add: (d: FloorDayRow) => Partial<FloorDayRow>): void {
  let d = tables.get<FloorDayRow>('floorDay', TODAY);
  if (d && d.day > day) return;
  if (!d || d.day < day) d = emptyFloorDay(day, waitingNow(tables));
  tables.put<FloorDayRow>('floorDay', TODAY, { ...d, ...add(d) });
}

export function waitingNow(tables: Tables): number {
  let n = 0;
  for (const d of tables.all<QueueDayRow>('queueDay').values()) n += d.waiting;
  return n;
}

/** One caller fewer waits, if this one did. */
export const stillWaiting = (visit: VisitRow | undefined) => (d: QueueDayRow) => ({
  waiting: visit?.state === 'waiting' ? Math.max(0, d.waiting - 1) : d.waiting,
});
