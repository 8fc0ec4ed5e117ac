import { cityDay, type Instant } from '#domain/time.ts';
import type { Tx } from './db.ts';

/**
 * The next readable number of a kind: '20261122-0007', good to be said over the telephone. Inside the transaction of what bears it:
 * the day's counter row stays locked to the commit, so that numbers have no gaps and no doubles.
 */
export async function nextNumber(tx: Tx, kind: string, now: Instant, zone: string): Promise<string> {
  const day = cityDay(now, zone);
  const [r] = await tx<{ last: number }[]>`
    insert into day_number (kind, day, last) values (${kind}, ${day}, 1)
    on conflict (kind, day) do update set last = day_number.last + 1 returning last`;
  return `${day.replaceAll('-', '')}-${String(r!.last).padStart(4, '0')}`;
}
