import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '#domain/config.ts';
import type { SteerCode } from '#domain/steer/rows.ts';
import { SECOND } from '#domain/time.ts';
import {
  abandonSent,
  askedCommands,
  COMMAND_CHANNEL,
  moveCommand,
  recordingOf,
  type AskedCommand,
  type Outcome,
} from '#store/floor-commands.ts';
import type { Source, SourceContext } from '../../source.ts';
import { AmiError, type AmiTarget } from '../client.ts';
import { deliver, look, refusal, type Hands } from './deliver.ts';
import { HandLine, pause } from './line.ts';
import { planOf, type HandSettings } from './plan.ts';

/** Under way at once; what is beyond waits, and expires if it waits too long. */
const AT_ONCE = 32;
const READ_AT_MOST = 50;
const BEAT = SECOND;
const WRITE_AGAIN_MS = 500;
const WRITE_TRIES = 240;
/** What is under way when the process stops may still be seen to end. */
const STOP_WITHIN = 2 * SECOND;

/** The supervisors' hand: commands that were asked for → actions of the switch → what came of them (README.md of this folder). */
export const hand: Source = {
  name: 'hand',
  enabled: (config) => config.amiHost !== '',
  run: (context) => new Hand(context).run(),
};

const settingsOf = (c: Config): HandSettings => ({
  context: c.amiDialContext,
  phone: c.amiPhoneDevice,
  outside: c.amiOutsidePrefix,
  endPrompt: c.amiEndPromptExten,
  messageTo: c.amiMessageTo,
  messageFrom: c.amiMessageFrom,
});

class Hand {
  readonly #c: SourceContext;
  readonly #run = randomBytes(4).toString('hex');
  readonly #settings: HandSettings;
  readonly #hands: Hands;
  readonly #isGiven: boolean;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #figures: Record<Outcome['state'], number> = { sent: 0, confirmed: 0, refused: 0, failed: 0, unheard: 0 };
  #wake: () => void = () => {};
  #rung = true;

  constructor(context: SourceContext) {
    this.#c = context;
    const { config, log } = context;
    this.#settings = settingsOf(config);
    this.#isGiven = config.amiHandUser !== '';
    const target = (user: string, secret: string): AmiTarget => ({
      host: config.amiHost,
      port: config.amiPort,
      user,
      secret,
    });
    this.#hands = {
      line: new HandLine(target(config.amiHandUser, config.amiHandSecret), log, () => this.#ring()),
      recorder: config.amiRecorderUser === '' ? null : target(config.amiRecorderUser, config.amiRecorderSecret),
    };
  }

  async run(): Promise<void> {
    const { sql, signal, log } = this.#c;
    const left = await abandonSent(sql, this.#run, Date.now());
    if (left > 0) log.warn({ left }, 'commands of a hand before this one: nobody knows how they ended');
    const listening = sql.listen(
      COMMAND_CHANNEL,
      () => this.#ring(),
      () => this.#ring(),
    );
    listening.catch(() => {}); // the beat reads without it; the driver listens again when it reconnects
    const beat = setInterval(() => this.#ring(), BEAT);
    const stop = (): void => this.#ring();
    signal.addEventListener('abort', stop);
    const line = this.#isGiven ? this.#hands.line.run(signal) : Promise.resolve();
    try {
      await Promise.race([this.#loop(), line.then(() => new Promise<never>(() => {}))]);
    } finally {
      clearInterval(beat);
      signal.removeEventListener('abort', stop);
      await Promise.race([Promise.all(this.#underWay.values()), sleep(STOP_WITHIN)]);
      await listening.then((l) => l.unlisten()).catch(() => {});
    }
  }

  #ring(): void {
    this.#rung = true;
    this.#wake();
  }

  async #loop(): Promise<void> {
    const { signal } = this.#c;
    while (!signal.aborted) {
      if (!this.#rung) await new Promise<void>((r) => (this.#wake = r));
      this.#rung = false;
      this.#report();
      let asked: AskedCommand[];
      try {
        asked = await askedCommands(this.#c.sql, READ_AT_MOST);
      } catch (e) {
        this.#c.log.warn({ err: e }, 'asked commands could not be read');
        await pause(BEAT, signal);
        this.#rung = true;
        continue;
      }
      for (const command of asked) this.#begin(command);
    }
  }

  #begin(command: AskedCommand): void {
    if (this.#underWay.has(command.id)) return;
    const code = this.#cannot(command);
    if (code === 'wait' || this.#underWay.size >= AT_ONCE) return;
    const work = (code === null ? this.#carryOut(command) : this.#move(command.id, 'asked', refused(code)))
      .then(() => {})
      .catch((e: unknown) => this.#c.log.error({ err: e, command: command.id }, 'a command could not be carried out'))
      .finally(() => {
        this.#underWay.delete(command.id);
        this.#ring();
      });
    this.#underWay.set(command.id, work);
  }

  /** Why a command is not begun now; null: it can be. */
  #cannot({ expired }: AskedCommand): SteerCode | 'wait' | null {
    if (!this.#isGiven) return 'no-hand';
    const { state } = this.#hands.line;
    if (state === 'refused') return 'hand-login';
    if (state === 'closed') return expired ? 'switch-away' : 'wait';
    return expired ? 'expired' : null;
  }

  async #carryOut({ id, wish }: AskedCommand): Promise<void> {
    const recording = wish.kind === 'stop-recording' && wish.call ? await recordingOf(this.#c.sql, wish.call) : null;
    const plan = await this.#plan(id, wish, recording);
    if ('state' in plan) return void (await this.#move(id, 'asked', plan));
    if (!(await this.#take(id))) return;
    this.#c.log.debug({ command: id, expect: plan.expect }, 'sent');
    const { handle, ...outcome } = await deliver(plan, this.#hands);
    await this.#move(id, 'sent', outcome, handle);
  }

  /** From here on it counts as sent: whatever happens to this process, nobody sends it again. */
  async #take(id: string): Promise<boolean> {
    try {
      return await this.#move(id, 'asked', { state: 'sent', code: null, detail: '' });
    } catch (e) {
      this.#c.log.warn({ err: e, command: id }, 'a command could not be taken');
      // the database may have written it and not been able to say so
      await this.#move(id, 'sent', refused('expired'));
      return false;
    }
  }

  async #plan(id: string, wish: AskedCommand['wish'], recording: string | null) {
    try {
      const sight = await look(this.#hands.line, wish, recording, this.#settings);
      const plan = planOf(wish, id, this.#run, sight, this.#settings);
      return plan.ok ? plan.value : refused(plan.code, plan.reason);
    } catch (e) {
      if (!(e instanceof AmiError)) throw e;
      const why = refusal(e);
      // nothing was sent yet
      return why.state === 'unheard' ? refused('switch-away', e.message) : why;
    }
  }

  /** Writes what became of a command; a database that is away is waited for, because the switch has acted already. */
  async #move(id: string, from: 'asked' | 'sent', outcome: Outcome, handle: string | null = null): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        const moved = await moveCommand(this.#c.sql, id, [from], outcome, { hand: this.#run, at: Date.now(), handle });
        if (moved) this.#figures[outcome.state]++;
        return moved;
      } catch (e) {
        // before it was sent the wish may as well expire
        if (from === 'asked' || attempt >= WRITE_TRIES) throw e;
        this.#c.log.warn({ err: e, command: id }, 'the end of a command could not be written yet');
        await sleep(WRITE_AGAIN_MS);
      }
    }
  }

  #report(): void {
    const { state } = this.#hands.line;
    const detail = { ...this.#figures, underWay: this.#underWay.size };
    if (!this.#isGiven) this.#c.report('live', { ...detail, reason: 'no account for actions (AMI_HAND_USER)' });
    else if (state === 'open') this.#c.report('live', detail);
    else this.#c.report('away', { ...detail, reason: state === 'refused' ? 'the login was refused' : 'not connected' });
  }
}

const refused = (code: SteerCode, detail = ''): Outcome => ({ state: 'refused', code, detail });
