import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Passwords of the private database: made at the first start, readable by the owner of the state folder alone. */
export interface Secrets {
  readonly superuser: string;
  readonly application: string;
}

const make = (): string => randomBytes(24).toString('base64url');

/** Reads the passwords of a state folder, making them on first need. */
export function secretsOf(stateFolder: string): Secrets {
  const path = join(stateFolder, 'secrets.json');
  if (existsSync(path)) {
    chmodSync(path, 0o600);
    const s = JSON.parse(readFileSync(path, 'utf8')) as Partial<Secrets>;
    if (typeof s.superuser === 'string' && typeof s.application === 'string')
      return { superuser: s.superuser, application: s.application };
    throw new Error(
      `${path} lacks the database's passwords; put the file back, or delete the state folder to begin anew`,
    );
  }
  const secrets: Secrets = { superuser: make(), application: make() };
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(secrets)}\n`, { mode: 0o600 });
  renameSync(draft, path);
  return secrets;
}
