import type { Tables } from '../tables.ts';
import { DAY, type CityDay, type Instant } from '../time.ts';
import { emptyFloorDay, emptyQueueDay } from './counters.ts';
import { countQueue, stillWaiting, TODAY, waitingNow } from './counting.ts';
import type { CallRow, FloorDayRow, GapRow, QueueDayRow, SeatDayRow, SeatRow, VisitRow } from './rows.ts';

/** Gaps kept as rows of their own; beyond, the two oldest become one that covers both. */
const GAPS_AT_MOST = 100;

export function gap(tables: Tables, row: GapRow): void {
  tables.put<GapRow>('gap', row.id, row);
  const rows = [...tables.all<GapRow>('gap').values()];
  if (rows.length <= GAPS_AT_MOST) return;
  const [a, b] = rows.filter((g) => g.to !== null).sort((x, y) => x.from - y.from || (x.id < y.id ? -1 : 1));
  if (!a || !b) return;
  tables.delete('gap', b.id);
  tables.put<GapRow>('gap', a.id, { ...a, to: Math.max(a.to!, b.to!) });
}

/** A city day begins: yesterday's counters and what is over leave. */
export function openDay(tables: Tables, day: CityDay, start: Instant): void {
  for (const [id, d] of [...tables.all<QueueDayRow>('queueDay')])
    if (d.day < day) {
      if (!tables.get('queue', id) && d.waiting === 0) tables.delete('queueDay', id);
      else tables.put<QueueDayRow>('queueDay', id, emptyQueueDay(day, d.waiting));
    }
  const today = tables.get<FloorDayRow>('floorDay', TODAY);
  if (!today || today.day < day) tables.put<FloorDayRow>('floorDay', TODAY, emptyFloorDay(day, waitingNow(tables)));
  for (const [id, seat] of [...tables.all<SeatRow>('seat')])
    if (seat.memberships.length === 0) {
      tables.delete('seatLive', id);
      tables.delete('seat', id);
    }
  for (const [id, d] of [...tables.all<SeatDayRow>('seatDay')]) if (d.day < day) tables.delete('seatDay', id);
  for (const [id, g] of [...tables.all<GapRow>('gap')]) if (g.to !== null && g.to < start) tables.delete('gap', id);
  // what nobody ended for a day has been forgotten by its source
  for (const [id, c] of [...tables.all<CallRow>('call')]) if (c.startedAt < start - DAY) tables.delete('call', id);
  for (const [id, v] of [...tables.all<VisitRow>('visit')])
    if (v.joinedAt < start - DAY) {
      tables.delete('visit', id);
      if (v.state === 'waiting') countQueue(tables, v.queue, day, () => ({}), stillWaiting(v));
    }
}
