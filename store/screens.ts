import type { Sql } from './db.ts';

/** Payload: `screen epoch`. A gateway that holds an older socket of that screen closes it. */
export const SCREEN_CHANNEL = 'live_screen';

/** A new socket of a screen says hello. @returns its epoch; every older one is superseded, on every gateway */
export async function raiseEpoch(sql: Sql, screen: string): Promise<number> {
  const [r] = await sql<{ epoch: number }[]>`
    insert into live_screen (screen, epoch) values (${screen}, 1)
    on conflict (screen) do update set epoch = live_screen.epoch + 1, at = now() returning epoch`;
  await sql`select pg_notify(${SCREEN_CHANNEL}, ${`${screen} ${r!.epoch}`})`;
  return r!.epoch;
}

/** Screens not seen for a month are forgotten. */
export async function forgetScreens(sql: Sql): Promise<void> {
  await sql`delete from live_screen where at < now() - interval '30 days'`;
}

/** Name of this database: a client's cursors belong to it. */
export async function databaseOrigin(sql: Sql): Promise<string> {
  const [r] = await sql<{ origin: string }[]>`select origin from database_origin`;
  return r!.origin;
}
