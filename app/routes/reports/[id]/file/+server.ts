import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { reportNamed, type StatReport } from '#domain/reports/catalogue.ts';
import { figuresQuery, listQuery, periodOf } from '#domain/reports/query.ts';
import { toCsv } from '#domain/reports/sheet.ts';
import { accept, type Result } from '#domain/result.ts';
import { cityDay, type Instant } from '#domain/time.ts';
import { makeLocale, type Locale } from '#lib/i18n/locale.ts';
import { wishOf } from '#lib/reports/address.ts';
import { mustMay } from '#lib/server/guard.ts';
import { currentChoices } from '#lib/server/reports/choices.ts';
import { runFigures } from '#lib/server/reports/figures.ts';
import { figuresFile, listFile, workSheets, type FileOf } from '#lib/server/reports/sheets.ts';
import { db, log, settings } from '#lib/server/runtime.ts';
import { workbook } from '#lib/server/xlsx/workbook.ts';
import { noteExport } from '#store/reports/exports.ts';
import type { RequestHandler } from './$types';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A report as a file, with all its rows. What cannot be made leads back to the report, which says why. */
export const GET: RequestHandler = async (event) => {
  const session = mustMay(event, 'report.see');
  const format = event.url.searchParams.get('format') === 'xlsx' ? 'xlsx' : 'csv';
  const report = reportNamed(event.params.id);
  if (!report || report.kind === 'live') error(404, { message: `${event.params.id} is no report that makes a file` });
  const { zone } = settings();
  const now = Date.now();
  const locale = makeLocale(event.locals.language, zone);
  const file = await fileOf(event, report, locale, now);
  if (!file.ok) {
    const back = new URLSearchParams(event.url.searchParams);
    back.delete('format');
    back.set('refused', file.code);
    redirect(303, `/reports/${report.id}?${back.toString()}`);
  }
  const name = `${report.id} ${report[locale.lang]}`;
  const saved = `${report.id}-${cityDay(now, zone)}.${format}`;
  const headers = {
    'content-type': format === 'xlsx' ? XLSX : 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${saved}"; filename*=UTF-8''${encodeURIComponent(`${name} ${cityDay(now, zone)}.${format}`)}`,
  };
  if (format === 'csv') return new Response(toCsv(file.value.sheet, zone), { headers });
  const by = session.account?.name ?? '';
  return new Response(stream(workbook(workSheets(name, file.value, { at: now, by }, locale), zone)), { headers });
};

async function fileOf(
  event: RequestEvent,
  report: Exclude<StatReport, { kind: 'live' }>,
  locale: Locale,
  now: Instant,
): Promise<Result<FileOf>> {
  const { zone, queueNames, menuPoints } = settings();
  const wish = wishOf(event.url.searchParams);
  const choices = await currentChoices(now);
  const source = { queueNames, pointNames: menuPoints, seatNames: choices.names };
  const period = periodOf(wish, now, zone);
  if (!period.ok) return period;
  if (report.kind === 'figures') {
    const q = figuresQuery(report, wish, period.value, zone);
    if (!q.ok) return q;
    const ran = await runFigures(db(), q.value, choices, zone);
    return ran.ok ? figuresFile(report, ran.value, locale, source) : ran;
  }
  const q = listQuery(report, wish, period.value);
  if (!q.ok) return q;
  const session = mustMay(event, 'rows.see');
  const file = await listFile(db(), report, q.value, session.role, locale, source);
  if (!file.ok) return file;
  const { sheet, masked } = file.value;
  const { id, name } = session.account!;
  await noteExport(
    db(),
    {
      report: report.id,
      ...period.value,
      rows: sheet.rows.length,
      numbers: masked ? 'masked' : 'whole',
      format: event.url.searchParams.get('format') ?? 'csv',
      by: { account: id, name },
    },
    now,
  );
  return accept(file.value);
}

/** Bytes as they are made: the reader's pace is the maker's, and a reader that leaves ends it. */
function stream(pieces: AsyncGenerator<Buffer, undefined>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await pieces.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      } catch (e) {
        log.error({ err: e }, 'a report broke off while it was made a file');
        controller.error(e);
      }
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
