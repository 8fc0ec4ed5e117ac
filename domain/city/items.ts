import type { Instant } from '../time.ts';
import type { EndReason } from './facts.ts';
import type { CityEventRow, LngLat, ReadingSignal, TrafficEventRow, WarningRow } from './rows.ts';

/** One record of a partner's message after parsing: our words, WGS-84, instants. What the store is asked to apply. */
export type FeedItem = WarningMessage | TrafficItem | CityEventItem | ReadingItem | SegmentItem;

/** A CAP message. One message may hold several warnings (info groups), told apart by a suffix of their ids. */
export interface WarningMessage {
  readonly type: 'warning';
  /** `sender,identifier` of the message. */
  readonly id: string;
  readonly action: 'issue' | 'update' | 'cancel';
  readonly drill: boolean;
  readonly sender: string;
  readonly sentAt: Instant;
  /** Ids of the messages that this one updates or cancels. */
  readonly references: readonly string[];
  /** Empty for a cancellation. */
  readonly warnings: readonly { readonly id: string; readonly row: WarningRow }[];
}

export interface TrafficItem {
  readonly type: 'traffic';
  readonly id: string;
  readonly row: TrafficEventRow;
  /** The partner says that it is over. */
  readonly ended: EndReason | null;
}

export interface CityEventItem {
  readonly type: 'cityEvent';
  readonly id: string;
  readonly row: CityEventRow;
  readonly ended: EndReason | null;
}

export interface ReadingItem {
  readonly type: 'reading';
  readonly id: string;
  readonly at: Instant;
  readonly body: ReadingSignal;
}

export interface SegmentItem {
  readonly type: 'segment';
  /** The partner's segment id, or `edge:<id>` for a road edge of ours. */
  readonly id: string;
  readonly at: Instant;
  readonly kmh: number;
  readonly freeKmh: number | null;
  readonly confidence: number | null;
  /** Its course, when the partner sends it: from it the road edges are found once and remembered. */
  readonly line: readonly LngLat[] | null;
}

/** Longest id of a row (domain/wire.ts allows 200; a suffix may follow). */
export const MAX_ITEM_ID = 190;
