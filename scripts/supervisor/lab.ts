import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * A real Asterisk with telephones that send a tone each and measure the tones they hear: the lab of ../shared/asterisk-lab, with
 * the accounts of least privilege that docs/asterisk.md tells.
 */
export const LAB_PORTS = { ami: 15538, sip: 15560, ua: 15561 } as const;
export const ACCOUNTS = {
  reader: { user: 'wf-reader', secret: 'lab-wf-reader' },
  hand: { user: 'wf-hand', secret: 'lab-wf-hand' },
  recorder: { user: 'wf-recorder', secret: 'lab-wf-recorder' },
} as const;
const HERE = 'deny = 0.0.0.0/0.0.0.0\npermit = 127.0.0.1/255.255.255.255\nwritetimeout = 2000';
const MANAGER = `
; added by supervisor:check, as docs/asterisk.md has them
[${ACCOUNTS.reader.user}]
secret = ${ACCOUNTS.reader.secret}
${HERE}
read = system,call,agent,user,reporting,dialplan
write = reporting,config
[${ACCOUNTS.hand.user}]
secret = ${ACCOUNTS.hand.secret}
${HERE}
read = call,agent
write = call,agent,originate,reporting,message
eventfilter = Event: (ChanSpyStart|OriginateResponse|Hangup|HangupRequest|SoftHangupRequest|BridgeEnter|BridgeLeave|DialBegin|DialEnd|BlindTransfer|AttendedTransfer|MixMonitorStart|MixMonitorStop|QueueMemberPause|QueueMemberPenalty|QueueMemberRemoved|QueueCallerAbandon|QueueCallerLeave)
[${ACCOUNTS.recorder.user}]
secret = ${ACCOUNTS.recorder.secret}
${HERE}
read =
write = system
`;

/** What a caller hears whose call is ended with a prompt, and for how long. */
export const END_PROMPT = 'end-prompt@wf-check';
export const PROMPT_S = 4;
const DIAL_PLAN = `
; added by supervisor:check
[wf-check]
exten => end-prompt,1,Playtones(1500)
 same => n,Wait(${PROMPT_S})
 same => n,Hangup()
; a call of a seat that may not be transferred
exten => _10XX,1,Dial(PJSIP/\${EXTEN},20)
; an outside call, unless the number is barred
exten => _8X.,1,GotoIf(\${DB_EXISTS(blacklist-out/\${EXTEN:1})}?barred)
 same => n,Dial(PJSIP/\${EXTEN:1}@pstn,20)
 same => n(barred),Hangup(21)
`;

/** Tone of each telephone, Hz. */
export const TONES: Readonly<Record<string, number>> = {
  caller: 700,
  1001: 500,
  1002: 1100,
  8001: 900,
  8002: 1300,
  prompt: 1500,
  citizen: 1700,
};
const HEARD_FROM = 250;

interface Media {
  clear(): void;
  levels(hz: readonly number[]): Readonly<Record<string, number>>;
}
export interface Phone {
  readonly user: string;
  readonly state: string;
  media?: Media;
  ring(): void;
  answer(): void;
  reject(code: number): void;
  bye(): void;
}
interface Farm {
  start(): Promise<Farm>;
  stop(): void;
  register(user: string, expires: number): Promise<unknown>;
  call(user: string, exten: string, options: { freq: number }): Phone;
  newMedia(hz: number): Media;
  on(name: 'invite', listener: (phone: Phone) => void): void;
  onMsg(packet: Buffer): void;
  readonly dialogs: ReadonlyMap<string, Phone>;
}
export interface LabAmi {
  connect(): Promise<unknown>;
  action(headers: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>>;
  end(): void;
}

const run = promisify(execFile);

export class Lab {
  readonly #folder: string;
  readonly #work: string;
  readonly #wasUp: boolean;
  readonly farm: Farm;
  readonly ami: LabAmi;
  /** Telephones in a call, by number. */
  readonly phones = new Map<string, Phone>();
  /** Numbers whose telephone rings and is not answered, or says busy. */
  readonly silent = new Set<string>();
  readonly busy = new Set<string>();
  /** Numbers that are refused, with the network's answer. */
  readonly refusing = new Map<string, number>();
  /** Texts that telephones were sent. */
  readonly messages: string[] = [];

  /**
   * @param folder the lab's scripts
   * @param work where its Asterisk is kept (LAB of asterisk-up.sh)
   */
  static async up(folder: string, work: string): Promise<Lab> {
    const { stdout } = await run(join(folder, 'asterisk-up.sh'), ['up', 'a'], {
      env: { ...process.env, LAB: work },
      maxBuffer: 64 * 1024 * 1024,
    });
    const lab = new Lab(folder, work, stdout.includes('already running'));
    await lab.#begin();
    return lab;
  }

  private constructor(folder: string, work: string, wasUp: boolean) {
    this.#folder = folder;
    this.#work = work;
    this.#wasUp = wasUp;
    const load = createRequire(join(folder, 'bin/actions.js'));
    const { Farm } = load('./sipfarm.js') as { Farm: new (o: object) => Farm };
    const { Ami } = load('./ami-mini.js') as { Ami: new (o: object) => LabAmi };
    this.farm = new Farm({ port: LAB_PORTS.ua, serverPort: LAB_PORTS.sip, mediaBase: 30_000 });
    this.ami = new Ami({ port: LAB_PORTS.ami, user: 'wallboard', secret: 'lab-wallboard', events: 'off', tag: 'lab' });
  }

  get #home(): string {
    return join(this.#work, 'root-sid/lab/a');
  }
  recordingBytes(file: string): number {
    return statSync(join(this.#home, 'spool/monitor', file), { throwIfNoEntry: false })?.size ?? 0;
  }

  async #cli(command: string): Promise<string> {
    const { stdout } = await run(join(this.#folder, 'asterisk-up.sh'), ['cli', 'a', command], {
      env: { ...process.env, LAB: this.#work },
    });
    return stdout;
  }

  async #begin(): Promise<void> {
    const manager = join(this.#home, 'etc/manager.conf');
    const text = readFileSync(manager, 'utf8');
    if (!text.includes(ACCOUNTS.hand.user)) writeFileSync(manager, text + MANAGER);
    const queues = join(this.#home, 'etc/queues.conf');
    // one call after the other, without waiting for after-call work
    writeFileSync(queues, readFileSync(queues, 'utf8').replace(/^wrapuptime=\d+$/gm, 'wrapuptime=0'));
    const plan = join(this.#home, 'etc/extensions.conf');
    if (!readFileSync(plan, 'utf8').includes('[wf-check]')) writeFileSync(plan, readFileSync(plan, 'utf8') + DIAL_PLAN);
    await this.#cli('dialplan reload');
    await this.#cli('manager reload');
    await this.#cli('queue reload all');
    await this.ami.connect();
    await this.ami.action({ Action: 'ModuleLoad', LoadType: 'load', Module: 'res_pjsip_messaging.so' });
    await this.farm.start();
    this.#hearMessages();
    this.farm.on('invite', (phone) => this.#ring(phone));
    for (const user of ['1001', '1002', '8001', '8002']) {
      await this.farm.register(user, 3600);
      await this.#isThere(user);
    }
    // 1001 alone takes the calls
    for (const seat of ['1002', '1003', '1004', '1009', '1010'])
      await this.ami.action({ Action: 'QueuePause', Interface: `PJSIP/${seat}`, Queue: 'consult', Paused: 'true' });
    await this.ami.action({ Action: 'QueuePause', Interface: 'PJSIP/1001', Paused: 'false' });
  }

  /** A telephone that has just registered is away until the switch has heard from it. */
  async #isThere(user: string): Promise<void> {
    for (let i = 0; i < 150; i++) {
      const f = await this.ami.action({ Action: 'Getvar', Variable: `DEVICE_STATE(PJSIP/${user})` });
      if (f.Value !== 'UNAVAILABLE' && f.Value !== 'INVALID') return;
      await sleep(100);
    }
    throw new Error(`telephone ${user} did not register`);
  }

  #ring(phone: Phone): void {
    phone.media = this.farm.newMedia(TONES[phone.user] ?? TONES.citizen!);
    this.phones.set(phone.user, phone);
    if (this.busy.has(phone.user)) return phone.reject(486);
    const refusal = this.refusing.get(phone.user);
    if (refusal !== undefined) return phone.reject(refusal);
    phone.ring();
    if (!this.silent.has(phone.user)) setTimeout(() => phone.answer(), 300);
  }

  #hearMessages(): void {
    const hear = this.farm.onMsg.bind(this.farm);
    this.farm.onMsg = (packet) => {
      const text = packet.toString('utf8');
      if (text.startsWith('MESSAGE ')) this.messages.push(text.slice(text.indexOf('\r\n\r\n') + 4));
      hear(packet);
    };
  }

  /** A citizen calls the queue and 1001 answers. */
  async queueCall(number = '10000000099'): Promise<Phone> {
    const caller = this.call(number);
    for (let i = 0; i < 100 && this.phones.get('1001')?.state !== 'up'; i++) await sleep(100);
    if (this.phones.get('1001')?.state !== 'up') throw new Error('1001 did not get the call');
    await sleep(500);
    return caller;
  }

  /** A call that the dial plan gives 1001 without the options that allow a transfer. */
  async plainCall(): Promise<void> {
    await this.ami.action({
      Action: 'Originate',
      Channel: 'PJSIP/8002',
      Context: 'wf-check',
      Exten: '1001',
      Priority: '1',
      Async: 'true',
    });
    await this.inState('1001', 'up');
    await sleep(500);
  }

  /** A telephone of the house dials. */
  async originate(phone: string, exten: string, context = 'agents'): Promise<void> {
    await this.ami.action({
      Action: 'Originate',
      Channel: `PJSIP/${phone}`,
      Context: context,
      Exten: exten,
      Priority: '1',
      Async: 'true',
    });
  }

  /** Numbers in a family of the switch's database. */
  async database(family: string): Promise<string[]> {
    const text = await this.#cli(`database show ${family}`);
    return [...text.matchAll(/^\/[\w-]+\/(\S+)/gm)].map((m) => m[1]!);
  }

  /**
   * Puts lines in place of the strategy and members of a queue's section, and loads the queues again; unlike `queue reload all`
   * this is told to managers.
   * @returns the lines that stood there
   */
  async queueLines(queue: string, lines: readonly string[]): Promise<string[]> {
    const file = join(this.#home, 'etc/queues.conf');
    const old: string[] = [];
    const text = readFileSync(file, 'utf8').replace(
      new RegExp(`^\\[${queue}\\].*\\n(?:(?!\\[).*\\n?)*`, 'm'),
      (section) => {
        const kept = section.split('\n').filter((l) => {
          const ours = /^(strategy|member)\s*=/.test(l);
          if (ours) old.push(l);
          return !ours && l !== '';
        });
        return `${[...kept, ...lines].join('\n')}\n`;
      },
    );
    writeFileSync(file, text);
    await this.#cli('module reload app_queue.so');
    return old;
  }

  /** Waits until a telephone is in a state: ringing, up, ended. */
  async inState(phone: string, state: string): Promise<void> {
    for (let i = 0; i < 100 && this.phones.get(phone)?.state !== state; i++) await sleep(100);
    const is = this.phones.get(phone)?.state;
    if (is !== state) throw new Error(`${phone} is ${is ?? 'in no call'}, not ${state}`);
  }

  /** A citizen calls the queue. */
  call(number: string): Phone {
    const caller = this.farm.call(number, '7001', { freq: TONES.caller! });
    this.phones.set('caller', caller);
    return caller;
  }

  /** Whose tones each of these telephones hears: '1001+caller', 'silence', or its state when it is in no call. */
  async hear(...who: readonly string[]): Promise<Record<string, string>> {
    for (const w of who) this.phones.get(w)?.media?.clear();
    await sleep(1300);
    const hz = Object.values(TONES);
    return Object.fromEntries(
      who.map((w) => {
        const phone = this.phones.get(w);
        if (!phone?.media || phone.state !== 'up') return [w, phone?.state ?? 'none'];
        const levels = phone.media.levels(hz);
        const heard = Object.entries(TONES).filter(([, f]) => (levels[f] ?? 0) > HEARD_FROM);
        return [w, heard.map(([name]) => name).join('+') || 'silence'];
      }),
    );
  }

  /** Ends every call and forgets the telephones. */
  async clear(): Promise<void> {
    this.silent.clear();
    this.busy.clear();
    this.refusing.clear();
    for (const d of [...this.farm.dialogs.values()]) d.bye();
    await sleep(600);
    await this.ami.action({ Action: 'Hangup', Channel: '/^.*$/' }).catch(() => ({}));
    await sleep(400);
    this.phones.clear();
  }

  /** Stops what this check began; an Asterisk that ran before goes on. */
  async down(): Promise<void> {
    this.ami.end();
    this.farm.stop();
    if (this.#wasUp) return;
    await run(join(this.#folder, 'asterisk-up.sh'), ['down', 'a'], { env: { ...process.env, LAB: this.#work } });
  }
}
