import { inject } from 'vitest';
import type {} from './provided.ts';

/** Kills a process of the running product with SIGKILL; the supervisor starts it again after half a second. @param name as in scripts/start/services.ts */
export async function killProcess(name: string): Promise<void> {
  const answer = await fetch(`${inject('controlUrl')}/kill/${name}`, { method: 'POST' });
  if (!answer.ok) throw new Error(`${name} could not be killed: ${await answer.text()}`);
}

/** The account of a role, as the first start made it. */
export function accountOf(role: string): { login: string; role: string; password: string } {
  const account = inject('accounts').find((a) => a.role === role);
  if (!account) throw new Error(`the first start made no account with the role ${role}`);
  return account;
}
