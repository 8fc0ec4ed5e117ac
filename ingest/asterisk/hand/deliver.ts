import { setTimeout as sleep } from 'node:timers/promises';
import { accept, refuse, type Result } from '#domain/result.ts';
import { isAboutCall, isAboutNumber, type SteerCode, type SteerWish } from '#domain/steer/rows.ts';
import type { Outcome } from '#store/floor-commands.ts';
import { AmiError, openAmi, type AmiTarget } from '../client.ts';
import type { AmiFields } from '../fields.ts';
import { confirm, DONE, settles, type Expect, type Verdict } from './confirm.ts';
import type { HandLine } from './line.ts';
import { entryOf, legsOf, seatLeg } from './look.ts';
import { deviceFor, type HandSettings, type Plan, type Sight, type Step } from './plan.ts';

/** How the switch says that the channel is gone; it speaks so in every action a little differently. */
const NO_EXTENSION = /extension does not exist|did not find (extension|context)/i;
const NO_CHANNEL = /no such channel|channel (does not|doesn't) exist|channel not (found|existent)|no channel/i;
const LOOK_AGAIN_MS = 500;

/** The accounts that act: the hand's own line, and one that is opened only to start a recording. */
export interface Hands {
  readonly line: HandLine;
  readonly recorder: AmiTarget | null;
}

/** Asks the switch what it needs to know before acting. @throws AmiError */
export async function look(
  line: HandLine,
  wish: SteerWish,
  recording: string | null,
  settings: HandSettings,
): Promise<Sight> {
  const { ami } = line;
  const aboutCall = isAboutCall(wish.kind);
  const [channels, queues, phone, exten] = await Promise.all([
    aboutCall ? ami.list('CoreShowChannels', {}) : [],
    aboutCall || isAboutNumber(wish.kind) ? [] : ami.list('QueueStatus', {}),
    wish.phone === null ? '' : deviceState(line, deviceFor(settings.phone, wish.phone)),
    hasExtension(line, extensionFor(wish, settings)),
  ]);
  return { channels, queues, phone, exten, recording: await recordingNumber(line, wish, channels, recording) };
}

/** The switch's number of a recording that is to end: it stands in a variable of the seat's leg. */
async function recordingNumber(
  line: HandLine,
  wish: SteerWish,
  channels: readonly AmiFields[],
  variable: string | null,
): Promise<string | null> {
  if (variable === null) return null;
  const leg = seatLeg(legsOf(channels), wish.seat ?? '', wish.call ?? '');
  if (!leg.ok) return null;
  const f = await line.ami.action('Getvar', { Channel: leg.value.channel, Variable: variable });
  return f.value || null;
}

/** Where a call is sent by a kind whose failure the switch would not tell; null: nowhere. */
function extensionFor(wish: SteerWish, settings: HandSettings): string | null {
  if (wish.kind === 'end-with-prompt') return settings.endPrompt;
  return wish.kind === 'transfer-attended' ? `${wish.to}@${settings.context}` : null;
}

async function hasExtension(line: HandLine, place: string | null): Promise<boolean> {
  if (place === null) return true;
  const [Extension = '', Context = ''] = place.split('@');
  try {
    return (await line.ami.list('ShowDialPlan', { Extension, Context })).length > 0;
  } catch (e) {
    if (e instanceof AmiError && e.code === 'refused' && NO_EXTENSION.test(e.message)) return false;
    throw e;
  }
}

async function deviceState(line: HandLine, device: string): Promise<string> {
  const f = await line.ami.action('Getvar', { Variable: `DEVICE_STATE(${device})` });
  return f.value ?? '';
}

export interface Delivered extends Outcome {
  /** What undoing it needs. */
  readonly handle: string | null;
}

/**
 * Tells the switch, once, and waits until it is seen to have done it, or not, or until nobody can know any more.
 * Never throws for what the switch does.
 */
export async function deliver(plan: Plan, { line, recorder }: Hands): Promise<Delivered> {
  const watch = new Watch(plan.expect, line);
  try {
    for (const [i, step] of plan.steps.entries()) {
      const told = await tell(step, line, recorder);
      if (!told.ok) {
        // what the switch was seen to do counts more than an answer that did not come
        const seen = watch.verdict;
        if (seen) return outcome(plan, seen);
        return i === 0 || told.value.state === 'unheard'
          ? { ...told.value, handle: null }
          : { state: 'failed', code: 'partly', detail: told.value.detail, handle: null };
      }
    }
    return outcome(plan, await ended(plan, watch, line));
  } finally {
    watch.stop();
  }
}

const outcome = (plan: Plan, v: Verdict): Delivered => ({
  state: v.state,
  code: v.code,
  detail: v.state === 'confirmed' ? plan.detail : v.detail,
  // a call that was dialled is the same call also where nobody answered it
  handle: v.state === 'confirmed' || plan.expect.kind === 'dialled' ? (plan.handle ?? null) : null,
});

type Told = { readonly ok: true } | { readonly ok: false; readonly value: Outcome };

async function tell(step: Step, line: HandLine, recorder: AmiTarget | null): Promise<Told> {
  try {
    if (!step.byRecorder) await line.ami.action(step.action, step.headers);
    else if (recorder) await once(recorder, step);
    else return { ok: false, value: { state: 'refused', code: 'no-recorder', detail: '' } };
    return { ok: true };
  } catch (e) {
    if (!(e instanceof AmiError)) throw e;
    return { ok: false, value: refusal(e) };
  }
}

/** An account with system rights is connected only while it is needed. */
async function once(target: AmiTarget, step: Step): Promise<void> {
  const ami = await openAmi(target, { onPacket: () => {}, onClosed: () => {} });
  try {
    await ami.action(step.action, step.headers);
  } finally {
    ami.close('done');
  }
}

/** What an error of the connection says about the command. */
export function refusal(e: AmiError): Outcome {
  const refused = (code: SteerCode): Outcome => ({ state: 'refused', code, detail: e.message });
  switch (e.code) {
    case 'refused':
      if (NO_EXTENSION.test(e.message)) return refused('called-unreachable');
      return NO_CHANNEL.test(e.message) ? { ...refused('call-ended'), detail: '' } : refused('switch-refused');
    case 'unsafe':
      return refused('switch-refused');
    case 'login':
      return refused('hand-login');
    case 'unreachable':
      return refused('switch-away');
    case 'closed':
      return { state: 'unheard', code: 'link-lost', detail: '' };
    case 'timeout':
      return { state: 'unheard', code: 'no-word', detail: '' };
  }
}

async function ended(plan: Plan, watch: Watch, line: HandLine): Promise<Verdict> {
  if (plan.expect.kind === 'untold') return { state: 'unheard', code: 'delivery-untold', detail: '' };
  if (plan.expect.kind === 'priority') return priorityTaken(plan.expect, plan.withinMs, line);
  return watch.within(plan.withinMs);
}

/** The switch tells a caller's priority in its list alone. */
async function priorityTaken(
  expect: Extract<Expect, { kind: 'priority' }>,
  withinMs: number,
  line: HandLine,
): Promise<Verdict> {
  const until = performance.now() + withinMs;
  for (;;) {
    const read = await listed(line, expect.queue);
    if (!read.ok) return { state: 'unheard', code: read.code, detail: '' };
    const entry = entryOf(read.value, expect.queue, expect.uniqueid);
    if (!entry) return { state: 'failed', code: 'caller-gone', detail: '' };
    if (entry.priority === expect.priority) return DONE;
    if (performance.now() > until) return { state: 'unheard', code: 'no-word', detail: '' };
    await sleep(LOOK_AGAIN_MS);
  }
}

async function listed(line: HandLine, queue: string): Promise<Result<AmiFields[], 'link-lost' | 'no-word'>> {
  try {
    return accept(await line.ami.list('QueueStatus', { Queue: queue }));
  } catch (e) {
    if (!(e instanceof AmiError)) throw e;
    return refuse(e.code === 'closed' ? 'link-lost' : 'no-word', e.message);
  }
}

/** Listens from before the action is sent until it is known how it ended. */
class Watch {
  #expect: Expect;
  #verdict: Verdict | null = null;
  #known: () => void = () => {};
  #settling: NodeJS.Timeout | undefined;
  readonly #stop: () => void;

  constructor(expect: Expect, line: HandLine) {
    this.#expect = expect;
    this.#settle(expect);
    this.#stop = line.listen(
      (f) => {
        if (this.#verdict) return;
        const step = confirm(this.#expect, f);
        if (step.expect !== this.#expect) this.#settle(step.expect);
        if (step.verdict) this.#end(step.verdict);
      },
      () => this.#end({ state: 'unheard', code: 'link-lost', detail: '' }),
    );
  }

  #settle(expect: Expect): void {
    this.#expect = expect;
    clearTimeout(this.#settling);
    const end = settles(expect);
    if (end) this.#settling = setTimeout(() => this.#end(end.verdict), end.afterMs);
  }

  get verdict(): Verdict | null {
    return this.#verdict;
  }

  #end(verdict: Verdict): void {
    this.#verdict ??= verdict;
    this.#known();
  }

  async within(ms: number): Promise<Verdict> {
    if (!this.#verdict) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((r) => {
        this.#known = r;
        timer = setTimeout(r, ms);
      });
      clearTimeout(timer);
    }
    return this.#verdict ?? { state: 'unheard', code: 'no-word', detail: '' };
  }

  stop(): void {
    clearTimeout(this.#settling);
    this.#stop();
  }
}
