import { createHash, createHmac } from 'node:crypto';
import type { CaseContent, CaseRecord } from '#domain/cases/case.ts';
import { canonical } from '#domain/digest.ts';
import { foldText } from '#domain/text-fold.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';

/** How a case stands in the table, and back. Only cases.ts and the case-*.ts files name these. */

export interface CaseRowDb {
  case_no: string;
  origin: string;
  external_id: string;
  hash: string;
  source_at: Date | null;
  type: CaseContent['type'];
  category: string[];
  title: string;
  detail: string;
  own_district: string | null;
  area_district: string | null;
  area_street: string | null;
  district: string | null;
  street: string | null;
  place: string | null;
  lng: number | null;
  lat: number | null;
  state: CaseContent['state'];
  state_since: Date;
  urgency: CaseContent['urgency'];
  sensitive: boolean;
  channel: CaseContent['source'];
  simulated: boolean;
  accepted_at: Date;
  closed_at: Date | null;
  unit: string | null;
  due_at: Date | null;
  repeat_of: string | null;
  satisfaction: CaseContent['satisfaction'];
  result: string | null;
  caller_name: string | null;
  caller_number: string | null;
  corrections: number;
  withdrawn_at: Date | null;
}

/** Column list of {@link CaseRowDb}, for `sql.unsafe`. */
export const CASE_COLUMNS = `case_no, origin, external_id, hash, source_at, type, category, title, detail, own_district, area_district,
  area_street, district, street, place, st_x(geom) as lng, st_y(geom) as lat, state, state_since, urgency, sensitive, channel,
  simulated, accepted_at, closed_at, unit, due_at, repeat_of, satisfaction, result, caller_name, caller_number, corrections,
  withdrawn_at`;

const at = (d: Date | null): number | null => (d === null ? null : fromTs(d));
const ts = (t: number | null): string | null => (t === null ? null : toTs(t));

/** What facts and live rows carry of a stored case. */
export const contentOf = (r: CaseRowDb): CaseContent => ({
  type: r.type,
  category: r.category,
  title: r.title,
  district: r.district,
  street: r.street,
  place: r.place,
  at: r.lng === null || r.lat === null ? null : [r.lng, r.lat],
  state: r.state,
  stateSince: fromTs(r.state_since),
  urgency: r.urgency,
  sensitive: r.sensitive,
  source: r.channel,
  origin: r.origin,
  simulated: r.simulated,
  acceptedAt: fromTs(r.accepted_at),
  closedAt: at(r.closed_at),
  unit: r.unit,
  dueAt: at(r.due_at),
  repeatOf: r.repeat_of,
  satisfaction: r.satisfaction,
});

/** The case as its source told it: `district` is its own field, not where its point lies. */
export const recordOf = (r: CaseRowDb): CaseRecord => ({
  ...contentOf(r),
  district: r.own_district,
  externalId: r.external_id,
  caseNo: r.case_no,
  text: r.detail,
  callerName: r.caller_name,
  callerNumber: r.caller_number,
  result: r.result,
  sourceAt: at(r.source_at),
});

/** Where a point lies; the other half of what a stored row needs beside the record. */
export interface CaseArea {
  readonly district: string | null;
  readonly street: string | null;
}

/** A record as the JSON that {@link CASE_RECORDSET} reads. */
export function storedForm(c: CaseRecord, hash: string, area: CaseArea | null, salt: string): Record<string, unknown> {
  return {
    case_no: c.caseNo,
    origin: c.origin,
    external_id: c.externalId,
    hash,
    source_at: ts(c.sourceAt),
    type: c.type,
    category: c.category,
    title: c.title,
    detail: c.text,
    search_key: foldText(`${c.caseNo} ${c.title} ${c.text === c.title ? '' : c.text} ${c.place ?? ''}`).slice(0, 2000),
    own_district: c.district,
    area_district: area?.district ?? null,
    area_street: area?.street ?? null,
    district: c.district ?? area?.district ?? null,
    street: c.street ?? area?.street ?? null,
    place: c.place,
    lng: c.at?.[0] ?? null,
    lat: c.at?.[1] ?? null,
    state: c.state,
    state_since: toTs(c.stateSince),
    urgency: c.urgency,
    sensitive: c.sensitive,
    channel: c.source,
    simulated: c.simulated,
    accepted_at: toTs(c.acceptedAt),
    closed_at: ts(c.closedAt),
    unit: c.unit,
    due_at: ts(c.dueAt),
    repeat_of: c.repeatOf,
    satisfaction: c.satisfaction,
    result: c.result,
    caller_name: c.callerName,
    caller_number: c.callerNumber,
    caller_key: callerKey(c.callerNumber, salt),
  };
}

/** Names and types of {@link storedForm}, as the column definition of jsonb_to_recordset. */
export const CASE_RECORDSET = `case_no text, origin text, external_id text, hash text, source_at timestamptz, type text, category jsonb,
  title text, detail text, search_key text, own_district text, area_district text, area_street text, district text, street text,
  place text, lng float8, lat float8, state text, state_since timestamptz, urgency text, sensitive boolean, channel text,
  simulated boolean, accepted_at timestamptz, closed_at timestamptz, unit text, due_at timestamptz, repeat_of text,
  satisfaction text, result text, caller_name text, caller_number text, caller_key text`;

const POINT = 'case when lng is not null then st_setsrid(st_makepoint(lng, lat), 4326) end';
const CATEGORY = 'array(select jsonb_array_elements_text(category))';

/** Inserts what is not there yet. @returns keys of the rows inserted; a number or key that is taken is left out */
export async function insertCases(tx: Tx, rows: readonly Record<string, unknown>[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const done = await tx<{ origin: string; external_id: string }[]>`
    insert into hotline_case (case_no, origin, external_id, hash, source_at, type, category, title, detail, search_key, own_district,
      area_district, area_street, district, street, place, geom, state, state_since, urgency, sensitive, channel, simulated,
      accepted_at, closed_at, unit, due_at, repeat_of, satisfaction, result, caller_name, caller_number, caller_key)
    select case_no, origin, external_id, hash, source_at, type, ${tx.unsafe(CATEGORY)}, title, detail, search_key, own_district,
      area_district, area_street, district, street, place, ${tx.unsafe(POINT)}, state, state_since, urgency, sensitive, channel,
      simulated, accepted_at, closed_at, unit, due_at, repeat_of, satisfaction, result, caller_name, caller_number, caller_key
    from jsonb_to_recordset(${tx.json(rows as never)}) as r (${tx.unsafe(CASE_RECORDSET)})
    on conflict do nothing
    returning origin, external_id`;
  return new Set(done.map((r) => keyOf(r.origin, r.external_id)));
}

/** Writes the newer version over cases that are there and locked. */
export async function updateCases(tx: Tx, rows: readonly Record<string, unknown>[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    update hotline_case c set hash = r.hash, source_at = r.source_at, type = r.type, category = ${tx.unsafe(CATEGORY.replace('category', 'r.category'))},
      title = r.title, detail = r.detail, search_key = r.search_key, own_district = r.own_district, area_district = r.area_district,
      area_street = r.area_street, district = r.district, street = r.street, place = r.place,
      geom = case when r.lng is not null then st_setsrid(st_makepoint(r.lng, r.lat), 4326) end, state = r.state,
      state_since = r.state_since, urgency = r.urgency, sensitive = r.sensitive, channel = r.channel, simulated = r.simulated,
      accepted_at = r.accepted_at, closed_at = r.closed_at, unit = r.unit, due_at = r.due_at, repeat_of = r.repeat_of,
      satisfaction = r.satisfaction, result = r.result, caller_name = r.caller_name, caller_number = r.caller_number,
      caller_key = r.caller_key, corrections = r.corrections, withdrawn_at = null
    from jsonb_to_recordset(${tx.json(rows as never)}) as r (${tx.unsafe(CASE_RECORDSET)}, corrections int)
    where c.origin = r.origin and c.external_id = r.external_id`;
}

/** Where the points of cases lie, for cases that name their own district: nothing that screens show changes. */
export async function savePlaces(
  tx: Tx,
  places: readonly { caseNo: string; district: string; street: string | null }[],
): Promise<void> {
  if (places.length === 0) return;
  await tx`
    update hotline_case c set area_district = r->>'district', area_street = r->>'street'
    from jsonb_array_elements(${tx.json(places as never)}) r where c.case_no = r->>'caseNo'`;
}

export const keyOf = (origin: string, externalId: string): string => `${origin}\u0000${externalId}`;

/**
 * Hash of everything that a source told of a case, whatever the order of its fields. `sourceAt` is when, not what; `callId` is no
 * part of the case but a link (call-cases.ts).
 */
export function hashOf(c: CaseRecord): string {
  return createHash('md5')
    .update(canonical({ ...c, sourceAt: null, callId: undefined }))
    .digest('base64')
    .slice(0, 22);
}

/** 16 hex digits for a caller's number as dialled (separators and +86 aside); null when there is none. */
export function callerKey(number: string | null, salt: string): string | null {
  const digits = number?.replace(/\D/g, '').replace(/^(?:00)?86(?=1\d{10}$)/, '') ?? '';
  return digits === '' ? null : createHmac('sha256', salt).update(digits).digest('hex').slice(0, 16);
}

const salts = new WeakMap<object, Promise<string>>();
/** This installation's salt, read once per pool. */
export function caseSalt(sql: Sql): Promise<string> {
  let salt = salts.get(sql);
  if (!salt) {
    salt = sql<{ salt: string }[]>`select salt from case_salt`.then((rows) => rows[0]!.salt);
    salt.catch(() => salts.delete(sql));
    salts.set(sql, salt);
  }
  return salt;
}
