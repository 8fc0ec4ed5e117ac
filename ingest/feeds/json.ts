import * as v from 'valibot';
import type { LngLat, Text } from '#domain/city/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { parseIso, type Instant } from '#domain/time.ts';
import { MAX_RECORDS, type ParseCode, type ParseContext, type Parsed, type Quarantined } from './contract.ts';
import { clean, decodeText } from './text.ts';
import type { FeedItem } from '#domain/city/items.ts';

const MAX_DEPTH = 60;

/** Bytes to JSON. Refuses nesting beyond reason before the parser recurses into it. Never throws. */
export function readJson(body: Uint8Array, contentType: string | null): Result<unknown, ParseCode> {
  const text = decodeText(body, contentType);
  if (!text.ok) return text;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.value.length; i++) {
    const c = text.value.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > MAX_DEPTH) return refuse('too-deep', `nested deeper than ${MAX_DEPTH}`);
    } else if (c === 0x7d || c === 0x5d) depth--;
  }
  try {
    return accept(JSON.parse(text.value));
  } catch (e) {
    return refuse('not-json', clean((e as Error).message, 200));
  }
}

// ── the words that all our JSON formats are made of ──────────────────────────────────────────────────────────────────

/** Text of 1 to `max` characters once control characters are gone. */
export const Str = (max = 500) =>
  v.pipe(
    v.string(),
    v.transform((s) => clean(s, max)),
    v.minLength(1, 'empty'),
  );
export const Id = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform(String),
  v.transform((s) => clean(s, 121)),
  v.minLength(1),
  v.maxLength(120),
);

/** ISO 8601 with an offset. A time without one is refused and not guessed. */
export const Time = v.pipe(
  v.string(),
  v.rawTransform<string, Instant>(({ dataset, addIssue, NEVER }) => {
    const t = parseIso(dataset.value);
    if (t === null) {
      addIssue({ message: `“${clean(dataset.value, 40)}” is no ISO 8601 time with an offset` });
      return NEVER;
    }
    return t;
  }),
);

const Degrees = (max: number) => v.pipe(v.number(), v.finite(), v.minValue(-max), v.maxValue(max));
/** [lng, lat]; a third number (height) is dropped. */
export const Point = v.pipe(
  v.looseTuple([Degrees(180), Degrees(90)]),
  v.transform((p): LngLat => [p[0], p[1]]),
);
export const Line = v.pipe(v.array(Point), v.minLength(2), v.maxLength(2000));

/** A name: one text, or one per language. */
export const Words = v.pipe(
  v.union([Str(1000), v.looseObject({ zh: v.optional(v.nullable(Str(1000))), en: v.optional(v.nullable(Str(1000))) })]),
  v.transform((w): Text =>
    typeof w === 'string'
      ? /\p{Script=Han}/u.test(w)
        ? { zh: w, en: null, other: null }
        : { zh: null, en: w, other: null }
      : { zh: w.zh ?? null, en: w.en ?? null, other: null },
  ),
);

/** What all our JSON feeds share: the time of the message, and whether it is the whole list. */
export const Head = {
  time: Time,
  complete: v.optional(v.boolean(), false),
};

/** One sentence of what a schema found wrong. */
export const wrong = (issues: [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string =>
  issues
    .slice(0, 3)
    .map((i) => `${v.getDotPath(i) ?? 'record'}: ${i.message}`)
    .join('; ')
    .slice(0, 400);

/**
 * The common way of our JSON feeds: a head that must be right, and a list whose records stand for themselves:
 * a record that is wrong is set aside with its reason, and the others go through.
 * @param head schema of the message without its records
 * @param list where its records are
 * @param record one record into an item, or the reason why not
 */
export function parseRecords<H extends { time: Instant; complete: boolean }>(
  body: Uint8Array,
  contentType: string | null,
  context: ParseContext,
  head: v.GenericSchema<unknown, H>,
  list: (message: Record<string, unknown>) => unknown,
  record: (raw: unknown, head: H, context: ParseContext) => Result<FeedItem>,
): Result<Parsed, ParseCode> {
  const json = readJson(body, contentType);
  if (!json.ok) return json;
  const h = v.safeParse(head, json.value);
  if (!h.success) return refuse('format', wrong(h.issues));
  const records = list(json.value as Record<string, unknown>);
  if (!Array.isArray(records)) return refuse('format', 'the list of records is missing');
  const items = new Map<string, FeedItem>();
  const quarantined: Quarantined[] = [];
  for (const [i, raw] of (records as unknown[]).entries()) {
    if (i >= MAX_RECORDS) {
      const reason = `${records.length - MAX_RECORDS} records beyond ${MAX_RECORDS}`;
      quarantined.push({ id: null, code: 'too-many', reason, raw: '' });
      break;
    }
    const r = record(raw, h.output, context);
    if (r.ok) {
      const before = items.get(r.value.id);
      if (before)
        quarantined.push({
          id: r.value.id,
          code: 'twice',
          reason: `${r.value.id} is in the list twice`,
          raw: rawOf(raw),
        });
      else items.set(r.value.id, r.value);
    } else quarantined.push({ id: idOf(raw), code: r.code, reason: r.reason, raw: rawOf(raw) });
  }
  return accept({
    sourceAt: h.output.time,
    items: [...items.values()],
    quarantined,
    complete: h.output.complete,
    notes: [],
  });
}

const rawOf = (raw: unknown): string => (JSON.stringify(raw) ?? String(raw)).slice(0, 8000);

/** The partner's id of a record that could not be read, wherever our formats put it. */
function idOf(raw: unknown): string | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const r = raw as Record<string, { id?: unknown } | null | undefined>;
  const found = [r.id, r.properties?.id, r.event?.id, r.sensor?.id].find(
    (id) => typeof id === 'string' || typeof id === 'number',
  );
  return found === undefined ? null : clean(String(found), 120);
}
