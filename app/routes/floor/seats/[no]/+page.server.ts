import { error } from '@sveltejs/kit';
import { clearance } from '#domain/access.ts';
import { shown, type Unit } from '#domain/calls/figure.ts';
import type { IndicatorKey } from '#domain/calls/indicators.ts';
import { maskNumber } from '#domain/floor/mask.ts';
import { floorPage } from '#lib/server/floor-page.ts';
import { mustMay } from '#lib/server/guard.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { shiftDay } from '#lib/server/shift-day.ts';
import { runStat } from '#store/reports/run.ts';
import { lastSeen, seatDay } from '#store/seat-days.ts';
import type { PageServerLoad } from './$types';

const COLUMNS = [
  'login',
  'occupancy',
  'utilisation',
  'inCalls',
  'connected',
  'averageTalk',
  'averageWrap',
  'rests',
  'rest',
] as const satisfies readonly IndicatorKey[];

export interface DayFigure {
  readonly key: IndicatorKey;
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly formula: string;
  readonly unit: Unit;
  /** null: there is nothing to divide by, or it is not recorded. */
  readonly value: number | null;
}

/** One seat's day: its records, and its figures by the report engine. Read again when its state changes. */
export const load: PageServerLoad = async (event) => {
  const session = mustMay(event, 'floor.see');
  event.depends('floor:seat-day');
  const { no } = event.params;
  if (!/^[^\u0000-\u001f]{1,40}$/.test(no)) error(404, { message: 'no seat number' });
  const { zone } = settings();
  const now = Date.now();
  const day = shiftDay(event.url, now, zone);
  const [floor, records, stat] = await Promise.all([
    floorPage(session),
    seatDay(db(), no, day.from, day.to),
    runStat(db(), {
      ...{ columns: COLUMNS, from: day.from, to: day.to, grain: 'day', by: [], zone },
      only: { seat: [no] },
    }),
  ]);
  const sees = clearance(session.role, 'floor') === 'full';
  const figures: DayFigure[] = stat.table.columns.map(({ key, indicator }, i) => {
    const f = stat.table.total.figures[i]!;
    const { id, zh, en, formula, unit } = indicator;
    return { key, id, zh, en, formula, unit, value: typeof f === 'string' ? null : shown(f, unit, 'wall') };
  });
  const empty = records.states.every((s) => s.to <= day.from) && records.calls.length === 0;
  return {
    ...floor,
    seat: no,
    day,
    records: sees
      ? records
      : {
          ...records,
          calls: records.calls.map((c) => ({ ...c, caller: maskNumber(c.caller), called: maskNumber(c.called) })),
        },
    figures,
    keptAt: stat.keptAt,
    pending: stat.pending,
    gapMs: stat.gapTotalMs,
    lastSeen: empty ? await lastSeen(db(), no, day.from) : null,
  };
};
