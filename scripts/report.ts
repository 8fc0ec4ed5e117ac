/** `npm run report`: any report of the catalogue, as the screen shows it. */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { INDICATORS } from '#domain/calls/indicators.ts';
import { parseConfig, type Config } from '#domain/config.ts';
import {
  REPORTS,
  reportNamed,
  type FiguresReport,
  type ListReport,
  type StatReport,
} from '#domain/reports/catalogue.ts';
import { GRAINS } from '#domain/reports/grain.ts';
import { LISTS } from '#domain/reports/lists.ts';
import type { IndexVersion } from '#domain/reports/work-index.ts';
import {
  DIMENSIONS,
  figuresQuery,
  indicatorNamed,
  listQuery,
  periodOf,
  type Only,
  type ReportWish,
} from '#domain/reports/query.ts';
import {
  cellText,
  clock,
  intervalName,
  listSheet,
  statSheet,
  toCsv,
  toText,
  type Lang,
  type Sheet,
} from '#domain/reports/sheet.ts';
import type { Result } from '#domain/result.ts';
import { DAY, type Instant } from '#domain/time.ts';
import { connect, type Sql } from '#store/db.ts';
import { drill } from '#store/reports/drill.ts';
import { keepUp } from '#store/reports/keep.ts';
import { markAll } from '#store/reports/marks.ts';
import { readList } from '#store/reports/lists.ts';
import { LIVE_COLUMNS, readLive } from '#store/reports/live.ts';
import { compareStat, runStat } from '#store/reports/run.ts';
import { migrate } from '#store/migrate.ts';

const HELP = `npm run report -- REPORT [--from TIME] [--to TIME] [--by …] [--grain …] [--only KEY=VALUE]… [--json | --csv]

Prints a report of calls. Times are of the city ('2026-03-02' or '2026-03-02 09:30'); --to is not part of the period. Without
--from today, without --to one day (of lists and figures); figures count half-hours, so both must begin one.

  --by A,B        rows: ${DIMENSIONS.join(', ')} (as the report allows), or none
  --grain G       ${GRAINS.join(', ')}
  --only K=V,…    only these: queue, seat, team, department, provider, trunk, reason; of lists also number=…, other=… (the seat or number on the other side) and band=0…4 (minutes <1, 1-2, 2-3, 3-5, >5)
  --with P        beside the same period before: year, month, week, period, or the TIME at which it began
  --view V        of a list with several views
  --drill KEY     the rows behind a figure (the key of a column, as --json names it) in the period
  --limit N       rows of a list or drill (1000)
  --lang zh|en    --json and --csv, and seconds with 0.01 there; CSV has a byte order mark, so that Excel shows Chinese
  --raw           counts from the records instead of the rollups: slow, must say the same
  --list          names all reports
  --rebuild       counts all rollups anew from the records first; REPORT may be left out

A figure is “–” where its denominator is 0, “?” where what it needs is not recorded. Exit code 1: figures of part of the period are
not counted yet; 2: the wish or the database cannot be used.`;

class Mistake extends Error {}

const { values, positionals } = readArguments();

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        by: { type: 'string' },
        grain: { type: 'string' },
        only: { type: 'string', multiple: true, default: [] },
        with: { type: 'string' },
        view: { type: 'string' },
        drill: { type: 'string' },
        limit: { type: 'string', default: '1000' },
        lang: { type: 'string', default: 'zh' },
        json: { type: 'boolean', default: false },
        csv: { type: 'boolean', default: false },
        raw: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        rebuild: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (e) {
    process.stderr.write(`report: ${(e as Error).message}\n`);
    process.exit(2);
  }
}

const oneOf = <T extends string>(what: string, given: string, allowed: readonly T[]): T => {
  if (!(allowed as readonly string[]).includes(given))
    throw new Mistake(`${what} must be one of ${allowed.join(', ')}, not “${given}”`);
  return given as T;
};

/** What the arguments wish for; a day given as --to is not part of the period. */
function wish(): ReportWish {
  const only: Record<string, string[]> = {};
  for (const text of values.only) {
    const at = text.indexOf('=');
    if (at <= 0) throw new Mistake(`--only must be KEY=VALUE, not “${text}”`);
    (only[text.slice(0, at)] ??= []).push(...text.slice(at + 1).split(','));
  }
  const to = values.to !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(values.to) ? `${values.to} 00:00` : values.to;
  return {
    only,
    ...(values.from === undefined ? {} : { from: values.from }),
    ...(to === undefined ? {} : { to }),
    ...(values.by === undefined ? {} : { by: values.by }),
    ...(values.grain === undefined ? {} : { grain: values.grain }),
    ...(values.with === undefined ? {} : { with: values.with }),
    ...(values.view === undefined ? {} : { view: values.view }),
  };
}

const OPTIONS: Readonly<Record<string, string>> = {
  'report-grain': '--grain',
  'report-by': '--by',
  'report-only': '--only',
  'report-with': '--with',
  'report-view': '--view',
};

function granted<T>(r: Result<T>): T {
  if (r.ok) return r.value;
  const { code, reason } = r;
  if (code === 'report-period')
    throw new Mistake(
      `${reason === values.from ? '--from' : '--to'} must be a day or time like 2026-03-02 or “2026-03-02 09:30”, not “${reason}”`,
    );
  if (code === 'report-period-empty') throw new Mistake('--to must lie after --from, and --from before now');
  if (code === 'report-half-hour') throw new Mistake('figures count half-hours: --from and --to must begin one');
  throw new Mistake(code in OPTIONS ? `${OPTIONS[code]!} must be ${reason}` : reason);
}

interface Answer {
  readonly sheet: Sheet;
  /** What --json adds: definitions, thresholds, gaps. */
  readonly about: Record<string, unknown>;
  readonly notes: readonly string[];
  readonly summary: string;
  readonly incomplete?: boolean;
}

async function figures(sql: Sql, r: FiguresReport, config: Config, lang: Lang): Promise<Answer> {
  const { zone } = config;
  const asked = wish();
  const q = granted(figuresQuery(r, asked, granted(periodOf(asked, Date.now(), zone)), zone));
  const { from, to, grain, by, only } = q;
  if (values.drill !== undefined) return await rowsBehind(sql, values.drill, { from, to, only, zone });
  const open = { now: Date.now(), reasons: config.pauseReasons };
  const query = { ...q, zone, open, ...(values.raw ? { raw: true } : {}) };
  const result = await runStat(sql, query);
  const compared = q.compare === null ? undefined : await compareStat(sql, query, result.table, q.compare);
  const sheet = statSheet(result.table, {
    lang,
    zone,
    grain,
    where: values.json || values.csv ? 'export' : 'wall',
    ...(compared ? { compared } : {}),
  });
  const { thresholds } = result;
  const limits = thresholds.map(
    (p) =>
      `${p.queue || (lang === 'zh' ? '各组' : 'all groups')}: ${p.values.connectS} s / SL ${p.values.goalPercent}/${p.values.serviceLevelS} s / ${p.values.edge1S}-${p.values.edge2S}-${p.values.edge3S} s / <${p.values.shortAbandonS} s`,
  );
  const notes = [
    ...result.table.columns.map(
      (c) =>
        `${c.indicator.id} ${c.indicator[lang]} = ${c.indicator.formula}${c.indicator.goal === undefined ? '' : ` (≥ ${c.indicator.goal * 100} %)`}${c.scoped ? '' : ` – ? ${c.indicator.missing ?? `by ${by.join(', ')}`}`}`,
    ),
    ...limits,
    ...result.index.map((v) => indexLine(v, lang, zone)),
    ...(compared
      ? [`${lang === 'zh' ? '同期' : 'before'}: ${clock(compared.from, zone)} – ${clock(compared.to, zone)}`]
      : []),
    ...(result.gapTotalMs > 0
      ? [`not heard for ${Math.round(result.gapTotalMs / 1000)} s of the period: figures are lower bounds`]
      : []),
    ...(r.missing ? [`not known: ${r.missing}`] : []),
  ];
  const columns = result.table.columns.map((c) => ({
    key: c.key,
    id: c.indicator.id,
    zh: c.indicator.zh,
    en: c.indicator.en,
    unit: c.indicator.unit,
    formula: c.indicator.formula,
    known: c.scoped !== null,
  }));
  return {
    sheet,
    about: {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      grain,
      by,
      columns,
      thresholds,
      ...(result.index.length > 0 ? { workIndex: result.index } : {}),
      gapMs: result.gapMs,
      pending: result.pending,
      keptAt: result.keptAt,
    },
    notes,
    summary: `${result.table.rows.length} rows, ${intervalName(from, 'half-hour', zone)} – ${intervalName(to, 'half-hour', zone)}${result.pending ? ', NOT ALL COUNTED YET' : ''}`,
    incomplete: result.pending,
  };
}

/** What the work index is made of: weight, figure, and its values of 0 and of 100 points. */
function indexLine(v: IndexVersion, lang: Lang, zone: string): string {
  const since = Number.isFinite(v.from) ? clock(v.from, zone) : lang === 'zh' ? '系统建议值' : 'proposal';
  const entries = v.entries.map((e) => `${e.weight} × ${INDICATORS[e.key][lang]} [${e.zeroAt} → ${e.fullAt}]`);
  return `C-22 ${INDICATORS.workIndex[lang]} (${since}): ${entries.join(' + ')}`;
}

async function rowsBehind(
  sql: Sql,
  key: string,
  q: { from: Instant; to: Instant; only: Only; zone: string },
): Promise<Answer> {
  const indicator = indicatorNamed(key);
  if (!indicator) throw new Mistake(`--drill must be the key of a column, as --json names it, not “${key}”`);
  const found = await drill(sql, { ...q, indicator, limit: limit() });
  if (!found) throw new Mistake(`${key} is not known here, so nothing stands behind it`);
  const columns = found.columns.map((k) => ({
    key: k,
    zh: k,
    en: k,
    type: k.startsWith('t_') || k === 't' || k === 'settled_at' ? ('time' as const) : ('text' as const),
  }));
  return {
    sheet: listSheet(columns, found.rows, 'en'),
    about: { indicator, source: found.source, total: found.total },
    notes: [],
    summary: `${found.rows.length} of ${found.total} rows behind ${key}`,
  };
}

function limit(): number {
  const n = Number(values.limit);
  if (!(Number.isInteger(n) && n > 0))
    throw new Mistake(`--limit must be a whole number above 0, not “${values.limit}”`);
  return n;
}

async function list(sql: Sql, r: ListReport, zone: string, lang: Lang): Promise<Answer> {
  const asked = wish();
  const { list: view, from, to, filter } = granted(listQuery(r, asked, granted(periodOf(asked, Date.now(), zone))));
  const { rows, more } = await readList(sql, { list: view, from, to, filter, zone, limit: limit() });
  return {
    sheet: listSheet(LISTS[view], rows, lang),
    about: { view, more },
    notes: r.missing ? [`not known: ${r.missing}`] : [],
    summary: `${rows.length} rows${more ? ', and more (--limit)' : ''}, ${clock(from, zone)} – ${clock(to, zone)}`,
  };
}

async function answer(sql: Sql, r: StatReport, config: Config, lang: Lang): Promise<Answer> {
  if (r.kind === 'figures') return await figures(sql, r, config, lang);
  if (r.kind === 'list') return await list(sql, r, config.zone, lang);
  const now = Date.now();
  const rows = await readLive(sql, r.what, { zone: config.zone, now, reasons: config.pauseReasons });
  return {
    sheet: listSheet(LIVE_COLUMNS[r.what], rows, lang),
    about: { at: new Date(now).toISOString() },
    notes: [],
    summary: `${rows.length} rows, ${clock(now, config.zone)}`,
  };
}

async function say(out: string): Promise<void> {
  if (!process.stdout.write(`${out}\n`)) await once(process.stdout, 'drain');
}

async function print(r: StatReport, a: Answer, zone: string, lang: Lang): Promise<void> {
  const summary = `${r.id} ${r[lang]}: ${a.summary}`;
  if (values.csv) {
    process.stdout.write(toCsv(a.sheet, zone));
    process.stderr.write(`${summary}\n`);
  } else if (values.json) {
    const plain = (rows: Sheet['rows']) =>
      rows.map((row) =>
        row.map((c) =>
          c.is === 'number'
            ? c.n
            : c.is === 'text'
              ? c.text
              : c.is === 'time'
                ? c.as === undefined
                  ? new Date(c.t).toISOString()
                  : cellText(c, zone)
                : c.is === 'empty'
                  ? null
                  : { unknown: true },
        ),
      );
    await say(
      JSON.stringify({
        id: r.id,
        zh: r.zh,
        en: r.en,
        ...a.about,
        header: a.sheet.header,
        rows: plain(a.sheet.rows),
        totals: plain(a.sheet.totals),
      }),
    );
    process.stderr.write(`${summary}\n`);
  } else await say([toText(a.sheet, zone), '', ...a.notes, summary].join('\n'));
}

async function main(): Promise<number> {
  if (values.help) {
    await say(HELP);
    return 0;
  }
  const lang = oneOf<Lang>('--lang', values.lang, ['zh', 'en']);
  if (values.list) {
    await say(
      `${REPORTS.map((r) => `${r.id}  ${r[lang]}  (${r.kind}${r.kind === 'figures' ? `, by ${r.by.map((b) => b.join(',') || 'none').join(' | ')}` : ''})`).join('\n')}\n${REPORTS.length} reports`,
    );
    return 0;
  }
  const [name, ...more] = positionals;
  if ((name === undefined && !values.rebuild) || more.length > 0)
    throw new Mistake('name one REPORT, like R-06; --list names them, --help tells more');
  const report = name === undefined ? undefined : reportNamed(name);
  if (name !== undefined && !report) throw new Mistake(`no report is called ${name}; --list names them`);
  if (values.json && values.csv) throw new Mistake('--json or --csv, not both');
  const { config, mistakes } = parseConfig(process.env);
  if (mistakes.length > 0) throw new Mistake(mistakes.join('; '));
  const sql = connect(config.databaseUrl, { max: 2, name: 'watchfloor report' });
  try {
    await migrate(sql);
    if (values.rebuild) await rebuild(sql, config.zone);
    if (!report) return 0;
    const a = await answer(sql, report, config, lang);
    await print(report, a, config.zone, lang);
    return a.incomplete ? 1 : 0;
  } finally {
    await sql.end({ timeout: 2 });
  }
}

async function rebuild(sql: Sql, zone: string): Promise<void> {
  const began = performance.now();
  await markAll(sql);
  const halfHours = await keepUp(sql, { zone, now: Date.now });
  process.stderr.write(
    `rebuilt: ${Math.round(halfHours / 48)} source-days of half-hours (${DAY / 1_800_000} a day) in ${((performance.now() - began) / 1000).toFixed(1)} s\n`,
  );
}

try {
  process.exitCode = await main();
} catch (e) {
  process.stderr.write(`report: ${(e as Error).message}\n`);
  process.exitCode = 2;
}
