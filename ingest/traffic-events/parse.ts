import { MAX_ITEM_ID, type TrafficItem } from '#domain/city/items.ts';
import type { TrafficEventRow } from '#domain/city/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { parseIso, type Instant } from '#domain/time.ts';
import {
  MAX_RECORDS,
  type ParseCode,
  type ParseContext,
  type ParseFeed,
  type Parsed,
  type Quarantined,
} from '../feeds/contract.ts';
import { textOf } from '../feeds/text.ts';
import { attr, descendants, kid, kids, readXml, readXmlText, textIn, type Xml } from '../feeds/xml.ts';
import { readKind } from './kind.ts';
import { readLocation, type Location } from './location.ts';

/**
 * Traffic events: a DATEX II 2.x situation publication, as it is, inside a SOAP body, or as text inside an envelope of
 * the partner's own (the Finnish traffic centre wraps it in CDATA). Pure and total.
 */
export const parseTraffic: ParseFeed = (body, contentType, context) => {
  const xml = readXml(body, contentType);
  if (!xml.ok) return xml;
  const root = Object.keys(xml.value)[0] ?? '';
  const found = models(xml.value);
  if (!found.ok) return found;
  if (found.value.length === 0) {
    const v3 = [...descendants(xml.value, 'payload')].length > 0 || root === 'messageContainer';
    if (v3) return refuse('version', `<${root.slice(0, 60)}> is DATEX II 3, only 2.x is understood`);
    return refuse('format', `the root element is <${root.slice(0, 60)}> and holds no DATEX II d2LogicalModel`);
  }
  return publications(found.value, context);
};

/** The DATEX models in a document: elements, or XML text inside an element. */
function models(document: Xml): Result<Xml[], ParseCode> {
  const direct = [...descendants(document, 'd2LogicalModel')];
  if (direct.length > 0) return accept(direct);
  const out: Xml[] = [];
  for (const text of texts(document)) {
    const at = text.search(/<(?:[\w-]+:)?d2LogicalModel[\s>]/);
    if (at === -1) continue;
    // the declaration of the inner document may stand after blanks, where XML does not allow it
    const inner = readXmlText(text.slice(at));
    if (!inner.ok) return refuse(inner.code, `the DATEX II text inside the envelope: ${inner.reason}`);
    out.push(...descendants(inner.value, 'd2LogicalModel'));
  }
  return accept(out);
}

function* texts(node: Xml | readonly Xml[]): Generator<string> {
  if (typeof node === 'string') yield node;
  else for (const child of Object.values(node) as (Xml | readonly Xml[])[]) yield* texts(child);
}

function publications(found: readonly Xml[], context: ParseContext): Result<Parsed, ParseCode> {
  const items = new Map<string, TrafficItem>();
  const quarantined: Quarantined[] = [];
  const notes: string[] = [];
  const whole: string[] = [];
  let sourceAt: Instant | null = null;
  let complete = true;
  for (const model of found) {
    const publication = kid(model, 'payloadPublication');
    const klass = localName(attr(publication, 'type'));
    if (publication === undefined) return refuse('format', 'a d2LogicalModel without payloadPublication');
    if (klass !== 'SituationPublication')
      return refuse('format', `a ${klass || 'publication without a type'}, not a SituationPublication`);
    const at = parseIso(textIn(publication, 'publicationTime') ?? '');
    if (at !== null) sourceAt = Math.max(sourceAt ?? 0, at);
    const method = [...descendants(kid(model, 'exchange'), 'updateMethod')].map((u) => textIn(u))[0] ?? null;
    complete &&= method === 'snapshot';
    for (const situation of kids(publication, 'situation')) {
      readSituation(situation, at, context, items, quarantined, notes);
      // unless only what changed is sent, a situation comes with all its records
      const id = attr(situation, 'id');
      if (id !== null && method !== 'singleElementUpdate') whole.push(`${context.feed}:${id}/`);
    }
  }
  return accept({ sourceAt, items: [...items.values()], quarantined, complete, whole, notes });
}

const localName = (type: string | null): string => (type ?? '').replace(/^.*:/, '');

function readSituation(
  situation: Xml,
  publishedAt: Instant | null,
  context: ParseContext,
  items: Map<string, TrafficItem>,
  quarantined: Quarantined[],
  notes: string[],
): void {
  const situationId = attr(situation, 'id');
  const status = textIn(situation, 'headerInformation', 'informationStatus') ?? 'real';
  if (status === 'test' || status === 'technicalExercise') {
    notes.push(`${situationId ?? '?'}: information status ${status}: not shown`);
    return;
  }
  const records = kids(situation, 'situationRecord');
  const places = records.map((r) => readLocation(r, context.toWgs84));
  // A record without a place of its own lies where its situation's first placed record lies.
  const shared = places.find((p) => p.geometry !== null || p.placeRef !== null);
  for (const [i, record] of records.entries()) {
    const raw = (): string => JSON.stringify(record).slice(0, 8000);
    const id = situationId && attr(record, 'id') ? `${situationId}/${attr(record, 'id')!}` : null;
    if (items.size >= MAX_RECORDS) {
      quarantined.push({ id, code: 'too-many', reason: `more than ${MAX_RECORDS} records`, raw: '' });
      return;
    }
    const own = places[i]!;
    const place = own.geometry === null && own.placeRef === null && shared ? shared : own;
    const r = readRecord(record, situation, place, publishedAt, status, context);
    if (r.ok) items.set(r.value.id, r.value);
    else quarantined.push({ id, code: r.code, reason: r.reason, raw: raw() });
  }
}

function time(record: Xml, ...path: string[]): Result<Instant | null> {
  const t = textIn(record, ...path);
  const at = t === null ? null : parseIso(t);
  return t !== null && at === null
    ? refuse('time', `<${path.at(-1)!}> is “${t.slice(0, 40)}”, not a time with an offset`)
    : accept(at);
}

const SEVERITIES = ['highest', 'high', 'medium', 'low', 'lowest'] as const;

function readRecord(
  record: Xml,
  situation: Xml,
  place: Location,
  publishedAt: Instant | null,
  status: string,
  context: ParseContext,
): Result<TrafficItem> {
  const situationId = attr(situation, 'id');
  const recordId = attr(record, 'id');
  if (situationId === null || recordId === null) return refuse('missing', 'a situation or its record has no id');
  const id = `${context.feed}:${situationId}/${recordId}`;
  if (id.length > MAX_ITEM_ID) return refuse('id', `the ids are longer than ${MAX_ITEM_ID}`);
  const versionText = attr(record, 'version') ?? attr(situation, 'version') ?? '0';
  const version = Number(versionText);
  if (!Number.isSafeInteger(version) || version < 0)
    return refuse('version', `version “${versionText.slice(0, 40)}” is no whole number`);
  const spec = ['validity', 'validityTimeSpecification'];
  const starts = time(record, ...spec, 'overallStartTime');
  const ends = time(record, ...spec, 'overallEndTime');
  const versionAt = time(record, 'situationRecordVersionTime');
  const createdAt = time(record, 'situationRecordCreationTime');
  for (const t of [starts, ends, versionAt, createdAt]) if (!t.ok) return t;
  const at = (t: Result<Instant | null>): Instant | null => (t.ok ? t.value : null);
  const sentAt = at(versionAt) ?? at(createdAt) ?? publishedAt ?? at(starts);
  if (sentAt === null) return refuse('missing', 'the record has no time at all');
  const startsAt = at(starts) ?? sentAt;
  const endsAt = at(ends);
  if (endsAt !== null && endsAt < startsAt) return refuse('time', 'it ends before it starts');

  const comments = kids(record, 'generalPublicComment').flatMap((c) => [...descendants(c, 'value')]);
  const severity = (textIn(record, 'severity') ?? textIn(situation, 'overallSeverity') ?? '').toLowerCase();
  const row: TrafficEventRow = {
    feed: context.feed,
    situation: situationId,
    record: recordId,
    version,
    ...readKind(record, localName(attr(record, 'type'))),
    severity: SEVERITIES.find((s) => s === severity) ?? null,
    road: place.road,
    comment: textOf(
      comments.map((v) => ({ language: attr(v, 'lang'), text: textIn(v) })),
      2000,
    ),
    geometry: place.geometry,
    placeRef: place.placeRef,
    direction: place.direction,
    edges: [],
    sentAt,
    startsAt,
    endsAt,
    drill: status === 'securityExercise',
  };
  return accept({ type: 'traffic', id, row, ended: endOf(record) });
}

/** What DATEX says about the end of a record: cancelled, ended, or its validity suspended. */
function endOf(record: Xml): TrafficItem['ended'] {
  const life = kid(record, 'management', 'lifeCycleManagement');
  if (textIn(life, 'cancel') === 'true') return 'cancelled';
  if (textIn(life, 'end') === 'true') return 'ended';
  return textIn(record, 'validity', 'validityStatus') === 'suspended' ? 'ended' : null;
}
