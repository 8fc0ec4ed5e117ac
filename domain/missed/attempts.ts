import type { CallOutcome } from '../floor/facts.ts';
import type { SteerState } from '../steer/rows.ts';
import type { Instant } from '../time.ts';
import type { Attempt, AttemptResult } from './rows.ts';

/** A call that was asked for by the button (command `dial`). */
export interface DialCommand {
  readonly at: Instant;
  readonly key: string;
  readonly by: string;
  readonly phone: string | null;
  readonly state: SteerState;
  readonly code: string | null;
  /** The call that came of it; null where none did, or not yet. */
  readonly call: string | null;
}

/** An outbound call to the number as the switch told it. */
export interface DialledCall {
  readonly at: Instant;
  readonly key: string;
  readonly call: string;
  readonly seat: string | null;
  readonly answered: boolean;
  readonly outcome: CallOutcome;
  /** Q.850; null where not known. */
  readonly cause: number | null;
}

const OF_CODE: Readonly<Record<string, AttemptResult>> = {
  'called-busy': 'busy',
  'called-unanswered': 'no-answer',
  'called-unallocated': 'wrong-number',
  'called-rejected': 'rejected',
  'called-unreachable': 'unreachable',
};

/** What came of a command: whatever says nothing of the called number means that it was never rung. */
export function commandResult({ state, code }: Pick<DialCommand, 'state' | 'code'>): AttemptResult {
  switch (state) {
    case 'asked':
    case 'sent':
      return 'pending';
    case 'confirmed':
      return 'connected';
    case 'unheard':
      return 'unknown';
    case 'refused':
    case 'failed':
      return OF_CODE[code ?? ''] ?? 'not-placed';
  }
}

export function callResult({ answered, outcome, cause }: DialledCall): AttemptResult {
  if (answered) return 'connected';
  if (outcome === 'lost' || outcome === 'unknown') return 'unknown';
  switch (cause) {
    case 17:
      return 'busy';
    case 1:
    case 28:
      return 'wrong-number';
    case 21:
      return 'rejected';
    case 20:
    case 27:
    case 34:
    case 38:
    case 42:
      return 'unreachable';
    default:
      return 'no-answer';
  }
}

/** Commands and calls as one list in the order of time: a call that a command made is told once, with who asked for it. */
export function attemptsOf(commands: readonly DialCommand[], calls: readonly DialledCall[]): Attempt[] {
  const byCall = new Map(calls.map((c) => [c.call, c]));
  const told = new Set<string>();
  const asked = commands.map((c): Attempt => {
    const call = c.call === null ? undefined : byCall.get(c.call);
    if (call) told.add(call.call);
    const own = commandResult(c);
    // while its end is not told yet, or was not heard, the call's own record may say it
    const result = call && (own === 'pending' || own === 'unknown') ? callResult(call) : own;
    return { at: c.at, key: c.key, by: c.by, seat: call?.seat ?? c.phone, result, call: c.call };
  });
  const own = calls
    .filter((c) => !told.has(c.call))
    .map((c): Attempt => ({ at: c.at, key: c.key, by: null, seat: c.seat, result: callResult(c), call: c.call }));
  return [...asked, ...own].sort((a, b) => a.at - b.at);
}
