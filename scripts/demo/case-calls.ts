import type { CaseFields } from '#domain/cases/record.ts';
import { DEMO_ORIGIN } from '#domain/cases/case.ts';
import { HOUR, MINUTE, type Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql } from '#store/db.ts';

/** Which of the demo's calls its cases came by: what an agent's screen tells a case system. */

/** A case is written down no later than this after the citizen hung up. */
const WRITTEN_WITHIN_MS = 4 * MINUTE;
/** Conversations are looked for that began so long before they ended. */
const TALK_AT_MOST_MS = HOUR;

/** A conversation of a seat with a citizen that is over. */
export interface Talk {
  readonly callId: string;
  readonly caller: string;
  readonly endedAt: Instant;
}

/** A case with the call that it came by, and that citizen's number. */
export const byCall = (fields: CaseFields, talk: Pick<Talk, 'callId' | 'caller'> | undefined): CaseFields =>
  talk ? { ...fields, callId: talk.callId, ...(talk.caller === '' ? {} : { callerNumber: talk.caller }) } : fields;

/** Conversations that ended in [from, to], in the order of their ends; of those that no case names yet. */
export async function talksBetween(sql: Sql, from: Instant, to: Instant): Promise<Talk[]> {
  const rows = await sql<{ call_id: string; caller: string; t_hangup: Date }[]>`
    select s.call_id, c.caller, s.t_hangup
    from seat_segment s join call c on c.call_id = s.call_id and c.direction = 'in' and c.t_setup >= ${toTs(from - 2 * TALK_AT_MOST_MS)}
    where s.outcome = 'answered' and s.t_from >= ${toTs(from - TALK_AT_MOST_MS)} and s.t_from <= ${toTs(to)}
      and s.t_hangup >= ${toTs(from)} and s.t_hangup <= ${toTs(to)}
      and not exists (select from call_case l where l.call_id = s.call_id)
    order by s.t_hangup`;
  return rows.map((r) => ({ callId: r.call_id, caller: r.caller, endedAt: fromTs(r.t_hangup) }));
}

/** Gives each case a conversation that ended just before it was written down, each call to one case. */
export class TalkPool {
  readonly #talks: readonly Talk[];
  readonly #taken = new Set<string>();

  /** @param talks in the order of their ends */
  constructor(talks: readonly Talk[]) {
    this.#talks = talks;
  }

  /** The newest that is left; undefined when there is none. */
  take(at: Instant): Talk | undefined {
    let low = 0;
    let high = this.#talks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#talks[middle]!.endedAt <= at) low = middle + 1;
      else high = middle;
    }
    for (let i = low - 1; i >= 0; i--) {
      const talk = this.#talks[i]!;
      if (talk.endedAt < at - WRITTEN_WITHIN_MS) return undefined;
      if (this.#taken.has(talk.callId)) continue;
      this.#taken.add(talk.callId);
      return talk;
    }
    return undefined;
  }
}

/** The calls of cases that are told live, remembered for their later versions. */
export class LiveCalls {
  readonly #sql: Sql;
  readonly #of = new Map<string, Pick<Talk, 'callId' | 'caller'>>();

  private constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @param since cases closed later may be told again */
  static async open(sql: Sql, since: Instant): Promise<LiveCalls> {
    const calls = new LiveCalls(sql);
    const rows = await sql<{ external_id: string; call_id: string; caller_number: string | null }[]>`
      select l.external_id, l.call_id, c.caller_number from call_case l join hotline_case c on c.case_no = l.case_no
      where l.origin = ${DEMO_ORIGIN} and (c.closed_at is null or c.closed_at >= ${toTs(since)})`;
    for (const r of rows) calls.#of.set(r.external_id, { callId: r.call_id, caller: r.caller_number ?? '' });
    return calls;
  }

  /** The versions with their calls. New ones by telephone get a conversation that has just ended; what is told again stays as it was. */
  async told(
    versions: readonly { readonly t: Instant; readonly fields: CaseFields }[],
    now: Instant,
  ): Promise<CaseFields[]> {
    const fresh = versions.filter(
      (v) =>
        v.fields.source === 'phone' &&
        v.t === v.fields.acceptedAt &&
        v.t > now - WRITTEN_WITHIN_MS &&
        !this.#of.has(v.fields.externalId!),
    );
    if (fresh.length > 0) {
      const times = fresh.map((v) => v.t);
      const pool = new TalkPool(
        await talksBetween(this.#sql, Math.min(...times) - WRITTEN_WITHIN_MS, Math.max(...times)),
      );
      for (const v of fresh) {
        const talk = pool.take(v.t);
        if (talk) this.#of.set(v.fields.externalId!, talk);
      }
    }
    return versions.map(({ fields }) => {
      const done = byCall(fields, this.#of.get(fields.externalId!));
      if (fields.state === 'closed') this.#of.delete(fields.externalId!);
      return done;
    });
  }
}
