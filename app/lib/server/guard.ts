import { error, fail, redirect, type ActionFailure, type RequestEvent } from '@sveltejs/kit';
import { mayDo, type Right } from '#domain/access.ts';
import { actorOf, type Session } from '#store/auth.ts';
import { WALL_COOKIE } from './pairing.ts';

export type AccountSession = Extract<Session, { device: null }>;

/** What an action answers when a command was refused: the screen turns the code into a sentence. */
export interface Refusal {
  readonly refused: string;
  /** What goes with the code: seconds to wait, a name. */
  readonly detail?: string;
}

/** A refusal as the answer of a form action. */
export function refused(code: string, detail?: string, status = 400): ActionFailure<Refusal> {
  return fail(status, detail === undefined ? { refused: code } : { refused: code, detail });
}

/** The session of a page that needs one; sends everybody else to sign in and back here. */
export function mustBeSignedIn(event: RequestEvent): Session {
  const { session } = event.locals;
  if (session) return session;
  // a wall screen has nobody who could type a password
  if (event.cookies.get(WALL_COOKIE)) redirect(303, '/pair');
  const back = event.url.pathname + event.url.search;
  redirect(303, back === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(back)}`);
}

/** For `load`: the session, when its role has the right; otherwise the sign-in page or 403. */
export function mustMay(event: RequestEvent, right: Right): Session {
  const session = mustBeSignedIn(event);
  if (!mayDo(session.role, right)) error(403, { message: `the role ${session.role} has no right ${right}` });
  return session;
}

/** For `load` of pages that belong to people. */
export function mustBePerson(event: RequestEvent): AccountSession {
  const session = mustBeSignedIn(event);
  if (!session.account) error(403, { message: 'a wall screen has no account' });
  return session;
}

/**
 * For form actions: the session when its role has the right, or the refusal to answer with.
 * The page's own `load` is no protection: an action can be called without it.
 */
export function actor(
  event: RequestEvent,
  right: Right,
):
  | { ok: true; session: AccountSession; by: { actor: string; now: number; accountId: number } }
  | { ok: false; answer: ActionFailure<Refusal> } {
  const { session } = event.locals;
  if (!session?.account) return { ok: false, answer: refused('not-signed-in', undefined, 401) };
  if (!mayDo(session.role, right)) return { ok: false, answer: refused('no-right', undefined, 403) };
  return { ok: true, session, by: { actor: actorOf(session), now: Date.now(), accountId: session.account.id } };
}

/** A text field of a form; empty when absent or a file. */
export function field(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** A whole number of a form, or null. */
export function idField(form: FormData, name: string): number | null {
  const text = field(form, name);
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
