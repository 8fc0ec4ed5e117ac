import { createHash } from 'node:crypto';
import { join } from 'node:path';

/**
 * Where the first accounts' passwords of a database are kept until their owners change them. A state folder may see several databases,
 * one after the other; the passwords of one must not be printed for another.
 * @param databaseUrl the option DATABASE_URL; '' for the private database
 */
export function firstAccountsFile(stateFolder: string, databaseUrl: string): string {
  if (databaseUrl === '') return join(stateFolder, 'first-accounts');
  const at = new URL(databaseUrl);
  const which = createHash('sha256')
    .update(`${at.hostname}:${at.port || 5432}${at.pathname}`)
    .digest('hex')
    .slice(0, 8);
  return join(stateFolder, `first-accounts-${which}`);
}
