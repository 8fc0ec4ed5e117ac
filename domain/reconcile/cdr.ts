import { accept, refuse, type Result } from '../result.ts';
import type { Instant } from '../time.ts';

/** One row of the switch's call detail records: one leg, or one stretch of one. */
export interface CdrRow {
  readonly callId: string;
  readonly uniqueid: string;
  readonly channel: string;
  readonly dstChannel: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly answered: boolean;
}

/** Columns by name, as a table or a file with a head has them; null where there is none. */
export type CdrCell = (name: string) => string | null;

/** Columns of Master.csv (cdr_csv), which has no head. `loguniqueid` and `newcdrcolumns` must be on for the last ones. */
export const MASTER_COLUMNS = [
  'accountcode', 'src', 'dst', 'dcontext', 'clid', 'channel', 'dstchannel', 'lastapp', 'lastdata', 'start', 'answer', 'end', 'duration',
  'billsec', 'disposition', 'amaflags', 'uniqueid', 'userfield', 'peeraccount', 'linkedid', 'sequence',
] as const; // prettier-ignore

const QUARTER = 900_000;
/** A channel's first row begins with the channel, give or take this. */
const FIRST_WITHIN = 3000;

/**
 * Reads rows whose times are local to a zone that the file does not name: uniqueids begin with the epoch second in which their channel
 * was made, so that the first row of a channel tells by how many quarters of an hour the file's clock face is off.
 */
export class CdrReader {
  /** Milliseconds to take from a time read as UTC; null: no row has told yet. */
  #offset: number | null = null;

  /** @param offset the zone's offset where it is known before any row tells, milliseconds east of Greenwich */
  constructor(offset: number | null = null) {
    this.#offset = offset;
  }

  read(cell: CdrCell): Result<CdrRow, 'cdr.row'> {
    const uniqueid = cell('uniqueid') ?? '';
    const callId = cell('linkedid') || uniqueid;
    if (uniqueid === '') return refuse('cdr.row', 'no uniqueid: loguniqueid must be on');
    const from = clockFace(cell('start') ?? cell('calldate'));
    if (from === null) return refuse('cdr.row', `start “${(cell('start') ?? '').slice(0, 40)}” is no time`);
    const duration = Number(cell('duration') ?? NaN);
    const to = clockFace(cell('end')) ?? (Number.isFinite(duration) ? from + duration * 1000 : null);
    if (to === null || to < from)
      return refuse('cdr.row', `end “${(cell('end') ?? '').slice(0, 40)}” is no time after its start`);
    this.#learn(uniqueid, from);
    const offset = this.#offset ?? 0;
    return accept({
      callId,
      uniqueid,
      channel: cell('channel') ?? '',
      dstChannel: cell('dstchannel') ?? '',
      from: from - offset,
      to: to - offset,
      answered: (cell('disposition') ?? '').toUpperCase() === 'ANSWERED',
    });
  }

  #learn(uniqueid: string, from: number): void {
    const made = /(?:^|-)(\d{10})\.\d+$/.exec(uniqueid);
    if (!made) return;
    const off = from - Number(made[1]) * 1000;
    const rounded = Math.round(off / QUARTER) * QUARTER;
    if (Math.abs(off - rounded) <= FIRST_WITHIN && Math.abs(rounded) <= 15 * 3_600_000) this.#offset = rounded;
  }
}

/** 'YYYY-MM-DD HH:MM:SS[.ffffff][+zz]' or epoch seconds, as if its clock were Greenwich's; null when it is no time. */
export function clockFace(text: string | null): number | null {
  if (text === null) return null;
  if (/^\d{10}(?:\.\d+)?$/.test(text)) return Math.floor(Number(text)) * 1000;
  const m = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})/.exec(text);
  if (!m) return null;
  const [, y, mo, d, h, mi, s] = m.map(Number);
  const t = Date.UTC(y!, mo! - 1, d, h, mi, s);
  return Number.isFinite(t) && y! >= 2000 && y! < 2200 ? t : null;
}

/** Cells of one line of CSV; null when a quotation mark is not closed. */
export function csvCells(line: string): string[] | null {
  const cells: string[] = [];
  let i = 0;
  for (;;) {
    if (line[i] !== '"') {
      const end = line.indexOf(',', i);
      cells.push(line.slice(i, end < 0 ? undefined : end).trim());
      if (end < 0) return cells;
      i = end + 1;
      continue;
    }
    let cell = '';
    for (i++; ; i += 2) {
      const quote = line.indexOf('"', i);
      if (quote < 0) return null;
      cell += line.slice(i, quote);
      i = quote;
      if (line[quote + 1] !== '"') break;
      cell += '"';
    }
    cells.push(cell);
    if (line[i + 1] !== ',') return i + 1 >= line.trimEnd().length ? cells : null;
    i += 2;
  }
}
