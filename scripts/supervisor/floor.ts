import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { parseConfig, type Config } from '#domain/config.ts';
import type { SeatLiveRow, VisitRow } from '#domain/floor/rows.ts';
import { decideSteer, type SteerInput } from '#domain/steer/decide.ts';
import { COMMAND, isEnded, type FloorCommandRow, type SteerWish } from '#domain/steer/rows.ts';
import type { Tables } from '#domain/tables.ts';
import { openAmi, type AmiTransport } from '#ingest/asterisk/client.ts';
import type { AmiFields } from '#ingest/asterisk/fields.ts';
import type { Expect } from '#ingest/asterisk/hand/confirm.ts';
import { bars } from '#ingest/asterisk/bars/index.ts';
import { hand } from '#ingest/asterisk/hand/index.ts';
import { asterisk } from '#ingest/asterisk/index.ts';
import type { Source } from '#ingest/source.ts';
import type { BarDirection } from '#domain/blacklist/rows.ts';
import { addBar, barList, liftBar } from '#store/blacklist.ts';
import { askCommand } from '#store/floor-commands.ts';
import { newestCursor } from '#store/facts.ts';
import { connect, type Sql } from '#store/db.ts';
import { initialAccounts } from '#store/initial-accounts.ts';
import { stateAt } from '#store/snapshots.ts';
import { ACCOUNTS, END_PROMPT, LAB_PORTS } from './lab.ts';

export interface Recorded {
  readonly command: string;
  readonly expect: Expect;
  /** What the hand's account heard from the sending on. */
  readonly events: AmiFields[];
}

const WAIT_MS = 40_000;
const EVENTS_KEPT = 5000;

/** The floor and the hand as the product runs them, on a database of their own: commands are asked as the desk asks them. */
export class Floor {
  readonly #sql: Sql;
  readonly #config: Config;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];
  readonly recorded: Recorded[] = [];
  #ear: AmiTransport | null = null;
  #account = 0;
  #key = 0;

  constructor(databaseUrl: string) {
    this.#sql = connect(databaseUrl, { max: 6, name: 'supervisor-check' });
    const { config, mistakes } = parseConfig({
      DATABASE_URL: databaseUrl,
      AMI_HOST: '127.0.0.1',
      AMI_PORT: String(LAB_PORTS.ami),
      AMI_USER: ACCOUNTS.reader.user,
      AMI_SECRET: ACCOUNTS.reader.secret,
      AMI_HAND_USER: ACCOUNTS.hand.user,
      AMI_HAND_SECRET: ACCOUNTS.hand.secret,
      AMI_RECORDER_USER: ACCOUNTS.recorder.user,
      AMI_RECORDER_SECRET: ACCOUNTS.recorder.secret,
      AMI_DIAL_CONTEXT: 'agents',
      AMI_OUTSIDE_PREFIX: '9',
      AMI_END_PROMPT_EXTEN: END_PROMPT,
    });
    if (mistakes.length > 0) throw new Error(mistakes.join('; '));
    this.#config = config;
  }

  /** @param accountsFile where the first accounts are written */
  async start(accountsFile: string): Promise<void> {
    await initialAccounts(this.#sql, 'demo', accountsFile);
    const [row] = await this.#sql<{ id: number }[]>`select id from account where role = 'supervisor'`;
    this.#account = row!.id;
    this.#ear = await openAmi(
      { host: '127.0.0.1', port: LAB_PORTS.ami, user: ACCOUNTS.hand.user, secret: ACCOUNTS.hand.secret },
      {
        onPacket: (f) => {
          for (const r of this.recorded.slice(-4)) if (r.events.length < EVENTS_KEPT) r.events.push(f);
        },
        onClosed: () => {},
      },
    );
    this.#run(asterisk);
    this.#run(hand);
    this.#run(bars);
    await this.until('the floor is live', (t) => t.get<{ state: string }>('link', 'asterisk')?.state === 'live');
  }

  #run(source: Source): void {
    const tell = { write: (line: string) => this.#logged(line) };
    this.#running.push(
      source.run({
        sql: this.#sql,
        config: this.#config,
        log: pino({ level: 'debug' }, tell),
        signal: this.#stop.signal,
        reject: async () => {},
        report: () => {},
      }),
    );
  }

  /** The hand says at level debug what it waits for: kept beside what was heard then. */
  #logged(line: string): void {
    const { command, expect, level, msg } = JSON.parse(line) as {
      command?: string;
      expect?: Expect;
      level: number;
      msg: string;
    };
    if (command && expect) this.recorded.push({ command, expect, events: [] });
    else if (level >= 40) console.error(`  ${msg}`);
  }

  async tables(): Promise<Tables> {
    return (await stateAt(this.#sql, await newestCursor(this.#sql), this.#config.zone)).floor;
  }

  async until(what: string, holds: (t: Tables) => boolean, within = WAIT_MS): Promise<Tables> {
    for (const give = performance.now() + within; ; await sleep(100)) {
      const t = await this.tables();
      if (holds(t)) return t;
      if (performance.now() > give) throw new Error(`waited for: ${what}`);
    }
  }

  /** The conversation of a seat, once the floor shows it. */
  async callOf(seat: string): Promise<string> {
    const t = await this.until(`${seat} in a call`, (x) => x.get<SeatLiveRow>('seatLive', seat)?.line === 'in-call');
    return t.get<SeatLiveRow>('seatLive', seat)!.call!;
  }
  async waiting(): Promise<VisitRow> {
    const is = (v: VisitRow): boolean => v.state === 'waiting';
    const t = await this.until('a caller waits', (x) => [...x.all<VisitRow>('visit').values()].some(is));
    return [...t.all<VisitRow>('visit').values()].find(is)!;
  }

  /** Asks as the desk does, and waits until the command has ended. @returns its row, or the refusal's code */
  async steer(input: SteerInput): Promise<FloorCommandRow | string> {
    const decided = decideSteer(await this.tables(), input, { hand: true, recorder: true, prompt: true }, Date.now());
    return decided.ok ? await this.ask(decided.value) : decided.code;
  }

  /** Asks without asking the floor first: a click on what was there a moment ago. */
  async ask(wish: SteerWish): Promise<FloorCommandRow> {
    const asked = await askCommand(this.#sql, wish, `check-${process.pid}-${++this.#key}`, {
      ...this.#by(Date.now()),
    });
    if (!asked.ok) throw new Error(asked.code);
    const { id } = asked.value;
    const t = await this.until(`command ${id} ends`, (x) => {
      const row = x.get<FloorCommandRow>(COMMAND, id);
      return row !== undefined && isEnded(row.state);
    });
    return t.get<FloorCommandRow>(COMMAND, id)!;
  }

  /** Puts a number on the blacklist. @returns its entry */
  async bar(number: string, direction: BarDirection): Promise<string> {
    const now = Date.now();
    const made = await addBar(
      this.#sql,
      { number, direction, reason: 'check', from: now, until: null },
      { source: 'page', requestKey: `check-${process.pid}-${++this.#key}` },
      this.#by(now),
    );
    if (!made.ok) throw new Error(made.code);
    return made.value.id;
  }
  async lift(entry: string): Promise<void> {
    await liftBar(this.#sql, entry, 'check', this.#by(Date.now()));
  }
  /** Waits until the list says that the switch holds a number, or does not. */
  async told(number: string, wanted: boolean): Promise<void> {
    const filter = { text: number, state: 'all', direction: null } as const;
    for (const give = performance.now() + WAIT_MS; ; await sleep(100)) {
      const { entries } = await barList(this.#sql, filter, Date.now(), { limit: 5, offset: 0 });
      if (entries.some((e) => e.told) === wanted) return;
      if (performance.now() > give) throw new Error(`waited for: ${number} ${wanted ? 'held' : 'taken back'}`);
    }
  }
  #by(now: number) {
    return { officer: { account: this.#account, name: 'check' }, now };
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#ear?.close('done');
    await Promise.allSettled(this.#running);
    await this.#sql.end({ timeout: 2 });
  }
}
