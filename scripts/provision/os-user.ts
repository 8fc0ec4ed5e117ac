import { readFileSync } from 'node:fs';
import { run } from './run.ts';

/** The system user the database belongs to when root starts the product. */
const NAME = 'watchfloor';

export interface OsUser {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

/** Reads one user of /etc/passwd's text. */
export function userIn(passwd: string, name: string): OsUser | null {
  for (const line of passwd.split('\n')) {
    const [n, , uid, gid] = line.split(':');
    if (n === name) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return null;
}

/**
 * The user to run the database as: null (go on as we are) unless we are root, whom PostgreSQL refuses; then a plain system user,
 * made on first need.
 */
export async function databaseUser(): Promise<OsUser | null> {
  if (process.getuid?.() !== 0) return null;
  const known = userIn(readFileSync('/etc/passwd', 'utf8'), NAME);
  if (known) return known;
  await run('useradd', [
    '--system',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/usr/sbin/nologin',
    NAME,
  ]);
  const made = userIn(readFileSync('/etc/passwd', 'utf8'), NAME);
  if (!made) throw new Error(`useradd made no user ${NAME}; make one by hand, or start as a user other than root`);
  return made;
}
