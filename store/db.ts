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
    // Given before it is connected: the driver queues what it writes, and hears "error" and "close" when nobody is there.
    // A promise that rejects instead leaves its connection in limbo for ever after a database restart.
    socket: () => {
      const s = net.connect({ host, port });
      s.setNoDelay(true);
      s.setKeepAlive(true, 10_000);
      return s;
    },
  } as unknown as postgres.Options<Record<string, never>>) as unknown as Sql;
}

/** Instants are stored as timestamptz; the driver would make Date objects of them, and arrays of Date do not survive unnest(). */
export const toTs = (t: number): string => new Date(t).toISOString();
export const fromTs = (d: Date | string): number => (d instanceof Date ? d.getTime() : Date.parse(d));
