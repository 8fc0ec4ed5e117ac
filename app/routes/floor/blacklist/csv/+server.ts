import { barState, type BarEntry } from '#domain/blacklist/rows.ts';
import { cityDay, type Instant } from '#domain/time.ts';
import { makeLocale, type Locale } from '#lib/i18n/locale.ts';
import { BOM, csvLine } from '#lib/rows/csv.ts';
import { barFilter } from '#lib/server/blacklist-query.ts';
import { mustMay } from '#lib/server/guard.ts';
import { db, log, settings } from '#lib/server/runtime.ts';
import { allBars } from '#store/blacklist.ts';
import type { RequestHandler } from './$types';

/** Rows of one export at most. */
const MOST = 200_000;

/** What the page's filter shows, whole, as CSV: read by cursor and sent as it is read. */
export const GET: RequestHandler = (event) => {
  mustMay(event, 'blacklist.change');
  const { zone } = settings();
  const now = Date.now();
  const locale = makeLocale(event.locals.language, zone);
  const batches = allBars(db(), barFilter(event.url.searchParams), now, MOST);
  let begun = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = begun ? await batches.next() : { done: false as const, value: [] };
        if (next.done) return controller.close();
        const head = begun ? '' : BOM + csvLine(heads(locale));
        begun = true;
        controller.enqueue(new TextEncoder().encode(head + next.value.map((e) => line(e, now, locale)).join('')));
      } catch (e) {
        log.error({ err: e }, 'an export broke off');
        controller.error(e);
      }
    },
    async cancel() {
      await batches.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="blacklist-${cityDay(now, zone)}.csv"`,
    },
  });
};

/** The first five are the template's, so that an export can be imported elsewhere. */
const heads = ({ words: { blacklist: w } }: Locale): string[] => {
  const c = w.columns;
  return [c.number, c.direction, c.reason, c.from, c.until, c.state, c.by, c.addedAt, c.endedBy, c.endReason];
};

function line(e: BarEntry, now: Instant, { words: { blacklist: w }, format }: Locale): string {
  return csvLine([
    e.number,
    w.directions[e.direction],
    e.reason,
    format.dateTime(e.from),
    e.until === null ? null : format.dateTime(e.until),
    w.states[barState(e, now)],
    e.by,
    format.dateTime(e.addedAt),
    e.ended?.by ?? null,
    e.ended?.reason ?? null,
  ]);
}
