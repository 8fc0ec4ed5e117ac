import type { EvacuationRow, ShelterFill } from '#domain/around/evacuation-rows.ts';

/** Running evacuations on the wall of the city: pure functions of the rows and of the room. */

export type Fill = 'open' | 'full' | 'over';

export interface ShelterLine {
  readonly row: ShelterFill;
  /** Who has arrived, and others that hold places. */
  readonly inside: number;
  /** Of its places, whole: 100 is said of a full one alone; null of one that has none at all. */
  readonly percent: number | null;
  readonly fill: Fill;
}

export interface EvacuationLine {
  readonly id: string;
  readonly row: EvacuationRow;
  readonly arrived: number;
  /** The fullest first. */
  readonly shelters: readonly ShelterLine[];
}

/** How full a shelter is now, with everybody who is in it. */
export function shelterLine(row: ShelterFill): ShelterLine {
  const inside = row.arrived + (row.taken ?? 0);
  const fill = inside > row.places ? 'over' : inside === row.places ? 'full' : 'open';
  const whole = fill === 'over' ? Math.ceil : Math.floor;
  return { row, inside, percent: row.places === 0 ? null : whole((100 * inside) / row.places), fill };
}

/** Without places it is full, and with somebody in it fuller than any other. */
const level = ({ row, inside }: ShelterLine): number =>
  row.places > 0 ? inside / row.places : inside > 0 ? Infinity : 1;

/** Of two that are as full, the one where more are to go. */
const byFill = (a: ShelterLine, b: ShelterLine): number =>
  (level(a) === level(b) ? 0 : level(b) - level(a)) ||
  b.row.assigned - a.row.assigned ||
  (a.row.id < b.row.id ? -1 : 1);

/**
 * Every running evacuation with its shelters: real ones before drills, then the largest. A shelter that several share is one house: it is
 * as full as the fullest of them says. Who came in a drill fills none of what is real.
 */
export function evacuationLines(rows: ReadonlyMap<string, EvacuationRow>): EvacuationLine[] {
  const fullest = { real: fullestOf(rows, false), drill: fullestOf(rows, true) };
  return [...rows]
    .sort(([ida, a], [idb, b]) => Number(a.drill) - Number(b.drill) || b.people - a.people || (ida < idb ? -1 : 1))
    .map(([id, row]) => ({
      id,
      row,
      arrived: row.shelters.reduce((n, s) => n + s.arrived, 0),
      shelters: row.shelters.map((s) => fullest[row.drill ? 'drill' : 'real'].get(s.id)!).sort(byFill),
    }));
}
const fullestOf = (rows: ReadonlyMap<string, EvacuationRow>, drill: boolean): ReadonlyMap<string, ShelterLine> =>
  firstOf(
    [...rows.values()]
      .filter((row) => row.drill === drill)
      .flatMap((row) => row.shelters.map(shelterLine))
      .sort(byFill),
  );
const firstOf = (lines: readonly ShelterLine[]): ReadonlyMap<string, ShelterLine> =>
  new Map(lines.toReversed().map((s) => [s.row.id, s]));

/** Shelters as they stand on the map, the fullest first: each once, as real evacuations say, else drills. */
export const mapShelters = (lines: readonly EvacuationLine[]): ShelterLine[] =>
  [...firstOf(lines.flatMap((l) => l.shelters)).values()].sort(byFill);

/** Height of a unit of room, rem, and what each part of the list takes, units. */
export const UNIT_REM = 0.6;
export const UNITS = { head: 10, shelter: 6, more: 3 } as const;

export interface Arranged {
  readonly blocks: readonly {
    readonly line: EvacuationLine;
    readonly shown: readonly ShelterLine[];
    /** Shelters that found no room. */
    readonly more: number;
  }[];
  /** Evacuations that found no room. */
  readonly more: number;
}

/**
 * What stands where: as many evacuations as find room with their fullest shelter, then shelters in turn. What is left out is counted.
 * The first stands there however little room there is.
 * @param room units
 */
export function arrange(lines: readonly EvacuationLine[], room: number): Arranged {
  const least = (l: EvacuationLine): number => heightOf(l, Math.min(1, l.shelters.length));
  const heightOfAll = (n: number): number =>
    lines.slice(0, n).reduce((sum, l) => sum + least(l), n < lines.length ? UNITS.more : 0);
  let n = lines.length;
  while (n > 1 && heightOfAll(n) > room) n--;
  const shown = lines.slice(0, n);
  const rows = shown.map((l) => Math.min(1, l.shelters.length));
  let free = room - heightOfAll(n);
  for (let gave = true; gave;) {
    gave = false;
    for (const [i, l] of shown.entries()) {
      const next = rows[i]! + 1;
      if (next > l.shelters.length) continue;
      const cost = heightOf(l, next) - heightOf(l, rows[i]!);
      if (cost > free) continue;
      rows[i] = next;
      free -= cost;
      gave = true;
    }
  }
  return {
    blocks: shown.map((line, i) => ({
      line,
      shown: line.shelters.slice(0, rows[i]),
      more: line.shelters.length - rows[i]!,
    })),
    more: lines.length - n,
  };
}

const heightOf = (l: EvacuationLine, rows: number): number =>
  UNITS.head + rows * UNITS.shelter + (rows < l.shelters.length ? UNITS.more : 0);
