import { cityDay } from '#domain/time.ts';
import { makeLocale, type Locale } from '#lib/i18n/locale.ts';
import { BOM, csvLine } from '#lib/rows/csv.ts';
import { mustMay } from '#lib/server/guard.ts';
import { listOf, type ListOf } from '#lib/server/list-of.ts';
import { caseFor, visitFor } from '#lib/server/row-lists.ts';
import { db, log, settings } from '#lib/server/runtime.ts';
import type { Role } from '#domain/access.ts';
import { allCaseRows, allVisitRows } from '#store/row-lists.ts';
import type { RequestHandler } from './$types';

/** Rows of one export at most. */
const MOST = 200_000;

/** The whole list as CSV, read by cursor and sent as it is read: a long export takes no memory and stops when the reader leaves. */
export const GET: RequestHandler = (event) => {
  const { role } = mustMay(event, 'rows.see');
  const of = listOf(event);
  const locale = makeLocale(event.locals.language, settings().zone);
  const lines = csv(of, role, locale);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await lines.next();
        if (next.done) controller.close();
        else controller.enqueue(new TextEncoder().encode(next.value));
      } catch (e) {
        log.error({ err: e, list: of.list }, 'an export broke off');
        controller.error(e);
      }
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${of.list}-${cityDay(Date.now(), settings().zone)}.csv"`,
    },
  });
};

async function* csv(of: ListOf, role: Role, { words, format }: Locale): AsyncGenerator<string, undefined> {
  const c = words.rows.columns;
  const term = (terms: Readonly<Record<string, string>>, key: string): string => terms[key] ?? key;
  const own = words.caseWords;
  if (of.list === 'visits') {
    yield BOM + csvLine([c.at, c.queue, c.caller, c.outcome, c.waitS, c.seat, c.leftAt]);
    for await (const rows of allVisitRows(db(), of.filter, MOST))
      yield rows
        .map((row) => visitFor(role, row))
        .map((r) =>
          csvLine([
            format.dateTime(r.at),
            r.queue,
            r.caller,
            term(own.outcomes, r.outcome),
            r.waitS,
            r.seat,
            format.dateTime(r.leftAt),
          ]),
        )
        .join('');
    return;
  }
  yield (
    BOM +
    csvLine([
      c.caseNo,
      c.acceptedAt,
      c.type,
      c.category,
      c.title,
      c.district,
      c.street,
      c.place,
      c.channel,
      c.state,
      c.urgency,
      c.unit,
      c.dueAt,
    ])
  );
  for await (const rows of allCaseRows(db(), of.filter, MOST))
    yield rows
      .map((row) => caseFor(role, row))
      .map((r) =>
        csvLine([
          r.caseNo,
          format.dateTime(r.acceptedAt),
          term(own.types, r.type),
          r.category.join(' / '),
          r.title,
          r.district,
          r.street,
          r.place,
          term(own.channels, r.channel),
          term(own.states, r.state),
          term(own.urgencies, r.urgency),
          r.unit,
          r.dueAt === null ? null : format.dateTime(r.dueAt),
        ]),
      )
      .join('');
}
