import { countOpen, openRows, type OpenRows } from '#domain/calls/open.ts';
import type { PartGrid } from '#domain/calls/grid.ts';
import type { PartName } from '#domain/calls/parts.ts';
import { SOURCES } from '#domain/calls/sources.ts';
import { periodLookup, type ThresholdPeriod } from '#domain/calls/thresholds.ts';
import { RecordFold } from '#domain/floor/records.ts';
import type { CallRow, GapRow, SeatLiveRow } from '#domain/floor/rows.ts';
import type { PauseReasons } from '#domain/floor/view.ts';
import type { Tables } from '#domain/tables.ts';
import { DAY, type Instant } from '#domain/time.ts';
import type { Sql, Tx } from '../db.ts';
import { toldOfCalls } from '../call-cases.ts';
import { floorNow } from '../floor-now.ts';
import { lastStatesOf } from '../floor.ts';
import { bySource } from './read.ts';
import type { ReadOptions } from './read-levels.ts';
import { teamVersions } from './teams.ts';

/** Up to when a report of a running period counts, and what pauses mean. */
export interface OpenAt {
  readonly now: Instant;
  readonly reasons: PauseReasons;
}

/** Parts of a call that goes on are looked for so far back. */
const CALL_AT_MOST_MS = DAY;

/** What runs at `now`, as the transaction sees it. */
export async function readOpen(sql: Sql, tx: Tx, o: OpenAt & { zone: string }): Promise<OpenRows> {
  const tables = await floorNow(sql, tx, o.zone);
  const calls = [...tables.all<CallRow>('call').values()].filter((c) => c.direction === 'in').map((c) => c.id);
  return openRows(
    tables,
    await openStates(tx, tables, o),
    await teamVersions(tx),
    await toldOfCalls(tx, calls, o.now - CALL_AT_MOST_MS),
    o.now,
  );
}

/** What every seat does, from where its stored states end or the switch was heard again. */
async function openStates(tx: Tx, tables: Tables, o: OpenAt) {
  // what a seat does while nobody hears the switch is not known, and never will be
  if ([...tables.all<GapRow>('gap').values()].some((g) => g.to === null)) return [];
  const fold = new RecordFold(o.reasons);
  fold.resume(tables, await lastStatesOf(tx, [...tables.all<SeatLiveRow>('seatLive').keys()], o.now));
  return fold.openStates(o.now);
}

/** Adds what is open to the counts of records, part by part as these were counted. */
export function addOpen(
  rows: OpenRows,
  o: ReadOptions & { periods: readonly ThresholdPeriod[] },
  grid: PartGrid,
): void {
  const thresholds = periodLookup(o.periods);
  for (const [source, parts] of bySource(o.parts)) {
    if (Object.keys(o.only).some((d) => !(d in SOURCES[source].by))) continue;
    const wanted = new Set<PartName>(parts);
    for (const c of countOpen(rows, source, { ...o, thresholds }))
      for (const [part, n] of Object.entries(c.parts) as [PartName, number][])
        if (n !== 0 && wanted.has(part)) grid.add(c.group, part, c.interval, n);
  }
}
