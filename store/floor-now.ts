import { foldFloor } from '#domain/floor/fold.ts';
import { Tables, type Change } from '#domain/tables.ts';
import type { Cursor } from '#domain/fact.ts';
import { gunzipSync } from 'node:zlib';
import type { Sql, Tx } from './db.ts';
import { factsOfKinds, newestCursor } from './facts.ts';

/** The floor as it stands at the newest fact that a transaction sees, for reports of today. */

/** What the floor's fold looks at. */
const KINDS = ['seat.', 'visit.', 'segment.', 'call.', 'queue.', 'floor.', 'day.'] as const;
/** Further behind than this, a stored snapshot is nearer than what was kept. */
const FACTS_TO_FOLLOW = 5000;
const FACTS_AT_ONCE = 5000;

interface Kept {
  n: Cursor;
  tables: Tables;
}
/** Of each pool the floor as it was last asked for: the next question folds only the facts since. */
const kept = new WeakMap<Sql, Promise<Kept | null>>();

/**
 * The folded floor as `tx` sees it: a copy of its own. Questions of one pool follow one another, so that each fact is folded once.
 * @param sql the pool that `tx` belongs to
 */
export async function floorNow(sql: Sql, tx: Tx, zone: string): Promise<Tables> {
  const before = kept.get(sql) ?? Promise.resolve(null);
  const mine = before
    .catch(() => null)
    .then(async (k) => {
      const now = await follow(tx, k, zone);
      // what this transaction does not see yet may have been folded already for another: that stays
      return { stays: k && k.n > now.n ? k : now, tables: copied(now.tables) };
    });
  const stays = mine.then((m) => m.stays);
  stays.catch(() => {}); // the one who asked hears of it
  kept.set(sql, stays);
  return (await mine).tables;
}

async function follow(tx: Tx, k: Kept | null, zone: string): Promise<Kept> {
  const n = await newestCursor(tx);
  const [snapshot] = await tx<{ n: number }[]>`
    select n from state_snapshot where topic = 'floor' and n <= ${n} order by n desc limit 1`;
  const near = k !== null && k.n <= n && (k.n >= (snapshot?.n ?? 0) || n - k.n <= FACTS_TO_FOLLOW) ? k : null;
  const at: Kept = near ? { ...near } : await fromSnapshot(tx, snapshot?.n ?? null);
  for (;;) {
    const facts = await factsOfKinds(tx, at.n, n, KINDS, FACTS_AT_ONCE);
    for (const fact of facts) foldFloor(at.tables, fact, zone);
    at.tables.takeTouched();
    if (facts.length < FACTS_AT_ONCE) break;
    at.n = facts.at(-1)!.n;
  }
  at.n = n;
  return at;
}

async function fromSnapshot(tx: Tx, n: Cursor | null): Promise<Kept> {
  const tables = new Tables();
  if (n === null) return { n: 0, tables };
  const [row] = await tx<{ body: Buffer }[]>`select body from state_snapshot where topic = 'floor' and n = ${n}`;
  tables.applyChanges(JSON.parse(gunzipSync(row!.body).toString('utf8')) as Change[]);
  return { n, tables };
}

function copied(tables: Tables): Tables {
  const copy = new Tables();
  copy.applyChanges(tables.everything());
  copy.takeTouched();
  return copy;
}
