import * as v from 'valibot';

/**
 * Every message between a browser and the gateway, once. Both ends validate what arrives.
 * Changing a schema changes the hash in wire.test.ts, which asks for a new version and a line of history:
 *   1  first
 */
export const WIRE_VERSION = 1;

const Cursor = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Name = v.pipe(v.string(), v.maxLength(64));

// ── up ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** First message of a socket. `cursor: null` asks for a snapshot; `origin` is the database that the cursors belong to. */
export const Hello = v.strictObject({
  type: v.literal('hello'),
  version: v.number(),
  /** One screen of one browser, kept over reconnects; a newer socket of the same screen supersedes an older one. */
  screen: v.pipe(v.string(), v.regex(/^[\w-]{8,64}$/)),
  origin: v.nullable(Name),
  topics: v.pipe(v.array(v.strictObject({ topic: Name, cursor: v.nullable(Cursor) })), v.maxLength(16)),
  lanes: v.pipe(v.array(Name), v.maxLength(16)),
});
/** The client took a part of a snapshot: the next may come. */
export const Ack = v.strictObject({ type: v.literal('ack'), topic: Name, part: v.number() });
/** Asks for one topic anew: the client's digest differed from the gateway's. */
export const Again = v.strictObject({ type: v.literal('again'), topic: Name });
export const Ping = v.strictObject({ type: v.literal('ping'), t: v.number() });
export const Up = v.variant('type', [Hello, Ack, Again, Ping]);
export type Up = v.InferOutput<typeof Up>;

// ── down ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

export const ChangeItem = v.strictObject({
  c: Name,
  id: v.pipe(v.string(), v.maxLength(200)),
  row: v.nullable(v.record(v.string(), v.unknown())),
});

export const Welcome = v.strictObject({
  type: v.literal('welcome'),
  version: v.number(),
  origin: Name,
  /** Gateway's clock, epoch milliseconds: screens show times by it, not by their own. */
  now: v.number(),
  zone: v.string(),
  role: v.string(),
  topics: v.array(v.strictObject({ topic: Name, mode: v.picklist(['resume', 'snapshot', 'refused']) })),
  lanes: v.array(Name),
});
/** Part of a snapshot, at the client's pace: the next comes after its ack. The first part (0) says: forget what you have. */
export const SnapshotPart = v.strictObject({
  type: v.literal('snapshot'),
  topic: Name,
  part: v.number(),
  last: v.boolean(),
  upTo: Cursor,
  items: v.array(ChangeItem),
});
/** Rows that changed, newest per (collection, id), by the facts up to and including `upTo`. */
export const Changes = v.strictObject({
  type: v.literal('changes'),
  topic: Name,
  upTo: Cursor,
  items: v.array(ChangeItem),
});
/** Newest values of a lane; `skipped` values were overwritten before they could be sent to this client. */
export const Signals = v.strictObject({
  type: v.literal('signals'),
  lane: Name,
  skipped: v.number(),
  items: v.array(v.strictObject({ key: v.string(), at: v.number(), body: v.record(v.string(), v.unknown()) })),
});
/** Heartbeat: everything up to `upTo` that concerns this session was sent before it. A clock on a wall ticks only by these. */
export const Beat = v.strictObject({
  type: v.literal('beat'),
  now: v.number(),
  upTo: Cursor,
  /** Milliseconds since the gateway last read the facts with success; grows while the database is away. */
  behindMs: v.number(),
  digests: v.optional(v.record(v.string(), v.string())),
});
export const Refused = v.strictObject({ type: v.literal('refused'), code: v.string(), reason: v.string() });
export const Pong = v.strictObject({ type: v.literal('pong'), t: v.number(), now: v.number() });
export const Down = v.variant('type', [Welcome, SnapshotPart, Changes, Signals, Beat, Refused, Pong]);
export type Down = v.InferOutput<typeof Down>;

// ── closing ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Close codes tell “come back” from “sign in again” and “you are too old”. */
export const CLOSE = {
  /** The gateway stops or restarts: come back and resume. */
  away: 1001,
  /** A message that is no message: come back, the page may be damaged. */
  badMessage: 4400,
  /** No session or it ended: sign in. */
  signIn: 4401,
  /** Rights changed: come back, topics are granted anew. */
  rightsChanged: 4403,
  /** Too slow: come back and resume. */
  tooSlow: 4408,
  /** A newer socket of the same screen took over: stay away. */
  superseded: 4409,
  /** This page is older than the gateway: load it again. */
  version: 4426,
  /** Too many screens at once: come back later. */
  full: 4429,
} as const;

export type ParsedUp = { ok: true; message: Up } | { ok: false; reason: string };

/** Reads what a browser sent; never throws. */
export function parseUp(text: string): ParsedUp {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (e) {
    return { ok: false, reason: `not JSON: ${(e as Error).message}` };
  }
  const r = v.safeParse(Up, json);
  return r.success ? { ok: true, message: r.output } : { ok: false, reason: v.summarize(r.issues).slice(0, 500) };
}
