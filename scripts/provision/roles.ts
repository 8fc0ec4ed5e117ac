import postgres from 'postgres';

export const APPLICATION = 'watchfloor';
/** Made by the superuser, so that the application's role needs no rights beyond its own database. */
export const EXTENSIONS = ['timescaledb', 'postgis', 'pgrouting', 'pg_trgm', 'btree_gist'] as const;

export type AdminSql = postgres.Sql<Record<string, never>>;

/** One connection that complains about nothing; for making and dropping databases. */
export const adminSql = (url: string): AdminSql =>
  postgres(url, {
    max: 1,
    onnotice: () => {},
    connect_timeout: 20,
    connection: { application_name: 'watchfloor-provision' },
  }) as unknown as AdminSql;

/** @param database a name of the same server */
export function inDatabase(url: string, database: string): string {
  const at = new URL(url);
  at.pathname = `/${database}`;
  return at.href;
}

/** Makes the application's role, or sets its password to the one we hold. It is no superuser and makes no databases. */
export async function ensureRole(sql: AdminSql, name: string, password: string): Promise<void> {
  const [have] = await sql`select 1 from pg_roles where rolname = ${name}`;
  const rights = 'login nosuperuser nocreatedb nocreaterole noreplication nobypassrls';
  // a utility command takes no parameters; the password is ours and base64url, the name a constant
  if (!/^[\w-]+$/.test(password)) throw new Error('a database password of ours is of another alphabet than base64url');
  await sql.unsafe(`${have ? 'alter' : 'create'} role ${name} ${rights} password '${password}'`);
}

/** Makes a database that belongs to `owner`, with the extensions in it. @returns whether it was made now */
export async function ensureDatabase(adminUrl: string, name: string, owner: string | null): Promise<boolean> {
  const admin = adminSql(adminUrl);
  let made = false;
  try {
    const [have] = await admin`select 1 from pg_database where datname = ${name}`;
    if (!have) {
      await admin.unsafe(`create database ${name}${owner ? ` owner ${owner}` : ''}`);
      if (owner) await admin.unsafe(`revoke connect on database ${name} from public`);
      made = true;
    }
  } finally {
    await admin.end({ timeout: 5 });
  }
  const inside = adminSql(inDatabase(adminUrl, name));
  try {
    const there = new Set(
      (await inside<{ extname: string }[]>`select extname from pg_extension`).map((r) => r.extname),
    );
    for (const e of EXTENSIONS) if (!there.has(e)) await inside.unsafe(`create extension if not exists ${e}`);
  } finally {
    await inside.end({ timeout: 5 });
  }
  return made;
}
