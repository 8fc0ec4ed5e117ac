import { basename } from 'node:path';
import type { CaseRecord } from '#domain/cases/case.ts';
import type { FactDraft } from '#domain/fact.ts';
import type { Instant } from '#domain/time.ts';
import { toWgs84 } from '#gis-data/crs.ts';
import { suspectSystem, type Suspicion } from '#gis-data/crs-suspect.ts';
import { withdrawCases } from '#store/case-changes.ts';
import { endImport, startImport, type ImportCounts } from '#store/case-imports.ts';
import { MAX_BATCH, upsertCases, type Upserted, type UpsertOptions } from '#store/cases.ts';
import type { Sql } from '#store/db.ts';
import { recording } from '#store/facts.ts';
import { activeCity, type LngLat } from '#store/gis.ts';
import type { Districts } from './districts.ts';
import type { FileMap } from './file-map.ts';
import { parseRow } from './parse.ts';
import { csvRows, jsonRows, readText, type Encoding, type RawRow } from './read.ts';
import { CsvReport } from './report.ts';

export interface ImportOptions {
  readonly sql: Sql;
  readonly file: string;
  readonly map: FileMap;
  /** Where points lie; null: in the boundaries of the loaded cities. */
  readonly districts: Districts | null;
  /** Folder for the report files. */
  readonly reports: string;
  readonly now: Instant;
  readonly zone: string;
  readonly onProgress?: (read: number) => void;
}

export interface ImportSummary extends ImportCounts {
  readonly withdrawn: number;
  /** A version that was written before the one that we have. */
  readonly outdated: number;
  readonly moved: number;
  readonly corrected: number;
  readonly encoding: Encoding;
  /** Rejected rows by code. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly compared: number;
  readonly mismatches: number;
  /** Of these, points outside of every boundary that is known. */
  readonly outside: number;
  /** Most frequent pairs 'own → where the point lies'. */
  readonly pairs: readonly { readonly pair: string; readonly count: number }[];
  /** The positions look like those of another coordinate system than the map declares. */
  readonly suspect: Suspicion | null;
  readonly report: string | null;
  readonly mismatchReport: string | null;
  readonly seconds: number;
  readonly rowsPerS: number;
}

/** A transaction that records facts should not be longer: everybody else who records some waits for it. */
const AIM_MS = 50;
const FEWEST = 50;
/** Positions kept to look at their coordinate system: evenly over the whole file. */
const SAMPLE = 1000;

/** Brings one file into the store. @throws when the file cannot be read to its end or the database is away: what came before stays */
export async function importFile(o: ImportOptions): Promise<ImportSummary> {
  const { encoding, text } = await readText(o.file);
  const run = new Import(o, encoding);
  const id = await startImport(o.sql, 'cases', o.map.name, basename(o.file));
  try {
    const rows = o.map.format === 'csv' ? csvRows(text, o.map) : jsonRows(text);
    for await (const row of rows) await run.row(row);
    await run.flush();
    await run.settle();
    await run.lookAtSystem();
  } finally {
    await run.close();
  }
  const summary = run.summary();
  const { read, new: fresh, changed, unchanged, rejected, ...detail } = summary;
  await endImport(o.sql, id, { read, new: fresh, changed, unchanged, rejected }, detail);
  return summary;
}

class Import {
  readonly #o: ImportOptions;
  readonly #encoding: Encoding;
  readonly #started = performance.now();
  readonly #rejects: CsvReport;
  readonly #mismatches: CsvReport;
  readonly #upsert: UpsertOptions;
  #read = 0;
  #outside = 0;
  #compared = 0;
  #withdrawn = 0;
  readonly #outcomes: Record<string, number> = {};
  readonly #reasons: Record<string, number> = {};
  readonly #pairs = new Map<string, number>();
  #batch: { record: CaseRecord; row: RawRow }[] = [];
  #sample: LngLat[] = [];
  #sampleEvery = 1;
  #located = 0;
  #suspect: Suspicion | null = null;
  #size = MAX_BATCH;
  #writing: Promise<void> = Promise.resolve();
  #quiet = { rows: 0, from: Infinity, to: -Infinity };

  constructor(o: ImportOptions, encoding: Encoding) {
    this.#o = o;
    this.#encoding = encoding;
    const stamp = new Date(o.now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const name = `${o.reports}/${basename(o.file).replace(/\.(csv|jsonl|gz)\b/g, '')}-${stamp}`;
    this.#rejects = new CsvReport(`${name}-rejected.csv`, ['line', 'code', 'reason', 'raw']);
    this.#mismatches = new CsvReport(`${name}-districts.csv`, ['case', 'own district', 'district of its point']);
    const districts = o.districts;
    this.#upsert = {
      now: o.now,
      zone: o.zone,
      actor: `import:${o.map.name}`,
      quietHistory: true,
      ...(districts
        ? {
            locate: async (_tx, points) =>
              points.map((p) => ({ district: districts.at(p), street: null })).map((a) => (a.district ? a : null)),
          }
        : {}),
    };
  }

  async row(row: RawRow): Promise<void> {
    this.#read++;
    if (this.#read % 5000 === 0) this.#o.onProgress?.(this.#read);
    if (row.error) return await this.#reject(row, row.error.code, row.error.reason);
    const { mapping } = this.#o.map;
    const meaning = parseRow(mapping, row.cell, (at) => toWgs84([at[0], at[1]], mapping.crs), this.#o.now);
    if (!meaning.ok) return await this.#reject(row, meaning.code, meaning.reason);
    if (meaning.value.kind === 'withdrawn') {
      await this.flush();
      await this.settle();
      const done = await withdrawCases(this.#o.sql, mapping.origin, [meaning.value.externalId], this.#upsert);
      this.#withdrawn += done;
      this.#count(done === 1 ? 'withdrawn' : 'unchanged');
      return;
    }
    if (meaning.value.record.at) this.#keepSample(meaning.value.record.at);
    this.#batch.push({ record: meaning.value.record, row });
    if (this.#batch.length >= this.#size) await this.flush();
  }

  /** Hands the batch to the database and goes on reading meanwhile; waits when the one before is still being written. */
  async flush(): Promise<void> {
    await this.#writing;
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#writing = this.#write(batch);
    this.#writing.catch(() => {}); // thrown again by whoever waits for it
  }

  /** Waits for the last batch and tells the cases of old years, which leave no fact each, as one. */
  async settle(): Promise<void> {
    await this.#writing;
    const { rows, from, to } = this.#quiet;
    if (rows === 0) return;
    this.#quiet = { rows: 0, from: Infinity, to: -Infinity };
    const what = `cases:${this.#o.map.name}`;
    const fact: FactDraft = {
      kind: 'history.loaded',
      body: { what, rows, from, to },
      at: this.#o.now,
      subject: what,
      actor: this.#upsert.actor,
    };
    await recording(this.#o.sql, async () => ({ facts: [fact], result: null }));
  }

  async #write(batch: readonly { record: CaseRecord; row: RawRow }[]): Promise<void> {
    const began = performance.now();
    const done = await upsertCases(this.#o.sql, batch.map((b) => b.record), this.#upsert); // prettier-ignore
    const took = performance.now() - began;
    // only a transaction that tells facts makes others wait
    if (done.told > 0 && took > AIM_MS) this.#size = Math.max(FEWEST, Math.floor(this.#size * 0.7));
    else if (done.told === 0 || took < AIM_MS / 2) this.#size = Math.min(MAX_BATCH, Math.ceil(this.#size * 1.3));
    await this.#note(batch, done);
  }

  async #note(batch: readonly { record: CaseRecord; row: RawRow }[], done: Upserted): Promise<void> {
    for (const [i, outcome] of done.outcomes.entries()) {
      const { record, row } = batch[i]!;
      if (outcome === 'number-taken')
        await this.#reject(row, outcome, `the number ${record.caseNo} belongs to another case`);
      else this.#count(outcome);
      if (outcome === 'new' && done.quiet > 0) {
        this.#quiet.from = Math.min(this.#quiet.from, record.acceptedAt);
        this.#quiet.to = Math.max(this.#quiet.to, record.acceptedAt);
      }
    }
    this.#quiet.rows += done.quiet;
    this.#compared += done.compared;
    for (const m of done.mismatches) {
      if (m.area === null) this.#outside++;
      const pair = `${m.own} → ${m.area ?? '–'}`;
      this.#pairs.set(pair, (this.#pairs.get(pair) ?? 0) + 1);
      await this.#mismatches.add([m.caseNo, m.own, m.area ?? '']);
    }
  }

  /** Every nth position; when there are too many, every second of them goes and n doubles. */
  #keepSample(at: LngLat): void {
    if (this.#located++ % this.#sampleEvery !== 0) return;
    this.#sample.push(at);
    if (this.#sample.length < SAMPLE) return;
    this.#sample = this.#sample.filter((_, i) => i % 2 === 0);
    this.#sampleEvery *= 2;
  }

  /** Do the positions lie along the roads of the shown city, as the declared system has them? */
  async lookAtSystem(): Promise<void> {
    const city = await activeCity(this.#o.sql);
    if (city) this.#suspect = await suspectSystem(this.#o.sql, city.id, this.#sample, this.#o.map.mapping.crs);
  }

  async #reject(row: RawRow, code: string, reason: string): Promise<void> {
    this.#count('rejected');
    this.#reasons[code] = (this.#reasons[code] ?? 0) + 1;
    await this.#rejects.add([row.line, code, reason, row.raw.slice(0, 4000)]);
  }

  #count(outcome: string): void {
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {}); // importFile throws it
    await this.#rejects.close();
    await this.#mismatches.close();
  }

  summary(): ImportSummary {
    const n = (outcome: string): number => this.#outcomes[outcome] ?? 0;
    const seconds = (performance.now() - this.#started) / 1000;
    return {
      read: this.#read,
      new: n('new'),
      changed: n('moved') + n('corrected') + n('withdrawn'),
      unchanged: n('unchanged') + n('outdated'),
      rejected: n('rejected'),
      moved: n('moved'),
      corrected: n('corrected'),
      withdrawn: this.#withdrawn,
      outdated: n('outdated'),
      encoding: this.#encoding,
      reasons: this.#reasons,
      compared: this.#compared,
      mismatches: this.#mismatches.lines,
      outside: this.#outside,
      pairs: [...this.#pairs]
        .map(([pair, count]) => ({ pair, count }))
        .sort((a, b) => b.count - a.count)
        .slice(0, 20),
      suspect: this.#suspect,
      report: this.#rejects.lines > 0 ? this.#rejects.path : null,
      mismatchReport: this.#mismatches.lines > 0 ? this.#mismatches.path : null,
      seconds,
      rowsPerS: seconds > 0 ? this.#read / seconds : 0,
    };
  }
}
