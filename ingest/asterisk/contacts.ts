import type { Instant } from '#domain/time.ts';
import type { AmiEvent } from './parse.ts';
import { describeSeat } from './seats.ts';
import type { AmiState, Out } from './state.ts';

/** Addresses that one telephone is registered from, at most; the newest counts. */
const CONTACTS_AT_MOST = 8;

/** 'sip:1008@10.1.2.3:5060;transport=udp' → '10.1.2.3', 'sip:[fd00::1]:5060' → 'fd00::1'; null when it names no host. */
export function hostOf(uri: string): string | null {
  const m = /^<?sips?:(?:[^@>]*@)?(?:\[([0-9a-fA-F:.]+)\]|([^:;>?\s]+))/.exec(uri);
  return m?.[1] ?? m?.[2]?.slice(0, 64) ?? null;
}

/** A telephone registered, moved, or is registered no more: where it is, is where its seat is. */
export function contactTold(
  state: AmiState,
  e: Pick<Extract<AmiEvent, { type: 'contact' }>, 'endpoint' | 'uri' | 'gone'>,
  at: Instant,
  out: Out,
): void {
  const host = hostOf(e.uri);
  if (host === null) return;
  const before = state.contacts.get(e.endpoint) ?? [];
  const others = before.filter((c) => c.uri !== e.uri);
  // a check of a known contact is no news of where the telephone is
  const known = before.length !== others.length && !e.gone;
  const now = e.gone ? others : known ? before : [...others, { uri: e.uri, host }].slice(-CONTACTS_AT_MOST);
  if (now.length === 0) state.contacts.delete(e.endpoint);
  else state.contacts.set(e.endpoint, now);
  const seat = state.seats.get(e.endpoint);
  if (!seat) return;
  seat.ip = now.at(-1)?.host ?? null;
  describeSeat(seat, at, out);
}
