import { accept, refuse, type Result } from '../result.ts';
import type { Instant } from '../time.ts';
import type { TheirOutcome, TheirVisit } from './rows.ts';

/** One line of Asterisk's queue_log: `epoch|callid|queue|agent|EVENT|data1|data2|…`. */
export interface LogLine {
  /** Whole seconds, as milliseconds. */
  readonly at: Instant;
  readonly uniqueid: string;
  readonly queue: string;
  readonly agent: string;
  readonly event: string;
  readonly data: readonly string[];
}

const LONGEST_FIELD = 200;
/** Before the year 2001 and after 2286 a text of ten digits is no instant. */
const EPOCH = /^\d{10}(?:\.\d+)?$/;

/** Reads one line; null for an empty one, a refusal for what is none. */
export function parseLogLine(text: string): Result<LogLine | null, 'log.line'> {
  const line = text.replace(/[\r\n\0]+$/g, '');
  if (line.trim() === '') return accept(null);
  const f = line.split('|');
  if (f.length < 5) return refuse('log.line', `${f.length} fields instead of 5 or more`);
  if (!EPOCH.test(f[0]!)) return refuse('log.line', `“${f[0]!.slice(0, 40)}” is no instant`);
  const event = f[4]!;
  if (!/^[A-Z]{3,32}$/.test(event)) return refuse('log.line', `“${event.slice(0, 40)}” is no event`);
  const long = f.slice(1, 4).find((x) => x.length > LONGEST_FIELD);
  if (long !== undefined) return refuse('log.line', `a field of ${long.length} characters`);
  return accept({
    at: Math.floor(Number(f[0])) * 1000,
    uniqueid: f[1]!,
    queue: f[2]!,
    agent: f[3]!,
    event,
    data: f.slice(5),
  });
}

const UNANSWERED: Readonly<Record<string, TheirOutcome | undefined>> = Object.assign(Object.create(null), {
  ABANDON: 'abandoned',
  EXITWITHTIMEOUT: 'timeout',
  EXITEMPTY: 'leave-empty',
  EXITWITHKEY: 'left',
  WITHDRAW: 'withdrawn',
} satisfies Record<string, TheirOutcome>) as Readonly<Record<string, TheirOutcome | undefined>>;

/** Callers that may be open at once; a log that has more is broken, and its oldest are let go as such. */
export const OPEN_AT_MOST = 50_000;

const whole = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;

/** Follows the lines of a log in their order and says which visits they complete. Memory is bounded by the callers open at once. */
export class LogFold {
  readonly #open = new Map<string, TheirVisit>();
  /** Ends whose beginning the log does not hold: it began in the middle of them. */
  orphans = 0;

  /** @returns the visits that this line completes */
  take(line: LogLine): TheirVisit[] {
    if (line.event === 'QUEUESTART') return this.#started(line.at);
    const key = `${line.uniqueid}\u0000${line.queue}`;
    const open = this.#open.get(key);
    switch (line.event) {
      case 'ENTERQUEUE':
        return this.#entered(key, open, line);
      case 'CONNECT':
        if (open)
          this.#open.set(key, {
            ...open,
            outcome: 'answered',
            leftAt: line.at,
            waitS: whole(line.data[0]),
            agent: line.agent,
            talkEnd: 'talking',
          });
        else this.orphans++;
        return [];
      case 'COMPLETECALLER':
      case 'COMPLETEAGENT':
        return this.#completed(key, open, whole(line.data[1]));
      case 'BLINDTRANSFER':
      case 'ATTENDEDTRANSFER':
      case 'TRANSFER':
        // …|holdtime|calltime|position
        return this.#completed(key, open, whole(line.data.at(-2)));
      case 'AGENTDUMP':
      case 'SYSCOMPAT':
        return this.#over(key, open, { outcome: 'left', leftAt: line.at, waitS: null });
      default: {
        const outcome = UNANSWERED[line.event];
        // EXITWITHKEY has the key before the positions and the wait; WITHDRAW a text after them
        const wait = line.event === 'EXITWITHKEY' ? line.data[3] : line.data[2];
        return outcome ? this.#over(key, open, { outcome, leftAt: line.at, waitS: whole(wait) }) : [];
      }
    }
  }

  /** What is still open where the log ends. */
  end(): TheirVisit[] {
    const rest = [...this.#open.values()];
    this.#open.clear();
    return rest;
  }

  #entered(key: string, open: TheirVisit | undefined, line: LogLine): TheirVisit[] {
    const done = open ? [open] : [];
    this.#open.delete(key);
    this.#open.set(key, {
      uniqueid: line.uniqueid,
      queue: line.queue,
      joinedAt: line.at,
      leftAt: null,
      outcome: 'open',
      waitS: null,
      agent: null,
      talkS: null,
      talkEnd: null,
    });
    if (this.#open.size <= OPEN_AT_MOST) return done;
    const [oldest, visit] = this.#open.entries().next().value!;
    this.#open.delete(oldest);
    return [...done, visit];
  }

  #completed(key: string, open: TheirVisit | undefined, talkS: number | null): TheirVisit[] {
    if (open?.outcome !== 'answered') {
      this.orphans++;
      return [];
    }
    this.#open.delete(key);
    return [{ ...open, talkS, talkEnd: 'ended' }];
  }

  #over(
    key: string,
    open: TheirVisit | undefined,
    how: Pick<TheirVisit, 'outcome' | 'leftAt' | 'waitS'>,
  ): TheirVisit[] {
    if (!open) {
      this.orphans++;
      return [];
    }
    this.#open.delete(key);
    return [{ ...open, ...how }];
  }

  /** The switch began anew: who waited or talked went with it. */
  #started(at: Instant): TheirVisit[] {
    return this.end().map((v) =>
      v.outcome === 'answered' ? { ...v, talkEnd: 'lost' } : { ...v, outcome: 'lost', leftAt: at },
    );
  }
}
