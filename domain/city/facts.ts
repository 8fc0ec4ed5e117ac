import type { CityEventRow, FeedRow, TrafficEventRow, WarningRow } from './rows.ts';

/** Why something left: told by the partner, gone from a complete list, or past its own end. */
export type EndReason = 'ended' | 'cancelled' | 'withdrawn' | 'expired' | 'replaced' | 'error';

/**
 * Facts of the city: partner feeds, weather warnings, traffic events, what police and urban management report.
 * Measurements (readings, speeds, positions, feed counters) are signals and no facts.
 */
export type CityFactBody =
  /** The link to a feed changed its state, or its description did; subject = feed id. */
  | { kind: 'feed.linked'; body: FeedLinked }
  /** A feed left the configuration; subject = feed id. */
  | { kind: 'feed.removed'; body: { feed: string } }
  /** A warning was issued or updated; `replaces` are the rows that it takes the place of; subject = warning id. */
  | { kind: 'warning.issued'; body: { id: string; replaces: readonly string[]; warning: WarningRow } }
  /** Warnings ended; subject = the id of the message that ended them, or the first of them. */
  | { kind: 'warning.ended'; body: { ids: readonly string[]; reason: EndReason } }
  /** A traffic event is new or changed; subject = event id. */
  | { kind: 'traffic.reported'; body: { id: string; event: TrafficEventRow } }
  | { kind: 'traffic.ended'; body: { ids: readonly string[]; reason: EndReason } }
  /** Police or urban management reported something, or changed it; subject = event id. */
  | { kind: 'cityEvent.reported'; body: { id: string; event: CityEventRow } }
  | { kind: 'cityEvent.ended'; body: { ids: readonly string[]; reason: EndReason } };

/** The row without `since`, which the fold takes from the fact's own time. */
export type FeedLinked = { feed: string } & Omit<FeedRow, 'since'>;
