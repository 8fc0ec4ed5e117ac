import { isDeepStrictEqual } from 'node:util';
import { isRegularMove, type CaseContent, type CaseRecord } from '#domain/cases/case.ts';
import { sameDistrict } from '#domain/cases/district.ts';
import { dayBefore } from '#domain/cases/fold.ts';
import type { LngLat } from '#domain/city/rows.ts';
import type { FactDraft } from '#domain/fact.ts';
import { cityDay, startOfDay, type Instant } from '#domain/time.ts';
import {
  CASE_COLUMNS,
  caseSalt,
  contentOf,
  hashOf,
  insertCases,
  keyOf,
  recordOf,
  savePlaces,
  storedForm,
  updateCases,
  type CaseArea,
  type CaseRowDb,
} from './case-rows.ts';
import { linkCalls } from './call-cases.ts';
import { saveEvents, saveVersions, type CaseEvent, type CaseVersion } from './case-log.ts';
import type { Sql, Tx } from './db.ts';
import { recordFacts } from './facts.ts';
import { districtsAt } from './gis.ts';

/** Cases per transaction at most: the fact lock is then held for a few milliseconds, and an import never stalls the floor. */
export const MAX_BATCH = 500;

export type CaseOutcome = 'new' | 'moved' | 'corrected' | 'unchanged' | 'outdated' | 'withdrawn' | 'number-taken';

export interface DistrictMismatch {
  readonly caseNo: string;
  readonly own: string;
  readonly area: string | null;
}

export interface Upserted {
  /** What became of each record, in the order given. */
  readonly outcomes: readonly CaseOutcome[];
  /** Cases whose own district is not the one that their point lies in; `area: null`: it lies in none that we know. */
  readonly mismatches: readonly DistrictMismatch[];
  /** Cases that have both an own district and a point. */
  readonly compared: number;
  /** Facts that were recorded. */
  readonly told: number;
  /** New cases of old years, recorded without a fact each: the caller tells them together by `history.loaded`. */
  readonly quiet: number;
}

export interface UpsertOptions {
  /** Our clock: decides what is old. */
  readonly now: Instant;
  readonly zone: string;
  readonly actor: string;
  /** New cases accepted before {@link quietBefore} get no fact each (imports, history). Corrections always leave a fact. */
  readonly quietHistory?: boolean;
  /** Where points lie; the loaded cities by default. */
  readonly locate?: (tx: Tx, points: readonly LngLat[]) => Promise<(CaseArea | null)[]>;
}

/** Cases accepted before this are outside of every live figure, today and for ever. */
export const quietBefore = (now: Instant, zone: string): Instant =>
  startOfDay(dayBefore(dayBefore(cityDay(now, zone))), zone);

const locateInCities = async (tx: Tx, points: readonly LngLat[]): Promise<(CaseArea | null)[]> =>
  (await districtsAt(tx, points)).map((p) =>
    p === null ? null : { district: p.district?.name ?? null, street: p.street?.name ?? null },
  );

/**
 * Brings a batch into the store, in one transaction: new cases, transitions, corrections; what is the same or older stays.
 * Idempotent by (origin, externalId). A key that comes several times is applied in the order given.
 * @param records at most {@link MAX_BATCH}
 * @throws RangeError for a larger batch
 */
export async function upsertCases(sql: Sql, records: readonly CaseRecord[], options: UpsertOptions): Promise<Upserted> {
  if (records.length > MAX_BATCH) throw new RangeError(`at most ${MAX_BATCH} cases at once, not ${records.length}`);
  const salt = await caseSalt(sql);
  return (await sql.begin(async (tx) => {
    const { facts, ...result } = await applyCases(tx as Tx, records, salt, options);
    await recordFacts(tx as Tx, facts);
    return result;
  })) as Upserted;
}

/** As {@link upsertCases}, inside the caller's transaction; the caller records the facts, last. */
export async function applyCases(
  tx: Tx,
  records: readonly CaseRecord[],
  salt: string,
  options: UpsertOptions,
): Promise<Upserted & { facts: FactDraft[] }> {
  const run = new Batch(tx, salt, options, records);
  for (const round of roundsOf(records)) await run.round(round);
  await linkCalls(tx, records);
  return {
    outcomes: run.outcomes,
    mismatches: run.mismatches,
    compared: run.compared,
    quiet: run.quiet,
    told: run.facts.length,
    facts: run.facts,
  };
}

/** Positions in the batch, so that no key is twice in a round. */
function roundsOf(records: readonly CaseRecord[]): number[][] {
  const rounds: number[][] = [];
  const seen = new Map<string, number>();
  records.forEach((c, i) => {
    const key = keyOf(c.origin, c.externalId);
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    (rounds[nth] ??= []).push(i);
  });
  return rounds;
}

interface Known {
  readonly row: CaseRowDb;
  readonly record: CaseRecord;
}
class Batch {
  readonly outcomes: CaseOutcome[];
  readonly mismatches: DistrictMismatch[] = [];
  compared = 0;
  readonly facts: FactDraft[] = [];
  quiet = 0;
  readonly #tx: Tx;
  readonly #salt: string;
  readonly #o: UpsertOptions;
  readonly #records: readonly CaseRecord[];

  constructor(tx: Tx, salt: string, options: UpsertOptions, records: readonly CaseRecord[]) {
    this.#tx = tx;
    this.#salt = salt;
    this.#o = options;
    this.#records = records;
    this.outcomes = new Array<CaseOutcome>(records.length).fill('unchanged');
  }

  async round(round: readonly number[]): Promise<void> {
    const known = await knownCases(this.#tx, round.map((i) => this.#records[i]!)); // prettier-ignore
    const fresh = round.filter((i) => !known.has(this.#key(i)));
    const inserted = await this.#insert(fresh);
    // somebody else inserted it between our look and our insert, or its number belongs to another case
    const late = fresh.filter((i) => !inserted.has(this.#key(i)));
    if (late.length > 0) {
      const others = await knownCases(this.#tx, late.map((i) => this.#records[i]!)); // prettier-ignore
      for (const i of late) {
        const found = others.get(this.#key(i));
        if (found) known.set(this.#key(i), found);
        else this.outcomes[i] = 'number-taken';
      }
    }
    await this.#update(round.filter((i) => known.has(this.#key(i))), known); // prettier-ignore
  }

  #key(i: number): string {
    return keyOf(this.#records[i]!.origin, this.#records[i]!.externalId);
  }

  /** District and street of each record's point. */
  async #areas(positions: readonly number[]): Promise<Map<number, CaseArea | null>> {
    const located = positions.filter((i) => this.#records[i]!.at !== null);
    const found = await (this.#o.locate ?? locateInCities)(
      this.#tx,
      located.map((i) => this.#records[i]!.at!),
    );
    return new Map(located.map((i, k) => [i, found[k] ?? null]));
  }

  async #insert(positions: readonly number[]): Promise<Set<string>> {
    if (positions.length === 0) return new Set();
    const areas = await this.#areas(positions);
    const rows = positions.map((i) =>
      storedForm(this.#records[i]!, hashOf(this.#records[i]!), areas.get(i) ?? null, this.#salt),
    );
    const done = await insertCases(this.#tx, rows);
    const limit = this.#o.quietHistory ? quietBefore(this.#o.now, this.#o.zone) : -Infinity;
    const events: CaseEvent[] = [];
    for (const i of positions) {
      const c = this.#records[i]!;
      if (!done.has(this.#key(i))) continue;
      this.outcomes[i] = 'new';
      this.#compare(c, areas.get(i));
      if (c.acceptedAt < limit) {
        this.quiet++;
        continue;
      }
      this.facts.push({
        kind: 'case.registered',
        body: { no: c.caseNo, case: placed(c, areas.get(i) ?? null) },
        at: c.acceptedAt,
        subject: c.caseNo,
        actor: this.#o.actor,
      });
      events.push({ caseNo: c.caseNo, at: c.acceptedAt, kind: 'registered', from: null, to: c.state });
    }
    await saveEvents(this.#tx, events, this.#o.actor);
    return done;
  }

  async #update(positions: readonly number[], known: ReadonlyMap<string, Known>): Promise<void> {
    const changed: { i: number; was: Known; record: CaseRecord; fields: (keyof CaseRecord)[]; hash: string }[] = [];
    const same: number[] = [];
    for (const i of positions) {
      const was = known.get(this.#key(i))!;
      const told = { ...this.#records[i]!, caseNo: was.record.caseNo };
      if (isOlder(told, was.record)) {
        this.outcomes[i] = 'outdated';
        continue;
      }
      const hash = hashOf(told);
      // some sources call the time of their last change the time of the state: it began when it began
      const record = told.state === was.record.state ? { ...told, stateSince: was.record.stateSince } : told;
      const fields = hash === was.row.hash ? [] : changedFields(was.record, record);
      if (fields.length > 0 || was.row.withdrawn_at !== null) changed.push({ i, was, record, fields, hash });
      else same.push(i);
    }
    await this.#compareSame(same, known);
    if (changed.length === 0) return;
    const areas = await this.#areas(changed.map((c) => c.i));
    const rows: Record<string, unknown>[] = [];
    const versions: CaseVersion[] = [];
    const events: CaseEvent[] = [];
    for (const { i, was, record, fields, hash } of changed) {
      const area = areas.get(i) ?? (fields.includes('at') ? null : areaOf(was.row));
      const after = placed(record, area);
      const corrected = this.#tell(i, was, after, fields, events);
      const corrections = was.row.corrections + (corrected.length > 0 ? 1 : 0);
      rows.push({ ...storedForm(record, hash, area, this.#salt), corrections });
      if (corrected.length > 0) {
        versions.push({
          caseNo: was.record.caseNo,
          version: corrections,
          sourceAt: record.sourceAt,
          fields: corrected,
          before: pick(was.record, corrected),
        });
        this.facts.push(correctedFact(was, after, corrected, corrections, record, this.#o));
      }
      this.#compare(record, area);
    }
    await updateCases(this.#tx, rows);
    await saveVersions(this.#tx, versions, this.#o.now, this.#o.actor);
    await saveEvents(this.#tx, events, this.#o.actor);
  }

  /** Records the transition, if there is one. @returns the fields that are a correction and no part of a transition */
  #tell(
    i: number,
    was: Known,
    after: CaseContent,
    fields: (keyof CaseRecord)[],
    events: CaseEvent[],
  ): (keyof CaseRecord)[] {
    const caseNo = was.record.caseNo;
    if (was.row.withdrawn_at !== null) {
      // a case that had been taken back is here again: it begins anew, as it is now
      this.outcomes[i] = 'new';
      this.facts.push({
        kind: 'case.registered',
        body: { no: caseNo, case: after },
        at: after.acceptedAt,
        subject: caseNo,
        actor: this.#o.actor,
      });
      events.push({
        caseNo,
        at: this.#o.now,
        kind: 'restored',
        from: was.record.state,
        to: after.state,
        irregular: true,
      });
      return [];
    }
    if (!fields.includes('state')) {
      this.outcomes[i] = 'corrected';
      return fields;
    }
    const from = was.record.state;
    const irregular = !isRegularMove(from, after.state);
    const corrected = fields.filter((f) => !PROGRESS.has(f));
    this.outcomes[i] = 'moved';
    // first the move with everything else as it was, then the correction: each fact names what it changed
    const moved = corrected.length > 0 ? { ...contentOf(was.row), ...progressOf(after) } : after;
    this.facts.push({
      kind: 'case.moved',
      body: { no: caseNo, case: moved, from, irregular },
      at: Math.min(after.stateSince, this.#o.now),
      subject: caseNo,
      actor: this.#o.actor,
    });
    events.push({ caseNo, at: after.stateSince, kind: 'moved', from, to: after.state, irregular });
    return corrected;
  }

  /** Unchanged cases are compared too; those whose point nobody could place before are placed now, if boundaries came meanwhile. */
  async #compareSame(positions: readonly number[], known: ReadonlyMap<string, Known>): Promise<void> {
    const rowOf = (i: number): CaseRowDb => known.get(this.#key(i))!.row;
    const unplaced = positions.filter((i) => rowOf(i).area_district === null && rowOf(i).own_district !== null);
    const areas = await this.#areas(unplaced);
    await savePlaces(
      this.#tx,
      unplaced.flatMap((i) => {
        const area = areas.get(i);
        return area?.district ? [{ caseNo: rowOf(i).case_no, district: area.district, street: area.street }] : [];
      }),
    );
    for (const i of positions) {
      const stored = rowOf(i).area_district;
      this.#compare(this.#records[i]!, stored === null ? (areas.get(i) ?? null) : { district: stored, street: null });
    }
  }

  #compare(c: CaseRecord, area: CaseArea | null | undefined): void {
    if (c.at === null || c.district === null || area === undefined) return;
    this.compared++;
    if (area === null || (area.district !== null && !sameDistrict(c.district, area.district)))
      this.mismatches.push({ caseNo: c.caseNo, own: c.district, area: area?.district ?? null });
  }
}

/** What a transition may change beside the state; a change of these alone is a correction. */
const PROGRESS: ReadonlySet<keyof CaseRecord> = new Set([
  'state',
  'stateSince',
  'closedAt',
  'unit',
  'dueAt',
  'satisfaction',
  'result',
]);

const progressOf = (c: CaseContent): Partial<CaseContent> => ({
  state: c.state,
  stateSince: c.stateSince,
  closedAt: c.closedAt,
  unit: c.unit,
  dueAt: c.dueAt,
  satisfaction: c.satisfaction,
});

/** Where the point of a stored case lies, by boundaries that may no longer be known. */
const areaOf = (row: CaseRowDb): CaseArea | null =>
  row.area_district === null ? null : { district: row.area_district, street: row.area_street };

const isOlder = (record: CaseRecord, was: CaseRecord): boolean =>
  record.sourceAt !== null && was.sourceAt !== null && record.sourceAt < was.sourceAt;

function changedFields(was: CaseRecord, is: CaseRecord): (keyof CaseRecord)[] {
  return (Object.keys(is) as (keyof CaseRecord)[]).filter((f) => f !== 'sourceAt' && !isDeepStrictEqual(was[f], is[f]));
}

function pick<T extends object>(from: T, fields: readonly (keyof T)[]): Partial<T> {
  return Object.fromEntries(fields.map((f) => [f, from[f]])) as Partial<T>;
}

/** A record as facts carry it: without what is personal, with the district of its point where it names none. */
export const placed = (c: CaseRecord, area: CaseArea | null): CaseContent => ({
  type: c.type,
  category: c.category,
  title: c.title,
  district: c.district ?? area?.district ?? null,
  street: c.street ?? area?.street ?? null,
  place: c.place,
  at: c.at,
  state: c.state,
  stateSince: c.stateSince,
  urgency: c.urgency,
  sensitive: c.sensitive,
  source: c.source,
  origin: c.origin,
  simulated: c.simulated,
  acceptedAt: c.acceptedAt,
  closedAt: c.closedAt,
  unit: c.unit,
  dueAt: c.dueAt,
  repeatOf: c.repeatOf,
  satisfaction: c.satisfaction,
});

function correctedFact(
  was: Known,
  after: CaseContent,
  fields: readonly (keyof CaseRecord)[],
  corrections: number,
  record: CaseRecord,
  o: UpsertOptions,
): FactDraft {
  const old = contentOf(was.row);
  const before: Partial<CaseContent> = {};
  for (const f of Object.keys(after) as (keyof CaseContent)[])
    if (!isDeepStrictEqual(old[f], after[f]) && !(PROGRESS.has(f) && !fields.includes(f)))
      Object.assign(before, { [f]: old[f] });
  return {
    kind: 'case.corrected',
    body: { no: record.caseNo, case: after, before, fields: [...fields].sort(), corrections },
    at: Math.min(record.sourceAt ?? o.now, o.now),
    subject: record.caseNo,
    actor: o.actor,
  };
}

/** The cases of these keys that are there, locked in the order of their keys so that two writers never wait for each other. */
async function knownCases(tx: Tx, records: readonly CaseRecord[]): Promise<Map<string, Known>> {
  const rows = await tx<CaseRowDb[]>`
    select ${tx.unsafe(CASE_COLUMNS)} from hotline_case
    where (origin, external_id) in (
      select k->>0, k->>1 from jsonb_array_elements(${tx.json(records.map((c) => [c.origin, c.externalId]))}) k)
    order by origin, external_id for update`;
  return new Map(rows.map((row) => [keyOf(row.origin, row.external_id), { row, record: recordOf(row) }]));
}
