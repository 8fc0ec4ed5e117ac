import type { Officer } from '../incidents/rows.ts';
import type { Instant } from '../time.ts';
import type { CloseReason } from './rows.ts';

/**
 * Facts of missed calls. Subject of missed.*: the call that it was done at (its first missed one). That a citizen was called is told by
 * command.asked, command.changed and the call itself; that he got through by himself by his next call.
 */
export type MissedFactBody =
  | { kind: 'missed.taken'; body: { by: Officer } }
  | { kind: 'missed.released'; body: { by: Officer } }
  | { kind: 'missed.closed'; body: { by: Officer; reason: CloseReason; note: string; covers: Instant } }
  | { kind: 'missed.reopened'; body: { by: Officer; closing: number; note: string } }
  /** Subject message. A caller spoke a message (UserEvent VoiceMessage). */
  | {
      kind: 'voicemail.left';
      body: {
        call: string;
        caller: string;
        mailbox: string;
        queue: string | null;
        durationS: number | null;
        file: string;
      };
    }
  /** Subject mailbox. How many messages the switch keeps in it (MessageWaiting). */
  | { kind: 'voicemail.counted'; body: { fresh: number; old: number } };
