import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Config } from '#domain/config.ts';
import type { FactDraft } from '#domain/fact.ts';
import { RecordFold } from '#domain/floor/records.ts';
import type { GapCause, GapRow } from '#domain/floor/rows.ts';
import { SECOND, type Instant } from '#domain/time.ts';
import { SWITCH_CONTACT } from '#domain/contact.ts';
import { claimFloor } from '#store/floor.ts';
import { ContactTeller } from '../contact.ts';
import type { Source, SourceContext } from '../source.ts';
import { openAmi } from './client.ts';
import { isLastingFailure, retryDelay } from './retry.ts';
import { AmiSession, type SessionEnd } from './session.ts';
import { ACTOR, stateFromTables, type AmiState } from './state.ts';
import { parseQueuesConf, type QueueSettings } from './wrapup.ts';
import { FloorWriter, WriterOverflow } from './writer.ts';

const STOP_WITHIN = 3 * SECOND;
const REPORT_EVERY = SECOND;
/** The switch is asked each 5 s. */
const CONTACT_WITHIN_S = 10;

/** The switch: its manager interface → facts of seats, queues, calls and visits (README.md of this folder). */
export const asterisk: Source = source();

function source(): Source {
  /** Why nobody listens before the next run: the process was away, or the one before gave up. */
  let why: GapCause = 'ingest';
  return {
    name: 'asterisk',
    enabled: (config) => config.amiHost !== '',
    run: async (context) => {
      const reader = new FloorReader(context, await queuesConf(context.config), why);
      why = 'ingest';
      try {
        await reader.run();
      } catch (e) {
        if (e instanceof WriterOverflow) why = 'overflow';
        throw e;
      }
    },
  };
}

async function queuesConf(config: Config): Promise<QueueSettings> {
  if (config.amiQueuesConf === '') return { wrapUpS: new Map(), sharedLastCall: true };
  return parseQueuesConf(await readFile(config.amiQueuesConf, 'utf8'));
}

class FloorReader {
  readonly #c: SourceContext;
  #settings: QueueSettings;
  readonly #isConfigured: boolean;
  readonly #why: GapCause;
  /** How the last connection ended on which the floor was live. */
  #lastEnd: SessionEnd | null = null;
  /** The gap that is open now. */
  #gap: Omit<GapRow, 'to'> | null = null;
  #startup: string | null = null;
  readonly #contact: ContactTeller;

  constructor(context: SourceContext, settings: QueueSettings, why: GapCause) {
    this.#c = context;
    this.#contact = new ContactTeller(context.sql, SWITCH_CONTACT, CONTACT_WITHIN_S, context.log);
    this.#why = why;
    this.#settings = settings;
    this.#isConfigured = context.config.amiQueuesConf !== '';
  }

  #wrapUpS = (queue: string): number | null => {
    const own = this.#c.config.amiWrapUp;
    if (Object.hasOwn(own, queue)) return own[queue]!;
    return this.#settings.wrapUpS.get(queue) ?? null;
  };

  async run(): Promise<void> {
    const { sql, config, log, signal } = this.#c;
    const runId = randomBytes(6).toString('hex');
    const before = await claimFloor(sql, runId, config.zone);
    this.#startup = before.startup;
    const records = new RecordFold(config.pauseReasons);
    records.resume(before.tables, before.writtenTo);
    const state = this.#stateFrom(before.tables);
    const writer = new FloorWriter({
      sql,
      run: runId,
      records,
      startup: before.startup,
      log,
      now: () => performance.now(),
    });
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) stop.abort();
    try {
      writer.push(this.#resumed([...before.tables.all<GapRow>('gap').values()], before.heardAt), before.heardAt ?? 0);
      await Promise.race([this.#connections(state, writer, stop.signal), writer.settled()]);
    } catch (e) {
      if (e instanceof WriterOverflow) this.#c.report('behind', { reason: e.message });
      throw e;
    } finally {
      stop.abort();
      signal.removeEventListener('abort', onAbort);
      await writer.stop(STOP_WITHIN);
    }
  }

  #stateFrom(tables: Parameters<typeof stateFromTables>[0]): AmiState {
    const settings = (): QueueSettings => this.#settings;
    return stateFromTables(tables, {
      wrapUpS: this.#wrapUpS,
      get sharedLastCall() {
        return settings().sharedLastCall;
      },
      trunks: this.#c.config.amiTrunks,
    });
  }

  /** At the start: what was open stays open, else the gap begins where the switch was last heard. */
  #resumed(gaps: readonly GapRow[], heardAt: Instant | null): FactDraft[] {
    const open = gaps.find((g) => g.to === null);
    if (open) {
      this.#gap = open;
      return [];
    }
    return heardAt === null ? [] : this.#away(heardAt, this.#why);
  }

  #away(from: Instant, why: GapCause): FactDraft[] {
    const id = `gap/${from}`;
    this.#gap = { id, from, why };
    return [
      { at: from, subject: 'asterisk', actor: ACTOR, kind: 'floor.linked', body: { state: 'away' } },
      { at: from, subject: id, actor: ACTOR, kind: 'floor.gap', body: { from, to: null, why } },
    ];
  }

  #live(at: Instant): FactDraft[] {
    const facts: FactDraft[] = [
      { at, subject: 'asterisk', actor: ACTOR, kind: 'floor.linked', body: { state: 'live' } },
    ];
    const gap = this.#gap;
    this.#gap = null;
    if (gap) {
      const body = { from: gap.from, to: Math.max(at, gap.from), why: gap.why };
      facts.unshift({ at, subject: gap.id, actor: ACTOR, kind: 'floor.gap', body });
    }
    return facts;
  }

  /** One connection after another, until told to stop. */
  async #connections(state: AmiState, writer: FloorWriter, signal: AbortSignal): Promise<void> {
    const { config, log } = this.#c;
    const target = { host: config.amiHost, port: config.amiPort, user: config.amiUser, secret: config.amiSecret };
    for (let failures = 0; !signal.aborted;) {
      const session = this.#session(state, writer, target);
      const report = setInterval(() => this.#report(session, writer, null), REPORT_EVERY);
      const end = await session.run(signal).finally(() => clearInterval(report));
      if (signal.aborted) return;
      if (session.isLive) this.#lastEnd = end;
      failures = session.isLive ? 0 : failures + 1;
      if (session.isLive) writer.push(this.#away(session.heardAt, end.shutdown ? 'switch' : 'link'), session.heardAt);
      if (failures === 0 || isLastingFailure(failures))
        log.warn({ reason: end.reason, failures }, 'the switch is not heard');
      this.#report(session, writer, end.reason);
      await pause(retryDelay(failures, end.refused, Math.random()), signal);
    }
  }

  #session(state: AmiState, writer: FloorWriter, target: Parameters<typeof openAmi>[0]): AmiSession {
    const { log } = this.#c;
    return new AmiSession({
      state,
      log,
      open: (handlers) => openAmi(target, handlers),
      tell: (facts, heardAt) => {
        writer.push(facts, heardAt);
      },
      configured: (settings) => {
        // a file that was named is what the operator wants
        if (!this.#isConfigured) this.#settings = settings;
      },
      reject: (raw, code, reason) => void this.#c.reject(raw, code, reason),
      absence: (startup) => {
        const restarted = startup !== null && this.#startup !== null && startup !== this.#startup;
        if (restarted && this.#gap?.why === 'link') this.#gap = { ...this.#gap, why: 'switch' };
        this.#startup = startup ?? this.#startup;
        writer.startup = this.#startup;
        // the switch took its calls with it only if we heard it until then
        const heardItDie = this.#lastEnd !== null && (this.#lastEnd.byPeer || this.#lastEnd.shutdown);
        return { from: this.#gap?.from ?? null, restarted, ended: restarted && heardItDie ? 'lost' : 'unknown' };
      },
      live: (at) => {
        log.info({ seats: state.seats.size, queues: state.queues.size, calls: state.calls.size }, 'live');
        return this.#live(at);
      },
      now: () => performance.timeOrigin + performance.now(),
    });
  }

  #report(session: AmiSession, writer: FloorWriter, reason: string | null): void {
    const { awaySince, waiting } = writer.figures;
    const state =
      reason !== null ? 'away' : awaySince !== null || waiting > 2000 ? 'behind' : session.isLive ? 'live' : 'starting';
    // what was heard and could not be written is on no screen
    if (state === 'live') this.#contact.heard(Math.round(Date.now() - session.silentMs));
    this.#c.report(state, {
      ...session.figures,
      ...writer.figures,
      heardAt: session.heardAt || null,
      ...(reason === null ? {} : { reason }),
    });
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
