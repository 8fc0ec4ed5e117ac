import { adminSql, EXTENSIONS } from './roles.ts';

const SERVER_AT_LEAST = 170000;
/** Oldest versions whose functions we use: by_range() of TimescaleDB, coverage functions of PostGIS. */
const AT_LEAST: Readonly<Record<string, string>> = { timescaledb: '2.13', postgis: '3.4', pgrouting: '3.4' };

/** Compares dotted versions by their numbers; what follows them ('3.5.2dev') does not count. */
export function olderThan(have: string, want: string): boolean {
  const numbers = (v: string): number[] => (/^\d+(\.\d+)*/.exec(v)?.[0] ?? '0').split('.').map(Number);
  const [a, b] = [numbers(have), numbers(want)];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** What an existing server says of itself. */
export interface ServerFacts {
  readonly versionNumber: number;
  readonly version: string;
  readonly installed: ReadonlyMap<string, string>;
  readonly available: ReadonlyMap<string, string>;
  readonly mayCreateSchemaObjects: boolean;
  readonly role: string;
  readonly database: string;
}

/** Everything that keeps us from using a server, one sentence each; empty when it is fit. */
export function complaints(s: ServerFacts): string[] {
  const out: string[] = [];
  if (s.versionNumber < SERVER_AT_LEAST) out.push(`the server is PostgreSQL ${s.version}; 17 or newer is needed`);
  for (const e of EXTENSIONS) {
    const version = s.installed.get(e) ?? s.available.get(e);
    const least = AT_LEAST[e];
    if (version === undefined) out.push(`the extension ${e} is not installed on the server`);
    else if (least !== undefined && olderThan(version, least))
      out.push(`the extension ${e} is ${version}; ${least} or newer is needed`);
  }
  if (!s.mayCreateSchemaObjects)
    out.push(`the role ${s.role} may not create tables in schema public: grant create on schema public to ${s.role}`);
  return out;
}

/**
 * Looks at the server of DATABASE_URL and makes the extensions that its database lacks, where the role may.
 * @throws one error that names everything that is wrong
 */
export async function prepareExisting(url: string): Promise<{ version: string; database: string }> {
  const at = new URL(url);
  const where = `${at.hostname}:${at.port || 5432}${at.pathname}`;
  const sql = adminSql(url);
  try {
    const facts = await look(sql).catch((e: unknown) => {
      throw new Error(`DATABASE_URL: ${where} cannot be used: ${(e as Error).message || String(e)}`, { cause: e });
    });
    const wrong = complaints(facts);
    for (const e of EXTENSIONS) {
      if (facts.installed.has(e) || !facts.available.has(e)) continue;
      await sql.unsafe(`create extension if not exists ${e}`).catch((x: unknown) => {
        wrong.push(
          `the database lacks the extension ${e} and the role ${facts.role} may not make it (${(x as Error).message}): run “create extension ${e}” as a superuser`,
        );
      });
    }
    if (wrong.length > 0) throw new Error(`DATABASE_URL: ${where} is not fit:\n  - ${wrong.join('\n  - ')}`);
    return { version: facts.version, database: facts.database };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function look(sql: ReturnType<typeof adminSql>): Promise<ServerFacts> {
  const [s] = await sql<{ n: number; version: string; may: boolean; role: string; database: string }[]>`
    select current_setting('server_version_num')::int as n, current_setting('server_version') as version,
      has_schema_privilege(current_user, 'public', 'create') as may, current_user::text as role, current_database()::text as database`;
  const installed = await sql<
    { name: string; version: string }[]
  >`select extname as name, extversion as version from pg_extension`;
  const available = await sql<{ name: string; version: string }[]>`
    select name, default_version as version from pg_available_extensions where name in ${sql([...EXTENSIONS])}`;
  const map = (rows: { name: string; version: string }[]): Map<string, string> =>
    new Map(rows.map((r) => [r.name, r.version]));
  return {
    versionNumber: s!.n,
    version: s!.version,
    mayCreateSchemaObjects: s!.may,
    role: s!.role,
    database: s!.database,
    installed: map(installed),
    available: map(available),
  };
}
