import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ACCOUNT_ROLES, type AccountRole } from '#domain/access.ts';
import { createAccount } from './accounts.ts';
import type { Sql } from './db.ts';
import { readablePassword } from './passwords.ts';

export interface InitialAccount {
  readonly login: string;
  readonly name: string;
  readonly role: AccountRole;
  /** The password in clear, for printing; null when its owner has changed it or it is not known any more. */
  readonly password: string | null;
}

const DEMO: Record<AccountRole, { login: string; name: string }> = {
  'duty-officer': { login: 'duty', name: '林静' },
  coordinator: { login: 'coordinator', name: '周远' },
  'roster-manager': { login: 'roster', name: '何敏' },
  leader: { login: 'leader', name: '陈志国' },
  supervisor: { login: 'supervisor', name: '王晓岚' },
  administrator: { login: 'admin', name: '系统管理员' },
};

/**
 * The accounts of a first start: one per role in demo mode, one administrator in live mode. Later starts make none.
 * The passwords are random; in clear they stand only in `file` (mode 0600), so that the next start can print them again.
 * They are written down before the accounts are made: a first start that was killed halfway is finished by the next.
 * @param file path of that file, in the state folder
 * @returns what to print, one entry per account made at the first start; empty when they are not ours to know
 */
export async function initialAccounts(sql: Sql, mode: 'demo' | 'live', file: string): Promise<InitialAccount[]> {
  const unfinished = `${file}.unfinished`;
  const [have] = await sql<{ count: number }[]>`select count(*)::int as count from account`;
  const roles: readonly AccountRole[] = mode === 'demo' ? ACCOUNT_ROLES : ['administrator'];
  if (have!.count === 0)
    write(
      unfinished,
      roles.map((role) => ({ login: DEMO[role].login, password: readablePassword() })),
    );
  if (existsSync(unfinished)) {
    const passwords = new Map(read(unfinished).map((a) => [a.login, a.password]));
    for (const role of roles) {
      const password = passwords.get(DEMO[role].login);
      if (!password) continue;
      const answer = await createAccount(sql, { ...DEMO[role], role }, { actor: 'start', now: Date.now() }, password);
      if (!answer.ok && answer.code !== 'login-taken')
        throw new Error(`first account ${DEMO[role].login}: ${answer.reason}`);
    }
    renameSync(unfinished, file);
  }
  const known = new Map(read(file).map((a) => [a.login, a.password]));
  if (known.size === 0) return [];
  const rows = await sql<{ login: string; name: string; role: AccountRole; initial: boolean }[]>`
    select login, name, role, password_initial as initial from account
    where login in ${sql([...known.keys()])} and not disabled order by id`;
  return rows.map(({ login, name, role, initial }) => ({
    login,
    name,
    role,
    password: initial ? (known.get(login) ?? null) : null,
  }));
}

function read(file: string): { login: string; password: string }[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [login, password] = line.split('\t');
    return login && password ? [{ login, password }] : [];
  });
}

function write(file: string, made: readonly { login: string; password: string }[]): void {
  mkdirSync(dirname(file), { recursive: true });
  const half = `${file}.half`;
  writeFileSync(half, made.map((a) => `${a.login}\t${a.password}\n`).join(''), { mode: 0o600 });
  chmodSync(half, 0o600);
  renameSync(half, file);
}
