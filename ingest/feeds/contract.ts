import type { FeedItem } from '#domain/city/items.ts';
import type { FeedKind, LngLat, Partner } from '#domain/city/rows.ts';
import type { Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';

export interface ParseContext {
  readonly feed: string;
  readonly partner: Partner;
  readonly receivedAt: Instant;
  /** From the feed's declared system to ours. */
  readonly toWgs84: (p: LngLat) => LngLat;
}

/** A record that could not be used, while the rest of its message can. */
export interface Quarantined {
  /** The partner's id, where it could be read: protects that item from being ended as “gone from the list”. */
  readonly id: string | null;
  readonly code: string;
  readonly reason: string;
  /** The record as it came, or the beginning of it. */
  readonly raw: string;
}

export interface Parsed {
  /** The source's own time of the message. */
  readonly sourceAt: Instant | null;
  readonly items: readonly FeedItem[];
  readonly quarantined: readonly Quarantined[];
  /** The message is the whole list: what is not in it has ended. */
  readonly complete: boolean;
  /** Beginnings of item ids under which this message tells everything (a DATEX situation with all its records). */
  readonly whole?: readonly string[];
  /** What a person should know about a message that was accepted: 'status Test: not shown'. */
  readonly notes: readonly string[];
  /** Further messages that this one is an index of (Atom or RSS), absolute or relative addresses. */
  readonly follow?: readonly string[];
}

export type ParseCode =
  'empty' | 'encoding' | 'not-xml' | 'not-json' | 'entities' | 'too-deep' | 'too-large' | 'format' | 'version';

/** Pure and total: any bytes give a value or a refusal, never an exception. */
export type ParseFeed = (
  body: Uint8Array,
  contentType: string | null,
  context: ParseContext,
) => Result<Parsed, ParseCode>;

/** A kind of feed: the folder's parser. What else holds for it is in domain/city/feed-config.ts. */
export interface FeedType {
  readonly kind: FeedKind;
  readonly parse: ParseFeed;
}

/** Records of one message at most; the rest is set aside with a reason. */
export const MAX_RECORDS = 20_000;
/** Quarantined records kept with their text per message; the rest is counted. */
export const MAX_KEPT_QUARANTINE = 50;
