import { inject } from 'vitest';
import type {} from './provided.ts';

async function control(what: 'kill' | 'pause' | 'resume', name: string): Promise<void> {
  const answer = await fetch(`${inject('controlUrl')}/${what}/${name}`, { method: 'POST' });
  if (!answer.ok) throw new Error(`${what} ${name}: ${await answer.text()}`);
}

/** Kills a process of the running product with SIGKILL; the supervisor starts it again after half a second. @param name as in scripts/start/services.ts */
export const killProcess = (name: string): Promise<void> => control('kill', name);

/** Holds a process: it hears and says nothing, and its connections stay open. @returns what lets it go on */
export async function pauseProcess(name: string): Promise<() => Promise<void>> {
  await control('pause', name);
  return () => control('resume', name);
}

/** The account of a role, as the first start made it. */
export function accountOf(role: string): { login: string; role: string; password: string } {
  const account = inject('accounts').find((a) => a.role === role);
  if (!account) throw new Error(`the first start made no account with the role ${role}`);
  return account;
}
