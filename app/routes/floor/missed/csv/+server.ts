import { error } from '@sveltejs/kit';
import { cityDay } from '#domain/time.ts';
import { missedMatches, periodOf, readMissedFilter, type MatterView } from '#lib/floor/missed.ts';
import { makeLocale, type Locale } from '#lib/i18n/locale.ts';
import { BOM, csvLine } from '#lib/rows/csv.ts';
import { mustMay } from '#lib/server/guard.ts';
import { matterFor, mattersOf } from '#lib/server/missed.ts';
import { settings } from '#lib/server/runtime.ts';
import type { RequestHandler } from './$types';

/** The whole list as it is filtered, one line a matter. */
export const GET: RequestHandler = async (event) => {
  const { role, account } = mustMay(event, 'floor.see');
  const { zone } = settings();
  const now = Date.now();
  const filter = readMissedFilter(event.url.searchParams, zone, now);
  const list = await mattersOf(periodOf(filter, zone), now);
  if (!list) error(400, { message: 'there are too many missed calls in this period: choose fewer days' });
  const locale = makeLocale(event.locals.language, zone);
  const lines = list
    .filter((m) => missedMatches(m, filter))
    .map((m) => line(matterFor(role, account?.id ?? 0, m), locale));
  return new Response(BOM + head(locale) + lines.join(''), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="missed-${filter.from}-${cityDay(now, zone)}.csv"`,
    },
  });
};

function head({ words }: Locale): string {
  const c = words.missed.columns;
  return csvLine([
    c.urgency,
    c.caller,
    c.tries,
    c.queue,
    c.reason,
    c.first,
    c.last,
    `${c.wait} (s)`,
    c.due,
    c.state,
    c.who,
    c.attempts,
    c.settled,
    c.note,
  ]);
}

function line(m: MatterView, { words, format, name }: Locale): string {
  const w = words.missed;
  const names = settings().queueNames;
  const { closing } = m;
  return csvLine([
    w.urgencies[m.urgency],
    m.callable ? m.caller : w.anonymous,
    m.tries,
    m.queues.map((q) => name(names, q)).join(' / '),
    m.reasons.map((r) => w.reasons[r]).join(' / '),
    format.dateTime(m.first),
    format.dateTime(m.last),
    m.longestWaitS,
    format.dateTime(m.dueAt),
    m.standing === 'open' ? w.states[m.state] : w.standings[m.standing],
    m.holder?.name ?? closing?.by ?? '',
    m.attempts.length,
    m.standing === 'open' ? '' : format.dateTime(m.settledAt ?? closing?.at),
    closing ? [w.closeReasons[closing.reason], closing.note].filter(Boolean).join(': ') : '',
  ]);
}
