import * as v from 'valibot';
import { groupsOf } from '#domain/around/kinds.ts';
import { toCsv, type Sheet, type SheetCell } from '#domain/reports/sheet.ts';
import { makeLocale, type Locale } from '#lib/i18n/locale.ts';
import type { Around } from '#lib/server/around.ts';
import { around, AroundQuestion } from '#lib/server/commands/around.ts';
import { answerQuery, refuse } from '#lib/server/queries/answer.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { workbook } from '#lib/server/xlsx/workbook.ts';
import type { RequestHandler } from './$types';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Everything around a place as one table, CSV or Excel. Asked by POST because a drawn area is no part of an address. */
export const POST: RequestHandler = (event) =>
  answerQuery(event, 'route.find', async () => {
    if (!event.request.headers.get('content-type')?.startsWith('application/json'))
      return refuse(415, 'input', 'send application/json');
    const asked = v.safeParse(AroundQuestion, await event.request.json().catch(() => null));
    if (!asked.success) return refuse(400, 'input', v.summarize(asked.issues));
    const found = await around(asked.output, { sql: db(), now: Date.now() });
    if (!found.ok) return refuse(409, found.code, found.reason);
    const { zone } = settings();
    const locale = makeLocale(event.locals.language, zone);
    const sheet = sheetOf(found.value, locale);
    const format = event.url.searchParams.get('format') === 'xlsx' ? 'xlsx' : 'csv';
    const headers = {
      'content-type': format === 'xlsx' ? XLSX : 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="around.${format}"`,
    };
    if (format === 'csv') return new Response(toCsv(sheet, zone), { headers });
    const pieces = workbook([{ name: locale.words.around.title, ...sheet, lead: 2, widths: [10, 28, 14] }], zone);
    const bytes: Buffer[] = [];
    for await (const piece of pieces) bytes.push(piece);
    return new Response(new Uint8Array(Buffer.concat(bytes)), { headers });
  });

const text = (t: string | null): SheetCell => (t === null ? { is: 'empty' } : { is: 'text', text: t });
const number = (n: number | null, decimals = 0): SheetCell =>
  n === null ? { is: 'unknown' } : { is: 'number', n, decimals };

/** One row a thing, case, camera and street of people. */
function sheetOf(f: Around, { words, language }: Locale): Sheet {
  const w = words.around;
  const c = w.columns;
  const place = (r: { distanceM: number; timeS: number | null; roadM: number | null; at: readonly [number, number] }) => [
    number(r.distanceM, 1), number(r.timeS), number(r.roadM), number(r.at[0], 6), number(r.at[1], 6),
  ]; // prettier-ignore
  const nowhere: SheetCell[] = Array.from({ length: 5 }, () => ({ is: 'empty' as const }));
  const none: SheetCell = { is: 'empty' };
  const from = f.people.source;
  const basis = from?.kind === 'grid' ? `${from.source} ± ${from.errorPct} %` : w.fromBuildings;
  const peopleDate = from?.kind === 'grid' ? text(from.asOf) : from ? { is: 'time' as const, t: from.loadedAt } : none;
  return {
    header: [
      c.group, c.name, c.kind, `${c.distance} (m)`, `${c.time} (s)`, `${c.road} (m)`, c.lng, c.lat, c.capacity, c.people,
      c.contact, c.source, c.asOf,
    ],
    rows: [
      ...f.things.map((t) => [
        text(groupsOf(t.kind).map((g) => w.groups[g]).join(' / ')), text(language === 'en' ? t.nameEn : t.name), text(w.kinds[t.kind]),
        ...place(t), t.capacity === null ? none : number(t.capacity), none, text(t.contact), text(t.source), text(t.asOf),
      ]),
      ...f.cameras.map((k) => [
        text(w.groups.camera), text(k.name), text(w.camera[k.state as keyof typeof w.camera] ?? k.state), ...place(k), none, none, none, text(k.id), none,
      ]),
      ...f.cases.nearest.map((k) => [
        text(w.groups.case), text(k.title), text(words.caseWords.states[k.state as keyof typeof words.caseWords.states] ?? k.state), ...place(k),
        none, none, none, text(k.no), { is: 'time' as const, t: k.acceptedAt },
      ]),
      ...f.people.streets.map((s) => [
        text(w.groups.people), text(s.street), text(s.district), ...nowhere, none, number(Math.round(s.people)), none,
        text(`${Math.round(s.low)}–${Math.round(s.high)} · ${basis}`), peopleDate,
      ]),
    ],
    totals: [],
  }; // prettier-ignore
}
