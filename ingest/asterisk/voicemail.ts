import type { MissedFactBody } from '#domain/missed/facts.ts';
import { intOf, numberOf, type AmiFields } from './fields.ts';

/** Longest message that is believed, seconds; a dial plan may write anything. */
const LONGEST_S = 2 * 3600;
const TEXT_AT_MOST = 64;
const FILE_AT_MOST = 500;
const COUNT_AT_MOST = 1_000_000;

type Left = Extract<MissedFactBody, { kind: 'voicemail.left' }>;

/** One line of a bounded length: what a caller's display or a file's name may hold ends up on screens and in lists. */
const text = (value: string | undefined, most: number): string =>
  (value ?? '')
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim()
    .slice(0, most);

/**
 * UserEvent VoiceMessage of a channel (docs/missed-calls.md): a caller has spoken a message. Total: what is missing or unusable is
 * unknown, and the message is told all the same, because a person waits for an answer.
 * @param call the call it belongs to, and the number that the switch had for it
 * @returns the fact's subject (the same for the same event told twice) and body
 */
export function voiceMessage(
  f: AmiFields,
  call: { readonly id: string; readonly caller: string; readonly uniqueid: string },
): { subject: string; fact: Left } {
  const file = text(f.file, FILE_AT_MOST);
  const duration = intOf(f.duration, -1);
  const caller = text(numberOf(f.caller) || call.caller || numberOf(f.calleridnum), TEXT_AT_MOST);
  return {
    // a caller may leave several in one call: each is a file of its own
    subject: `${call.uniqueid}/${text(f.message, TEXT_AT_MOST) || file || 'message'}`,
    fact: {
      kind: 'voicemail.left',
      body: {
        call: call.id,
        caller,
        mailbox: text(f.mailbox, TEXT_AT_MOST),
        queue: text(f.queue, TEXT_AT_MOST) || null,
        durationS: duration >= 0 && duration <= LONGEST_S ? duration : null,
        file,
      },
    },
  };
}

/** MessageWaiting: how many messages the switch keeps in a mailbox; null where the packet does not say which. */
export function mailboxCounted(f: AmiFields): { mailbox: string; fresh: number; old: number } | null {
  const mailbox = text(f.mailbox, TEXT_AT_MOST);
  if (mailbox === '') return null;
  const count = (value: string | undefined): number => Math.min(COUNT_AT_MOST, Math.max(0, intOf(value, 0)));
  return { mailbox, fresh: count(f.new), old: count(f.old) };
}
