import type { Officer } from '../incidents/rows.ts';
import { accept, refuse, type Result } from '../result.ts';
import { SECOND, type Instant } from '../time.ts';
import type { Matter } from './matters.ts';
import { CLOSE_REASONS, type CloseReason } from './rows.ts';

export type MissedRefusal =
  | 'missed-missing'
  | 'missed-done'
  | 'missed-taken'
  | 'missed-not-yours'
  | 'missed-not-closed'
  | 'missed-no-number'
  | 'reason-needed';

export const MAX_MISSED_NOTE = 200;
/** Within this long who closed it takes it back without a reason. */
export const UNDO_MS = 30 * SECOND;

/** What an officer asks; of the fields only those that the kind needs. */
export type MissedWish =
  | { readonly kind: 'take' | 'release' }
  | { readonly kind: 'close'; readonly reason: string; readonly note: string }
  | { readonly kind: 'reopen'; readonly note: string };

/** The step that it becomes (domain/missed/rows.ts), without who, when and about which number. */
export type MissedChange =
  | { readonly kind: 'taken' | 'released' }
  | { readonly kind: 'closed'; readonly reason: CloseReason; readonly note: string; readonly covers: Instant }
  | { readonly kind: 'reopened'; readonly closing: number; readonly note: string };

const clean = (text: string): string =>
  text
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim()
    .slice(0, MAX_MISSED_NOTE);

/** May this be done to the matter as it stands now? Rights are asked before. Taking again what is one's own makes it last longer. */
export function decideMissed(
  m: Matter | undefined,
  wish: MissedWish,
  by: Officer,
  now: Instant,
): Result<MissedChange, MissedRefusal> {
  if (!m) return refuse('missed-missing', 'there is no such missed call');
  if (wish.kind === 'reopen') return reopen(m, clean(wish.note), by, now);
  if (m.standing !== 'open') return refuse('missed-done', m.standing);
  const others = m.holder !== null && m.holder.account !== by.account;
  switch (wish.kind) {
    case 'take':
      return others ? refuse('missed-taken', m.holder!.name) : accept({ kind: 'taken' });
    case 'release':
      return m.holder && !others ? accept({ kind: 'released' }) : refuse('missed-not-yours', m.holder?.name ?? '');
    case 'close': {
      if (others) return refuse('missed-taken', m.holder!.name);
      const reason = CLOSE_REASONS.find((r) => r === wish.reason);
      const note = clean(wish.note);
      // 'other' says nothing by itself
      if (!reason || (reason === 'other' && note === '')) return refuse('reason-needed', 'a closing says why');
      return accept({ kind: 'closed', reason, note, covers: m.last });
    }
  }
}

function reopen(m: Matter, note: string, by: Officer, now: Instant): Result<MissedChange, MissedRefusal> {
  const { closing } = m;
  // what the switch saw happen is not taken back
  if (!closing) return refuse('missed-not-closed', m.standing);
  const undo = closing.by.account === by.account && now - closing.at <= UNDO_MS;
  if (!undo && note === '') return refuse('reason-needed', 'to open it again says why');
  return accept({ kind: 'reopened', closing: closing.n, note });
}
