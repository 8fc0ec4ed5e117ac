import * as v from 'valibot';
import type { LngLat } from '../city/rows.ts';
import { accept, refuse, type Result } from '../result.ts';
import { foldText } from '../text-fold.ts';
import { parseIso, parseLocal, type Instant } from '../time.ts';
import { CASE_STATES, CASE_TYPES, SATISFACTIONS, SOURCE_CHANNELS, URGENCIES } from './case.ts';
import { CRS } from './push-schema.ts';
import type { CaseFields } from './record.ts';

/**
 * How another system's rows become our cases: which of its columns (CSV) or paths (JSON, 'caller.phone') tells what, and what its
 * words mean. One form for imports and pulls; docs/cases-interface.md explains it.
 */

const TEXT_FIELDS = [
  'externalId', 'caseNo', 'title', 'text', 'district', 'street', 'place', 'unit', 'repeatOf', 'callerName', 'callerNumber', 'result', 'callId',
] as const; // prettier-ignore
const TIME_FIELDS = ['acceptedAt', 'stateAt', 'closedAt', 'dueAt', 'updatedAt'] as const;
const WORD_FIELDS = {
  type: CASE_TYPES,
  state: CASE_STATES,
  urgency: URGENCIES,
  source: SOURCE_CHANNELS,
  satisfaction: SATISFACTIONS,
} as const;
const FIELDS = [...TEXT_FIELDS, ...TIME_FIELDS, ...(Object.keys(WORD_FIELDS) as (keyof typeof WORD_FIELDS)[]), 'category', 'lng', 'lat', 'sensitive'] as const; // prettier-ignore
export type MappedField = (typeof FIELDS)[number];

/** A column; several, of which the not empty ones are joined (category: one level each); or a value that all rows have. */
const From = v.union([
  v.pipe(v.string(), v.minLength(1)),
  v.pipe(v.array(v.pipe(v.string(), v.minLength(1))), v.minLength(1), v.maxLength(8)),
  v.strictObject({ always: v.string() }),
]);

export const CaseMapping = v.pipe(
  v.strictObject({
    /** Name of the system; with its ids it makes a case unique. */
    origin: v.pipe(v.string(), v.regex(/^[\w.-]{1,40}$/u, 'letters, digits, dots, dashes, at most 40')),
    /** Zone of times that have none. */
    zone: v.optional(v.string(), 'Asia/Shanghai'),
    crs: v.optional(v.picklist(CRS), 'WGS84'),
    /** Order of a date's parts where the year does not stand first. */
    dates: v.optional(v.picklist(['ymd', 'mdy', 'dmy']), 'ymd'),
    fields: v.partial(
      v.strictObject(Object.fromEntries(FIELDS.map((f) => [f, From])) as Record<MappedField, typeof From>),
    ),
    /** Their words → ours, by field: {"state": {"已归档": "closed"}, "district": {"安南": "安南區"}}. */
    values: v.optional(v.record(v.picklist(FIELDS), v.record(v.string(), v.string())), {}),
    /** Points that mean "not found": what a geocoder answers when it has no answer. [lng, lat] as they stand in the source. */
    noPoint: v.optional(v.array(v.tuple([v.number(), v.number()])), []),
    /** A row that takes the case back. */
    withdrawn: v.optional(v.strictObject({ field: v.string(), is: v.array(v.string()) })),
  }),
  v.check(
    (m) => m.fields.externalId !== undefined && m.fields.acceptedAt !== undefined,
    'fields must name externalId and acceptedAt',
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const [field, words] of Object.entries(WORD_FIELDS))
      for (const [theirs, ours] of Object.entries(dataset.value.values[field as MappedField] ?? {}))
        if (!(words as readonly string[]).includes(ours))
          addIssue({ message: `values.${field}.${theirs}: ${ours} is none of ${words.join(', ')}` });
    if (!isZone(dataset.value.zone)) addIssue({ message: `zone: ${dataset.value.zone} is no time zone` });
  }),
);
export type CaseMapping = v.InferOutput<typeof CaseMapping>;

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Usual words of Chinese hotlines, folded; a mapping's own words come first. */
const USUAL: Readonly<Record<keyof typeof WORD_FIELDS, Readonly<Record<string, string>>>> = {
  type: {
    咨询: 'consultation', 投诉: 'complaint', 举报: 'report', 申诉: 'appeal', 求助: 'help', 求决: 'help', 建议: 'suggestion', 意见建议: 'suggestion', 表扬: 'praise', 感谢: 'praise', 留言: 'message',
  },
  state: {
    暂存: 'draft', 待审核: 'registered', 待分配: 'registered', 记录待分配: 'registered', 未处理: 'registered', 退回重填: 'refill', 不予受理待审核: 'refusal_review', 不予受理: 'refused', 请示领导: 'instruction', 待签收: 'dispatched', 分配待处理: 'dispatched', 已派单: 'dispatched', 处理中: 'handling', 办理中: 'handling', 开始处理: 'handling', 处理完毕待审核: 'done_review', 待回访: 'follow_up', 特别督办: 'special_supervision', 已办结: 'closed', 办结: 'closed', 办结归档: 'closed', 已完成: 'closed', 归档: 'closed', 已归档: 'closed', 并单: 'merged', closed: 'closed', open: 'handling',
  },
  urgency: { 特急: 'veryUrgent', 加急: 'urgent', 紧急: 'urgent', 急: 'urgent', 一般: 'normal', 普通: 'normal', 平件: 'normal' },
  source: {
    电话: 'phone', 来电: 'phone', 热线: 'phone', phone: 'phone', 微信: 'wechat', 公众号: 'wechat', 小程序: 'wechat', app: 'app', 手机客户端: 'app', mobile: 'app', 网站: 'web', 网络: 'web', 互联网: 'web', online: 'web', web: 'web', 短信: 'sms', 邮件: 'email', 电子邮件: 'email', 信件: 'letter', 来信: 'letter', 来访: 'visit', 转办: 'transfer', 转接: 'transfer', '110转办': 'transfer',
  },
  satisfaction: { 满意: 'satisfied', 非常满意: 'satisfied', 基本满意: 'satisfied', 不满意: 'dissatisfied', 未接通: 'unreached', 无法联系: 'unreached' },
}; // prettier-ignore

export type MappingRefusal = 'no-id' | 'bad-time' | 'bad-position';
export type Mapped =
  { readonly kind: 'case'; readonly fields: CaseFields } | { readonly kind: 'withdrawn'; readonly externalId: string };

/**
 * One row of another system. Pure and total. An empty cell tells nothing; a word that nobody translated becomes `unknown`, a time
 * or a coordinate that cannot be read refuses the row.
 * @param cell the text of a column or path; undefined where there is none
 * @param toWgs84 from the mapping's system to ours
 */
export function mapCase(
  m: CaseMapping,
  cell: (name: string) => string | undefined,
  toWgs84: (at: LngLat) => LngLat,
): Result<Mapped, MappingRefusal> {
  const read = (field: MappedField): string | null => textOf(m, field, cell);
  const externalId = read('externalId');
  if (externalId === null) return refuse('no-id', `no id in ${JSON.stringify(m.fields.externalId)}`);
  if (m.withdrawn && m.withdrawn.is.includes(cell(m.withdrawn.field) ?? ''))
    return accept({ kind: 'withdrawn', externalId });
  const times: Partial<Record<(typeof TIME_FIELDS)[number], Instant>> = {};
  for (const field of TIME_FIELDS) {
    const text = read(field);
    if (text === null) continue;
    const t = readTime(text, m);
    if (t === null)
      return refuse('bad-time', `${field}: “${text.slice(0, 60)}” is no time (expected ${m.dates}, zone ${m.zone})`);
    times[field] = t;
  }
  if (times.acceptedAt === undefined) return refuse('bad-time', 'no time of acceptance');
  const at = pointOf(m, read('lng'), read('lat'), toWgs84);
  if (!at.ok) return at;
  return accept({
    kind: 'case',
    fields: {
      ...Object.fromEntries(TEXT_FIELDS.map((f) => [f, read(f)])),
      ...times,
      ...Object.fromEntries(Object.keys(WORD_FIELDS).map((f) => [f, wordOf(m, f as keyof typeof WORD_FIELDS, read)])),
      externalId,
      acceptedAt: times.acceptedAt,
      category: levelsOf(m, cell),
      at: at.value,
      sensitive: /^(1|true|yes|y|是|隐私|保密)$/i.test(read('sensitive') ?? ''),
    },
  });
}

const renamed = (m: CaseMapping, field: MappedField, text: string): string => m.values[field]?.[text] ?? text;

function textOf(m: CaseMapping, field: MappedField, cell: (name: string) => string | undefined): string | null {
  const from = m.fields[field];
  if (from === undefined) return null;
  if (typeof from === 'object' && 'always' in from) return from.always;
  const parts = (typeof from === 'string' ? [from] : from).map((c) => cell(c)?.trim() ?? '').filter((c) => c !== '');
  return parts.length === 0 ? null : renamed(m, field, parts.join(' '));
}

function levelsOf(m: CaseMapping, cell: (name: string) => string | undefined): string[] {
  const from = m.fields.category;
  if (from === undefined) return [];
  if (typeof from === 'object' && 'always' in from) return [from.always];
  const levels = (typeof from === 'string' ? (cell(from) ?? '').split(/[>/｜|]/) : from.map((c) => cell(c) ?? '')).map(
    (c) => c.trim(),
  );
  return levels.filter((c) => c !== '').map((c) => renamed(m, 'category', c));
}

/** In our words; a word of theirs that is one of ours already counts as such. Null: the source does not tell, or nobody knows the word. */
function wordOf(
  m: CaseMapping,
  field: keyof typeof WORD_FIELDS,
  read: (f: MappedField) => string | null,
): string | null {
  const told = read(field);
  if (told === null) return null;
  if ((WORD_FIELDS[field] as readonly string[]).includes(told)) return told;
  const usual = USUAL[field];
  const folded = foldText(told);
  return Object.hasOwn(usual, folded) ? usual[folded]! : null;
}

function pointOf(
  m: CaseMapping,
  lng: string | null,
  lat: string | null,
  toWgs84: (at: LngLat) => LngLat,
): Result<LngLat | null, 'bad-position'> {
  if (lng === null || lat === null) return accept(null);
  const at: LngLat = [Number(lng), Number(lat)];
  if (m.noPoint.some((p) => p[0] === at[0] && p[1] === at[1]) || (at[0] === 0 && at[1] === 0)) return accept(null);
  if (!(Math.abs(at[0]) <= 180 && Math.abs(at[1]) <= 90))
    return refuse('bad-position', `no position: ${lng.slice(0, 30)}, ${lat.slice(0, 30)} (longitude, latitude)`);
  return accept(toWgs84(at));
}

/** ISO 8601 with a zone; else local time of the mapping's zone, in the mapping's order of parts; AM and PM are understood. */
export function readTime(text: string, m: Pick<CaseMapping, 'zone' | 'dates'>): Instant | null {
  const iso = parseIso(text);
  if (iso !== null) return iso;
  const t = text.trim();
  if (m.dates === 'ymd') return parseLocal(/\d[T ]\d/.test(t) ? t : `${t} 00:00`, m.zone);
  const parts =
    /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?$/.exec(t);
  if (!parts) return null;
  const [, a, b, year, hour = '0', minute = '00', second = '00', half] = parts;
  const [month, day] = m.dates === 'mdy' ? [a, b] : [b, a];
  const full = year!.length === 2 ? `20${year}` : year;
  const h = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  return parseLocal(`${full}-${month}-${day} ${h}:${minute}:${second}`, m.zone);
}
