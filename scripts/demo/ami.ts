/** The demo's switch: the telephone floor of floor-model.ts behind a manager interface on a real socket. */
import { pino } from 'pino';
import { parseConfig } from '#domain/config.ts';
import { cityDay, HOUR, MINUTE } from '#domain/time.ts';
import { AmiServer, coreStatus, type AmiAction, type AmiReply, type Lines } from '#scripts/ami-server/server.ts';
import { connect } from '#store/db.ts';
import { DemoActs } from './ami-acts.ts';
import { DemoDials } from './ami-dials.ts';
import { AmiVoice } from './ami-voice.ts';
import { channelListed, memberLines, registeredLine } from './ami-words.ts';
import { demoDay } from './anchor.ts';
import type { ModelCall } from './floor-events.ts';
import { callId } from './floor-facts.ts';
import { FloorModel } from './floor-model.ts';
import { QUEUES } from './floor-plan.ts';

/** Events nearer than this go out together; the loop sleeps otherwise. */
const STEP_MS = 20;

const STARTED = Date.now();
/** A switch that starts twice within a second must not give two calls one uniqueid: its numbers begin at its millisecond. */
const FIRST_NO = STARTED % 100_000;
const FIRST_LEG = 10_000_000 + FIRST_NO;
const FIRST_DIAL_LEG = 50_000_000 + FIRST_NO;
const { config, mistakes } = parseConfig(process.env);
const log = pino({ name: 'demo-ami', level: config.logLevel });
if (mistakes.length > 0) {
  for (const m of mistakes) log.fatal(m);
  process.exit(2);
}

/** One folder a day, as the simulated recorder keeps them (recordings.ts). */
const fileOf = (call: ModelCall): string =>
  `${config.recordingsSwitchDir}/${cityDay(call.arrivedAt, config.zone).replaceAll('-', '/')}/${callId(call)}.wav`;

class DemoSwitch {
  readonly model: FloorModel;
  readonly voice: AmiVoice;
  readonly dials: DemoDials;
  readonly acts: DemoActs;

  constructor(
    model: (tell: ConstructorParameters<typeof FloorModel>[0]['tell']) => FloorModel,
    send: (text: string) => void,
  ) {
    this.voice = new AmiVoice(send, FIRST_LEG, fileOf);
    this.model = model((e) => this.voice.tell(e));
    this.dials = new DemoDials(this.model, this.voice, FIRST_DIAL_LEG);
    this.acts = new DemoActs(this.model, this.voice, this.dials);
  }

  action({ name, fields }: AmiAction, reply: AmiReply): void {
    this.model.advance(Date.now());
    if (this.acts.action(name, fields, reply)) return this.voice.settle();
    switch (name) {
      case 'queuestatus':
        return reply.list('Queue status will follow', this.#queueStatus(fields.get('queue')), 'QueueStatusComplete');
      case 'coreshowchannels':
        return reply.list(
          'Channels will follow',
          [...this.voice.channels(Date.now()), ...this.dials.channels.map((c) => channelListed(c, Date.now()))],
          'CoreShowChannelsComplete',
        );
      case 'pjsipshowregistrationinboundcontactstatuses':
        return reply.list(
          'Following are ContactStatusEvents for each Inbound registration',
          this.model.seats.map((s) => registeredLine(s.plan.no)),
          'ContactStatusDetailComplete',
        );
      case 'getconfig':
        return this.#config(fields, reply);
      case 'corestatus':
        return reply.success('', coreStatus(STARTED));
      case 'bridgelist':
        return reply.list('Bridge listing will follow', [], 'BridgeListComplete');
      case 'devicestatelist':
        return reply.list('Device State Changes will follow', [], 'DeviceStateListComplete');
      case 'confbridgelistrooms':
        return reply.error('No active conferences.');
      case 'userevent':
        return this.#userEvent(fields, reply);
      default:
        return reply.error('Invalid/unknown command: the demo switch does not know it.');
    }
  }

  #queueStatus(only: string | undefined): Lines[] {
    const out: Lines[] = [];
    for (const q of QUEUES) {
      if (only !== undefined && only !== '' && only !== q.id) continue;
      const waiting = this.model.waiting.get(q.id)!;
      out.push([
        ['Event', 'QueueParams'],
        ['Queue', q.id],
        ['Max', 0],
        ['Strategy', 'leastrecent'],
        ['Calls', waiting.length],
        ['Holdtime', 0],
        ['TalkTime', 0],
        ['Completed', 0],
        ['Abandoned', 0],
        ['ServiceLevel', q.serviceLevelS],
        ['ServicelevelPerf', '0.0'],
        ['ServicelevelPerf2', '0.0'],
        ['Weight', 0],
      ]);
      for (const seat of this.model.seats) {
        const penalty = seat.plan.queues[q.id];
        if (penalty === undefined || seat.state === 'off') continue;
        const device = `PJSIP/${seat.plan.no}`;
        out.push([
          ['Event', 'QueueMember'],
          ['Queue', q.id],
          ['Name', seat.plan.name],
          ['Location', device],
          ['StateInterface', device],
          ...memberLines(seat, q.id, penalty),
          ['Wrapuptime', 0],
        ]);
      }
      waiting.forEach((call, i) => {
        const channel = this.voice.channelOf(call);
        if (channel)
          out.push([
            ['Event', 'QueueEntry'],
            ['Queue', q.id],
            ['Position', i + 1],
            ['Channel', channel.name],
            ['Uniqueid', channel.uniqueid],
            ['CallerIDNum', call.caller],
            ['CallerIDName', 'unknown'],
            ['ConnectedLineNum', 'unknown'],
            ['ConnectedLineName', 'unknown'],
            ['Wait', Math.floor((Date.now() - call.joinedAt) / 1000)],
            ['Priority', this.model.priorityOf(call)],
          ]);
      });
    }
    return out;
  }

  #config(fields: ReadonlyMap<string, string>, reply: AmiReply): void {
    if (fields.get('filename') !== 'queues.conf') return reply.error('Config file not found');
    const wanted = fields.get('category');
    const queues = QUEUES.filter((q) => wanted === undefined || wanted === '' || wanted === q.id);
    if (queues.length === 0) return reply.error('No category found');
    const lines: [string, string | number][] = [];
    queues.forEach((q, i) => {
      const n = String(i).padStart(6, '0');
      lines.push(
        [`Category-${n}`, q.id],
        [`Line-${n}-000000`, `wrapuptime=${q.wrapUpS}`],
        [`Line-${n}-000001`, `servicelevel=${q.serviceLevelS}`],
      );
    });
    reply.success('', lines);
  }

  /** `UserEvent: DemoSurge` with Queue, Factor, Minutes: more callers for a while. */
  #userEvent(fields: ReadonlyMap<string, string>, reply: AmiReply): void {
    if (fields.get('userevent') !== 'DemoSurge') return reply.success('Event Sent');
    const queue = QUEUES.find((q) => q.id === fields.get('queue'));
    const factor = Number(fields.get('factor') ?? 5);
    const minutes = Number(fields.get('minutes') ?? 15);
    if (!queue || !(factor > 0 && factor <= 20) || !(minutes > 0 && minutes <= 240))
      return reply.error('DemoSurge needs Queue, Factor (0–20) and Minutes (0–240)');
    this.model.surge(queue.id, factor, minutes * MINUTE);
    log.info({ queue: queue.id, factor, minutes }, 'surge');
    reply.success('Event Sent');
  }
}

const sql = connect(config.databaseUrl, { max: 1, name: 'watchfloor-demo-ami' });
const shape = await demoDay(sql, Date.now(), config.zone);
await sql.end({ timeout: 1 });

const server = new AmiServer({
  port: config.demoAmiPort,
  accounts: {
    [config.amiUser]: config.amiSecret || 'simulated',
    [config.amiHandUser || 'watchfloor-hand']: config.amiHandSecret || 'simulated',
    [config.amiRecorderUser || 'watchfloor-recorder']: config.amiRecorderSecret || 'simulated',
  },
  backend: { action: (a, reply) => demo.action(a, reply), booted: () => true },
  now: Date.now,
});
// the floor has been open for two hours when the first manager logs in: calls are under way
const demo = new DemoSwitch(
  (tell) => new FloorModel({ seed: config.demoSeed, start: Date.now() - 2 * HOUR, shape, tell, firstNo: FIRST_NO }),
  (text) => server.send(text),
);
demo.model.advance(Date.now());
await server.listen().catch((e: unknown) => {
  log.fatal({ err: e }, `cannot listen on port ${config.demoAmiPort} (option DEMO_AMI_PORT)`);
  process.exit(1);
});
log.info({ port: config.demoAmiPort, seats: demo.model.seats.length, queues: QUEUES.length }, 'ready');

let timer: NodeJS.Timeout;
function go(): void {
  demo.model.advance(Date.now());
  demo.acts.settle();
  demo.voice.settle();
  timer = setTimeout(go, Math.max(STEP_MS, Math.min(1000, demo.model.nextAt - Date.now())));
}
go();

for (const s of ['SIGTERM', 'SIGINT'] as const)
  process.once(s, () => {
    clearTimeout(timer);
    void server.close('end').then(() => process.exit(0));
    setTimeout(() => process.exit(0), 1000).unref();
  });
