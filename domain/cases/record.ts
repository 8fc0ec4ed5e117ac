import type { LngLat } from '../city/rows.ts';
import { accept, refuse, type Result } from '../result.ts';
import { MINUTE, type Instant } from '../time.ts';
import {
  MAX_CATEGORY_DEPTH,
  MAX_PLACE,
  MAX_TEXT,
  MAX_TITLE,
  type CaseRecord,
  type CaseState,
  type CaseType,
  type Satisfaction,
  type SourceChannel,
  type Urgency,
} from './case.ts';

/** What a source may tell of a case; absent or null = it does not tell. Positions are WGS-84. */
export interface CaseFields {
  readonly externalId: string;
  readonly acceptedAt: Instant;
  readonly caseNo?: string | null;
  readonly type?: CaseType | null;
  readonly category?: readonly string[] | null;
  readonly title?: string | null;
  readonly text?: string | null;
  readonly district?: string | null;
  readonly street?: string | null;
  readonly place?: string | null;
  readonly at?: LngLat | null;
  readonly state?: CaseState | null;
  readonly stateAt?: Instant | null;
  readonly urgency?: Urgency | null;
  readonly sensitive?: boolean | null;
  readonly source?: SourceChannel | null;
  readonly closedAt?: Instant | null;
  readonly unit?: string | null;
  readonly dueAt?: Instant | null;
  readonly repeatOf?: string | null;
  readonly satisfaction?: Satisfaction | null;
  readonly callerName?: string | null;
  readonly callerNumber?: string | null;
  readonly result?: string | null;
  readonly updatedAt?: Instant | null;
  readonly callId?: string | null;
}

export type CaseRefusal = 'no-id' | 'bad-id' | 'no-content' | 'in-the-future' | 'too-old' | 'bad-position' | 'bad-time';

/** A source's clock may be ahead of ours by this much. */
export const CLOCK_TOLERANCE = 10 * MINUTE;
/** No hotline is older. */
const OLDEST = Date.UTC(1980, 0, 1);
/** Category of a case that has none. */
export const NO_CATEGORY = '未分类';

/**
 * A case for the store from what a source told: trimmed, cut to what columns hold, with what it does not tell filled in.
 * Pure and total: whatever the fields hold gives a record or a refusal.
 * @param given who told it, whether it is a simulator, and our clock
 */
export function recordFrom(
  fields: CaseFields,
  given: { readonly origin: string; readonly simulated: boolean; readonly now: Instant },
): Result<CaseRecord, CaseRefusal> {
  const externalId = clean(fields.externalId, 200);
  if (externalId === null) return refuse('no-id', 'the case has no id');
  const caseNo = clean(fields.caseNo, 200) ?? externalId;
  if (externalId.length > 64 || caseNo.length > 64) return refuse('bad-id', 'an id has at most 64 characters');
  const text = clean(fields.text, MAX_TEXT);
  const title = clean(fields.title, MAX_TITLE) ?? clean(text, MAX_TITLE);
  const category = (fields.category ?? []).map((c) => clean(c, 40)).filter((c) => c !== null);
  if (title === null && category.length === 0)
    return refuse('no-content', 'neither a title, nor a text, nor a category');
  const time = wrongTime(fields, given.now);
  if (time) return time;
  const at = fields.at ?? null;
  if (at !== null && !(Math.abs(at[0]) <= 180 && Math.abs(at[1]) <= 90))
    return refuse('bad-position', `no position: ${at[0]}, ${at[1]} (expected [lng, lat] in degrees)`);
  const state = fields.state ?? 'unknown';
  const callId = clean(fields.callId, 64);
  const closedAt = fields.closedAt ?? null;
  return accept({
    origin: given.origin,
    externalId,
    caseNo,
    type: fields.type ?? 'unknown',
    category: category.length > 0 ? category.slice(0, MAX_CATEGORY_DEPTH) : [NO_CATEGORY],
    title: title ?? category.join(' '),
    text: text ?? title ?? '',
    district: clean(fields.district, 40),
    street: clean(fields.street, 40),
    place: clean(fields.place, MAX_PLACE),
    // 0, 0 lies in the Atlantic: it is how tables write "no position"
    at: at !== null && at[0] === 0 && at[1] === 0 ? null : at,
    state,
    stateSince: fields.stateAt ?? closedAt ?? fields.acceptedAt,
    urgency: fields.urgency ?? 'normal',
    sensitive: fields.sensitive ?? false,
    source: fields.source ?? 'unknown',
    simulated: given.simulated,
    acceptedAt: fields.acceptedAt,
    closedAt,
    unit: clean(fields.unit, 80),
    dueAt: fields.dueAt ?? null,
    repeatOf: clean(fields.repeatOf, 64),
    satisfaction: fields.satisfaction ?? null,
    callerName: clean(fields.callerName, 80),
    callerNumber: clean(fields.callerNumber, 40),
    result: clean(fields.result, MAX_TEXT),
    sourceAt: fields.updatedAt ?? null,
    ...(callId === null ? {} : { callId }),
  });
}

function wrongTime(fields: CaseFields, now: Instant): { ok: false; code: CaseRefusal; reason: string } | null {
  for (const name of ['acceptedAt', 'stateAt', 'closedAt', 'dueAt', 'updatedAt'] as const) {
    const t = fields[name];
    if (t === undefined || t === null) continue;
    if (!Number.isFinite(t) || t > 4_102_444_800_000) return refuse('bad-time', `${name} is no time`);
    if (t < OLDEST) return refuse('too-old', `${name} is ${new Date(t).toISOString()}, before 1980`);
    if (name !== 'dueAt' && t > now + CLOCK_TOLERANCE)
      return refuse(
        'in-the-future',
        `${name} is ${new Date(t).toISOString()}, more than 10 minutes ahead of our clock`,
      );
  }
  return null;
}

/** Trimmed, without characters that no text has (controls, halves of pairs), cut at a whole character; null when nothing is left. */
function clean(text: string | null | undefined, max: number): string | null {
  if (text === null || text === undefined) return null;
  const bare = text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
    .trim();
  if (bare === '') return null;
  return bare.length <= max
    ? bare
    : bare
        .slice(0, max)
        .toWellFormed()
        .replace(/\ufffd$/u, '');
}
