import type { SeatLiveRow, SeatRow } from '#domain/floor/rows.ts';
import { unplaced } from '#domain/floor-plan/plan.ts';
import type { Tables } from '#domain/tables.ts';
import { MINUTE, type Instant } from '#domain/time.ts';
import { dayBands, runningStretches, slotRuns } from '#lib/floor/shift/shift.ts';
import { mustMay } from '#lib/server/guard.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { shiftDay } from '#lib/server/shift-day.ts';
import { newestCursor } from '#store/facts.ts';
import { roomPlans } from '#store/floor-plans.ts';
import { floorGaps, seatsDay } from '#store/seat-days.ts';
import { stateAt } from '#store/snapshots.ts';
import type { PageServerLoad } from './$types';

const SLOT_MS = MINUTE;
const byNumber = new Intl.Collator('en', { numeric: true }).compare;

/** All seats of a room over a day, a strip of minutes for each. Of today also what runs. */
export const load: PageServerLoad = async (event) => {
  mustMay(event, 'floor.see');
  event.depends('floor:shifts');
  const { zone, pauseReasons } = settings();
  const now = Date.now();
  const day = shiftDay(event.url, now, zone);
  const [{ rooms }, { floor }] = await Promise.all([
    roomPlans(db()),
    newestCursor(db()).then((n) => stateAt(db(), n, zone)),
  ]);
  const known = [...floor.all<SeatRow>('seat').keys()].sort(byNumber);
  const loose = unplaced(known, rooms);
  const choices = [
    ...rooms.map((r) => ({
      id: r.id,
      name: r.plan.name,
      nameEn: r.plan.nameEn,
      seats: r.plan.seats.map((s) => s.seat),
    })),
    // seats that stand nowhere, or all of them where nobody made a plan
    ...(loose.length > 0 ? [{ id: '', name: '', nameEn: '', seats: loose }] : []),
  ];
  const wanted = event.url.searchParams.get('room');
  const room = choices.find((c) => c.id === wanted) ?? choices[0] ?? { id: '', name: '', nameEn: '', seats: [] };
  const seats = [...room.seats].sort(byNumber);
  const end = day.isToday ? Math.min(now, day.to) : day.to;
  const [states, gaps] = await Promise.all([
    seatsDay(db(), seats, day.from, day.to),
    floorGaps(db(), day.from, day.to),
  ]);
  const lastGap = Math.max(-Infinity, ...gaps.flatMap((g) => (g.to === null ? [] : [g.to])));
  return {
    day,
    end,
    slotMs: SLOT_MS,
    room: room.id,
    rooms: choices.map(({ id, name, nameEn, seats: own }) => ({ id, name, nameEn, seats: own.length })),
    strips: seats.map((seat) => {
      const own = states.get(seat) ?? [];
      const running = day.isToday ? stillRunning(floor, seat, own.at(-1)?.to, lastGap, end) : [];
      return {
        seat,
        name: floor.get<SeatRow>('seat', seat)?.name ?? '',
        runs: slotRuns(dayBands([...own, ...running], gaps, day.from, end), day.from, end, SLOT_MS),
      };
    }),
  };

  function stillRunning(tables: Tables, seat: string, written: Instant | undefined, gap: Instant, to: Instant) {
    const row = tables.get<SeatLiveRow>('seatLive', seat);
    if (!row || tables.get<{ state: string }>('link', 'asterisk')?.state !== 'live') return [];
    return runningStretches(row, written === undefined ? null : Math.max(written, gap), to, pauseReasons);
  }
};
