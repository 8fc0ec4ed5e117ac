import net from 'node:net';
import postgres from 'postgres';

export type Sql = postgres.Sql<Record<string, never>>;
/** Either the pool or an open transaction. */
export type Tx = postgres.TransactionSql<Record<string, never>>;

/**
 * A pool of connections.
 * The socket is ours because the driver leaves Nagle on, and one COPY then costs 88 ms instead of 1.4 ms (../docs/decisions/0002-database.md).
 * @param url postgres://user:password@host:port/database
 * @param max connections at most
 */
export function connect(url: string, { max = 6, name = 'watchfloor' }: { max?: number; name?: string } = {}): Sql {
  const at = new URL(url);
  const host = decodeURIComponent(at.hostname);
  const port = Number(at.port || 5432);
  return postgres(url, {
    max,
    idle_timeout: 0,
    connect_timeout: 10,
    backoff: (attempt: number) => Math.min(0.1 * 2 ** attempt, 2),
    onnotice: () => {},
    connection: { application_name: name, TimeZone: 'UTC' },
    types: {
      // bigint counts and cursors fit a double for 9e15 rows
      bigint: { to: 20, from: [20], serialize: String, parse: Number },
    },
    socket: () =>
      new Promise<net.Socket>((resolve, reject) => {
        const s = net.connect({ host, port });
        s.setNoDelay(true);
        s.setKeepAlive(true, 10_000);
        s.once('connect', () => resolve(s));
        s.once('error', reject);
      }),
  } as unknown as postgres.Options<Record<string, never>>) as unknown as Sql;
}

/** Instants are stored as timestamptz; the driver would make Date objects of them, and arrays of Date do not survive unnest(). */
export const toTs = (t: number): string => new Date(t).toISOString();
export const fromTs = (d: Date | string): number => (d instanceof Date ? d.getTime() : Date.parse(d));
