import { addTerms, type Fraction, type NoFigure, type Quantities, type Quantity, type Terms } from './figure.ts';
import type { Indicator } from './indicators.ts';
import { PARTS, type PartName } from './parts.ts';
import { SEAT_GROUPS, SOURCES, type Dimension } from './sources.ts';

/** What a count of the queues is called where it is broken down by seats or their teams: a visit is offered to a queue, a ring to a seat. */
const OF_SEATS: Partial<Record<Quantity, PartName>> = {
  offered: 'rings',
  answered: 'taken',
  abandoned: 'rings_given_up',
  answered_connect: 'taken_connect',
  answered_sl: 'taken_sl',
  wait_answered_s: 'taken_wait_s',
  longest_wait_s: 'taken_longest_s',
};

/** A call belongs to the seat that answered it first, and to the type of the case that came of it. */
const OF_MATTERS: Partial<Record<Quantity, PartName>> = { calls_in: 'typed_in' };

const has = (part: PartName, by: readonly Dimension[]): boolean => by.every((d) => d in SOURCES[PARTS[part].source].by);

/** A team is its seats, a department or provider its teams. */
const bySeats = (by: readonly Dimension[]): boolean => by.some((d) => SEAT_GROUPS.includes(d));

/** The part that a breakdown needs in place of `q`; null: this quantity cannot be broken down so. */
export function partFor(q: Quantity, by: readonly Dimension[]): Quantity | null {
  if (q === 'channel_ms') return by.every((d) => d === 'trunk') ? q : null;
  if (has(q, by)) return q;
  const other = OF_MATTERS[q] ?? (bySeats(by) ? OF_SEATS[q] : undefined);
  return other !== undefined && has(other as PartName, by) ? other : null;
}

function termsFor(terms: Terms, by: readonly Dimension[]): Terms | null {
  const out: Terms = {};
  for (const [q, n] of Object.entries(terms) as [Quantity, number][]) {
    const p = partFor(q, by);
    // a short abandon is a matter of the queue: a seat has none
    if (p === null && q === 'short_abandoned' && bySeats(by)) continue;
    if (p === null) return null;
    out[p] = (out[p] ?? 0) + n;
  }
  return out;
}

/** An indicator as a breakdown needs it, its terms replaced by those of the seats where it is by seat; null: it is unknown. */
export function scoped(i: Indicator, by: readonly Dimension[]): Indicator | null {
  if (i.missing !== undefined) return null;
  const of = termsFor(i.of, by);
  const over = i.over && termsFor(i.over, by);
  // where no count of waits is by seat, nothing taken means no wait
  const waits = i.needs && (partFor(i.needs, by) ?? 'taken');
  const needs = waits === 'channel_ms' ? undefined : waits;
  if (!of || over === null) return null;
  const opens = i.opens.flatMap((p) => {
    const other = partFor(p, by);
    return other === null || other === 'channel_ms' ? [] : [other];
  });
  return { ...i, of, opens, ...(over ? { over } : {}), ...(needs ? { needs } : {}) };
}

/** Parts that an indicator (already scoped) is computed from. */
export function partsNeeded(i: Indicator): PartName[] {
  const all = [...Object.keys(i.of), ...Object.keys(i.over ?? {}), ...(i.needs ? [i.needs] : []), ...i.opens];
  return [...new Set(all)].filter((q): q is PartName => q !== 'channel_ms');
}

/**
 * The figure of one cell from its added parts.
 * @param i scoped to the cell's breakdown; null: unknown there
 */
export function figure(i: Indicator | null, q: Quantities): Fraction | NoFigure {
  if (!i || i.derived) return 'unknown';
  // a trunk whose number of channels nobody set
  if ((i.of.channel_ms ?? i.over?.channel_ms) !== undefined && q.channel_ms === undefined) return 'unknown';
  if (i.needs !== undefined && !q[i.needs]) return 'empty';
  const whole = (i.over ? addTerms(i.over, q) : 1) * (i.divide ?? 1);
  return whole === 0 ? 'empty' : { part: addTerms(i.of, q), whole };
}
