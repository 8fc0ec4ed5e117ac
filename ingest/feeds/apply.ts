import type { FeedItem } from '#domain/city/items.ts';
import { CITY_LANES } from '#domain/city/rows.ts';
import type { FactDraft } from '#domain/fact.ts';
import type { Instant } from '#domain/time.ts';
import { applyEvents, type Applied, type Scope } from '#store/city-items.ts';
import { syncClosures } from '#store/closures.ts';
import type { Sql, Tx } from '#store/db.ts';
import { recording } from '#store/facts.ts';
import { keepRaw, lockFeed, logMessage } from '#store/feeds.ts';
import { mapSegments } from '#store/segments.ts';
import { putSignals, type Signal } from '#store/signals.ts';
import { applyWarnings } from '#store/warnings.ts';
import type { Parsed, Quarantined } from './contract.ts';

export interface RawMessage {
  readonly body: Uint8Array;
  readonly contentType: string | null;
  readonly receivedAt: Instant;
}

export interface Outcome {
  /** Records that are in our state now, also those that were before. */
  readonly accepted: number;
  /** 1 when the message as a whole could not be used. */
  readonly rejected: number;
  readonly quarantined: readonly Quarantined[];
  /** Records older than what we had. */
  readonly outdated: number;
  /** Facts recorded. */
  readonly facts: number;
}

const NOTHING: Applied = { facts: [], changed: 0, unchanged: 0, outdated: 0, refused: [] };

/**
 * Puts a parsed message into the store: raw bytes, items, facts, and the line of the message log,
 * all in one transaction; measurements right after it. A record that even the database cannot take is found by halving,
 * set aside, and the rest flows.
 */
export async function applyMessage(sql: Sql, feed: string, raw: RawMessage, parsed: Parsed): Promise<Outcome> {
  const scope: Scope = {
    // a list with a record whose id cannot be told may hold anything: nothing is ended by it
    complete: parsed.complete && parsed.quarantined.every((q) => q.id !== null),
    whole: parsed.quarantined.every((q) => q.id !== null) ? (parsed.whole ?? []) : [],
    protect: new Set(parsed.quarantined.map((q) => `${feed}:${q.id}`)),
  };
  const poison: Quarantined[] = [];
  const measured = await putMeasurements(sql, feed, parsed.items, poison);
  const listed = parsed.items.filter((i) => i.type !== 'reading' && i.type !== 'segment');
  let applied: Applied;
  const all = (items: readonly FeedItem[], s: Scope, done: Applied) =>
    recording(sql, async (tx) => {
      await lockFeed(tx, feed);
      const a = plus(await applyItems(tx, feed, items, s, raw.receivedAt), { ...done, facts: [] });
      await keepRaw(tx, feed, raw.receivedAt, raw.contentType, raw.body);
      await logMessage(tx, feed, {
        at: raw.receivedAt,
        sourceAt: parsed.sourceAt,
        bytes: raw.body.length,
        accepted: a.changed + a.unchanged + measured,
        rejected: 0,
        quarantined: parsed.quarantined.length + poison.length + a.refused.length,
        outdated: a.outdated,
        note: parsed.notes.length > 0 ? parsed.notes.join('; ').slice(0, 2000) : null,
      });
      return { facts: a.facts, result: a };
    });
  try {
    applied = await all(listed, scope, NOTHING);
  } catch (e) {
    if (!isDataError(e)) throw e;
    const done = await byHalves(sql, feed, listed, raw.receivedAt, poison);
    const protect = new Set([...scope.protect, ...listed.map((i) => i.id)]);
    applied = plus(await all([], { ...scope, protect }, done), { ...NOTHING, facts: done.facts });
  }
  if (applied.facts.some((f) => f.kind === 'traffic.reported' || f.kind === 'traffic.ended'))
    await syncClosures(sql, raw.receivedAt);
  return {
    accepted: applied.changed + applied.unchanged + measured,
    rejected: 0,
    quarantined: [...parsed.quarantined, ...poison, ...applied.refused.map((r) => ({ ...r, raw: '' }))],
    outdated: applied.outdated,
    facts: applied.facts.length,
  };
}

/** A message that could not be used: its bytes and a line of the log, so that the figures and the status page know it. */
export async function applyRejected(sql: Sql, feed: string, raw: RawMessage, reason: string): Promise<void> {
  await recording(sql, async (tx) => {
    await keepRaw(tx, feed, raw.receivedAt, raw.contentType, raw.body);
    await logMessage(tx, feed, {
      at: raw.receivedAt,
      sourceAt: null,
      bytes: raw.body.length,
      accepted: 0,
      rejected: 1,
      quarantined: 0,
      outdated: 0,
      note: reason.slice(0, 2000),
    });
    return { facts: [], result: null };
  });
}

/** Class 22 (data exception) and 23 (constraint): what a record holds, not how the database is. */
const isDataError = (e: unknown): boolean => /^2[23]/.test(String((e as { code?: unknown }).code ?? ''));

async function applyItems(
  tx: Tx,
  feed: string,
  items: readonly FeedItem[],
  scope: Scope,
  now: Instant,
): Promise<Applied> {
  const warnings = items.filter((i) => i.type === 'warning');
  const traffic = items.filter((i) => i.type === 'traffic');
  const events = items.filter((i) => i.type === 'cityEvent');
  let a = NOTHING;
  if (warnings.length > 0) a = plus(a, await applyWarnings(tx, feed, warnings, now));
  if (traffic.length > 0 || scope.complete || scope.whole.length > 0)
    a = plus(a, await applyEvents(tx, 'trafficEvent', feed, traffic, scope, now));
  if (events.length > 0 || scope.complete) a = plus(a, await applyEvents(tx, 'cityEvent', feed, events, scope, now));
  return a;
}

const plus = (a: Applied, b: Applied): Applied => ({
  facts: [...a.facts, ...b.facts] as FactDraft[],
  changed: a.changed + b.changed,
  unchanged: a.unchanged + b.unchanged,
  outdated: a.outdated + b.outdated,
  refused: [...a.refused, ...b.refused],
});

/** Applies what can be applied, in ever smaller parts; what stands alone and still fails goes to `poison`. */
async function byHalves(
  sql: Sql,
  feed: string,
  items: readonly FeedItem[],
  now: Instant,
  poison: Quarantined[],
): Promise<Applied> {
  const only: Scope = { complete: false, whole: [], protect: new Set() };
  try {
    return await recording(sql, async (tx) => {
      await lockFeed(tx, feed);
      const a = await applyItems(tx, feed, items, only, now);
      return { facts: a.facts, result: a };
    });
  } catch (e) {
    if (!isDataError(e)) throw e;
    if (items.length <= 1) {
      const reason = `the database refused it: ${(e as Error).message}`;
      for (const i of items) poison.push({ id: i.id, code: 'database', reason, raw: JSON.stringify(i).slice(0, 8000) });
      return NOTHING;
    }
  }
  const half = Math.ceil(items.length / 2);
  const first = await byHalves(sql, feed, items.slice(0, half), now, poison);
  return plus(first, await byHalves(sql, feed, items.slice(half), now, poison));
}

/** Readings and speeds: newest per key, an older one changes nothing. @returns records taken */
async function putMeasurements(
  sql: Sql,
  feed: string,
  items: readonly FeedItem[],
  poison: Quarantined[],
): Promise<number> {
  const segments = items.filter((i) => i.type === 'segment');
  const mapped = segments.length > 0 ? await mapSegments(sql, feed, segments) : { signals: [], unknown: [] };
  for (const u of mapped.unknown) poison.push({ id: u.id, code: 'unknown-segment', reason: u.reason, raw: u.id });
  const readings = items.flatMap((i): Signal[] =>
    i.type === 'reading' ? [{ lane: CITY_LANES.readings, key: i.id, at: i.at, body: { ...i.body } }] : [],
  );
  await putSignals(sql, [...readings, ...mapped.signals]);
  return readings.length + segments.length - mapped.unknown.length;
}
