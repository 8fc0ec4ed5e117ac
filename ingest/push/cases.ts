import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { DEMO_ORIGIN, type CaseRecord } from '#domain/cases/case.ts';
import { CaseItem, CasePush, fieldsOf, firstIssue, MAX_PUSHED } from '#domain/cases/push-schema.ts';
import { recordFrom } from '#domain/cases/record.ts';
import type { Instant } from '#domain/time.ts';
import { toWgs84 } from '#gis-data/crs.ts';
import { pushCases, type PushedCases } from '#store/case-push.ts';
import type { SourceContext } from '../source.ts';
import { refusal, type PushAnswer, type PushRequest, type PushRoute } from './server.ts';

/** 500 cases with long texts. */
const MAX_BYTES = 4 * 1024 * 1024;

interface Item {
  /** Position in the message. */
  readonly i: number;
  readonly externalId: string | null;
  readonly outcome:
    | { readonly record: CaseRecord }
    | { readonly withdrawn: string }
    | { readonly code: string; readonly reason: string };
}

/**
 * `POST /in/cases`: {"cases": [ … at most 500 … ]}. Each item is checked by itself: those that can be used are stored, those that
 * cannot are kept with their reason and told in the answer; 422 when none can be used. The same Idempotency-Key with the same body
 * gets the first answer again and changes nothing; with another body it is refused.
 */
export function casesRoute(ctx: SourceContext, clock: () => Instant = Date.now): PushRoute {
  return {
    path: '/in/cases',
    maxBytes: MAX_BYTES,
    handle: (request) => takeCases(request, ctx, clock()),
  };
}

async function takeCases(request: PushRequest, ctx: SourceContext, now: Instant): Promise<PushAnswer> {
  if (request.contentType !== 'application/json')
    return refusal(415, 'content-type', 'Content-Type must be application/json');
  const refuseWhole = async (code: string, reason: string): Promise<PushAnswer> => {
    await ctx.reject(request.body, code, reason);
    return refusal(code === 'not-json' ? 400 : 422, code, reason);
  };
  let message: unknown;
  try {
    message = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(request.body));
  } catch (e) {
    return await refuseWhole('not-json', (e as Error).message.slice(0, 200));
  }
  const envelope = v.safeParse(CasePush, message);
  if (!envelope.success)
    return await refuseWhole(
      'schema',
      `${firstIssue(envelope.issues)} (expected {"cases": [1 to ${MAX_PUSHED} cases]})`,
    );
  const items = envelope.output.cases.map((raw, i) => readItem(raw, i, request.sender, envelope.output.crs, now));
  const last = new Map(items.map((it) => [it.externalId, it.i]));
  const pushed = await pushCases(ctx.sql, {
    origin: request.sender,
    path: request.path,
    key: request.idempotencyKey,
    bodyHash: createHash('sha256').update(request.body).digest('hex'),
    records: items.flatMap((it) => ('record' in it.outcome ? [it.outcome.record] : [])),
    // of a case that is taken back and told again in one message, the later counts
    withdrawn: items.flatMap((it) =>
      'withdrawn' in it.outcome && last.get(it.externalId) === it.i ? [it.outcome.withdrawn] : [],
    ),
    now,
    zone: ctx.config.zone,
    actor: `ingest:push:${request.sender}`,
    answer: (done) => answerOf(items, done),
  });
  if (pushed.kind === 'key-reused')
    return refusal(422, 'key-reused', 'this Idempotency-Key came with another body before');
  if (pushed.kind === 'replayed')
    return { status: pushed.status, body: pushed.answer, headers: { 'idempotency-replayed': 'true' } };
  await keepRefused(items, pushed.done, envelope.output.cases, ctx);
  return { status: pushed.status, body: pushed.answer };
}

function readItem(raw: unknown, i: number, origin: string, crs: 'WGS84' | 'GCJ02' | 'BD09', now: Instant): Item {
  const parsed = v.safeParse(CaseItem, raw);
  const id = (raw as { externalId?: unknown } | null)?.externalId;
  const externalId = typeof id === 'string' ? id.slice(0, 64) : null;
  const refused = (code: string, reason: string): Item => ({ i, externalId, outcome: { code, reason } });
  if (!parsed.success) return refused('schema', firstIssue(parsed.issues));
  const item = parsed.output;
  if (item.withdrawn === true) return { i, externalId, outcome: { withdrawn: item.externalId } };
  if (item.acceptedAt === null || item.acceptedAt === undefined) return refused('schema', 'acceptedAt: must be given');
  const { lng, lat } = item;
  if (((lng ?? null) === null) !== ((lat ?? null) === null)) return refused('schema', 'lng and lat come together');
  const at = typeof lng === 'number' && typeof lat === 'number' ? toWgs84([lng, lat], crs) : null;
  const record = recordFrom(fieldsOf(item, item.acceptedAt, at), { origin, simulated: origin === DEMO_ORIGIN, now });
  return record.ok ? { i, externalId, outcome: { record: record.value } } : refused(record.code, record.reason);
}

/** What became of each item, in the order sent. */
function answerOf(items: readonly Item[], done: PushedCases): { status: number; body: Record<string, unknown> } {
  let record = 0;
  const results = items.map((it) => {
    if ('code' in it.outcome)
      return { externalId: it.externalId, outcome: 'refused', error: it.outcome.code, reason: it.outcome.reason };
    if ('withdrawn' in it.outcome)
      return {
        externalId: it.externalId,
        outcome: done.withdrawn.has(it.outcome.withdrawn) ? 'withdrawn' : 'unchanged',
      };
    const outcome = done.outcomes[record++]!;
    return outcome === 'number-taken'
      ? {
          externalId: it.externalId,
          outcome: 'refused',
          error: 'number-taken',
          reason: `the number ${it.outcome.record.caseNo} belongs to another case`,
        }
      : { externalId: it.externalId, caseNo: it.outcome.record.caseNo, outcome };
  });
  const counts: Record<string, number> = {};
  for (const r of results) counts[r.outcome] = (counts[r.outcome] ?? 0) + 1;
  const nothing = counts.refused === items.length;
  return {
    status: nothing ? 422 : 200,
    body: { ...(nothing ? { error: 'all-refused' } : {}), counts, cases: results },
  };
}

/** Keeps with its reason what was not stored. */
async function keepRefused(
  items: readonly Item[],
  done: PushedCases,
  raw: readonly unknown[],
  ctx: SourceContext,
): Promise<void> {
  const keep = (it: Item, code: string, reason: string): Promise<void> =>
    ctx.reject(JSON.stringify(raw[it.i]) ?? '', code, `case ${it.externalId ?? '?'}: ${reason}`);
  let record = 0;
  for (const it of items) {
    if ('code' in it.outcome) await keep(it, it.outcome.code, it.outcome.reason);
    else if ('record' in it.outcome && done.outcomes[record++] === 'number-taken')
      await keep(it, 'number-taken', `the number ${it.outcome.record.caseNo} belongs to another case`);
  }
}
