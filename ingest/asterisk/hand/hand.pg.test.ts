import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { parseConfig } from '#domain/config.ts';
import type { SteerWish } from '#domain/steer/rows.ts';
import { AmiServer, eventText, type AmiAction, type AmiReply, type Lines } from '#scripts/ami-server/server.ts';
import { freePort } from '#scripts/replay/ingest-process.ts';
import { askCommand, commandById, moveCommand } from '#store/floor-commands.ts';
import { testDatabase } from '#tests/support/database.ts';
import { isOfHand } from '../fields.ts';
import { hand } from './index.ts';

const { sql } = await testDatabase();
const [account] = await sql<{ id: number }[]>`
  insert into account (login, name, role, password_hash) values ('banzhang', '班长', 'supervisor', 'x') returning id`;
const by = { officer: { account: account!.id, name: '班长' }, now: Date.now() };
const WISH: SteerWish = {
  kind: 'set-busy',
  seat: '1001',
  call: null,
  visit: null,
  queue: null,
  phone: null,
  to: null,
  reason: '培训',
  text: null,
  priority: null,
  penalty: null,
};
const CALL = { ...WISH, call: 'c1', reason: null } as const;

/** A switch that knows one seat in two queues and one call, does what the test says, and keeps what it was told. */
class Switch {
  readonly heard: AmiAction[] = [];
  answer: (a: AmiAction, reply: AmiReply) => void = (_a, reply) => reply.success('ok');
  phone = 'NOT_INUSE';
  readonly port: number;
  readonly #server: AmiServer;
  constructor(port: number) {
    this.port = port;
    this.#server = new AmiServer({
      port,
      accounts: { hand: 's' },
      now: Date.now,
      backend: { booted: () => true, action: (a, reply) => this.#action(a, reply) },
    });
  }
  /** Actions that change something, as they were told. */
  get acts(): string[] {
    return this.heard.filter((a) => !/^(queuestatus|coreshowchannels|getvar)$/.test(a.name)).map((a) => a.name);
  }
  listen = (): Promise<void> => this.#server.listen();
  close = (): Promise<void> => this.#server.close('destroy');
  say(name: string, lines: Lines): void {
    this.#server.send(eventText(name, lines));
  }
  paused(queue: string, paused: '0' | '1', reason: string): void {
    this.say('QueueMemberPause', [
      ['Queue', queue],
      ['Interface', 'PJSIP/1001'],
      ['Paused', paused],
      ['PausedReason', reason],
    ]);
  }
  #action(a: AmiAction, reply: AmiReply): void {
    this.heard.push(a);
    if (a.name === 'queuestatus')
      return reply.list('ok', [member('consult'), member('hotline')], 'QueueStatusComplete');
    if (a.name === 'coreshowchannels')
      return reply.list(
        'ok',
        [leg('PJSIP/1001-0000000a', 'u1'), leg('PJSIP/trunk-0000000b', 'c1')],
        'CoreShowChannelsComplete',
      );
    if (a.name === 'getvar') return reply.success('', [['Value', this.phone]]);
    this.answer(a, reply);
  }
}
const member = (queue: string): Lines => [
  ['Event', 'QueueMember'],
  ['Queue', queue],
  ['Name', '坐席1001'],
  ['Location', 'PJSIP/1001'],
  ['StateInterface', 'PJSIP/1001'],
  ['Membership', 'static'],
  ['Status', 1],
  ['Paused', 0],
];
const leg = (channel: string, uniqueid: string): Lines => [
  ['Event', 'CoreShowChannel'],
  ['Channel', channel],
  ['ChannelState', 6],
  ['Uniqueid', uniqueid],
  ['Linkedid', 'c1'],
  ['BridgeId', 'b1'],
];

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of running.splice(0).reverse()) await end();
});
async function theSwitch(): Promise<Switch> {
  const s = new Switch(await freePort());
  await s.listen();
  running.push(() => s.close());
  return s;
}
function start(
  port: number,
  env: Record<string, string> = { AMI_HAND_USER: 'hand', AMI_HAND_SECRET: 's' },
): () => Promise<void> {
  const { config } = parseConfig({ AMI_HOST: '127.0.0.1', AMI_PORT: String(port), ...env });
  const stop = new AbortController();
  const done = hand.run({
    sql,
    config,
    log: pino({ level: 'silent' }),
    signal: stop.signal,
    reject: async () => {},
    report: () => {},
  });
  const end = async (): Promise<void> => {
    stop.abort();
    await done;
  };
  running.push(end);
  return end;
}
let key = 0;
async function ask(wish: Partial<SteerWish> = {}): Promise<string> {
  const r = await askCommand(sql, { ...WISH, ...wish }, `key-${++key}-aaaaaaaa`, by);
  if (!r.ok) throw new Error(r.code);
  return r.value.id;
}
async function until(
  id: string,
  state: string,
  within = 15_000,
): Promise<{ state: string; code: string | null; detail: string }> {
  for (const give = performance.now() + within; ; await sleep(20)) {
    const c = (await commandById(sql, id))!;
    if (c.state === state) return c;
    if (performance.now() > give) throw new Error(`${id} is ${c.state} ${c.code} ${c.detail}, not ${state}`);
  }
}

test('a pause is confirmed by the switch’s events of every queue, and not by its Success', async () => {
  const s = await theSwitch();
  start(s.port);
  const id = await ask();
  await until(id, 'sent');
  await expect.poll(() => s.acts).toEqual(['queuepause']);
  s.paused('consult', '1', '培训');
  s.paused('hotline', '1', '另一个');
  await sleep(100);
  expect((await commandById(sql, id))!.state).toBe('sent');
  s.paused('hotline', '1', '培训');
  await until(id, 'confirmed');
  expect(s.heard.find((a) => a.name === 'queuepause')!.fields.get('reason')).toBe('培训');
});

test('a Success after which nothing is seen is told as unheard', async () => {
  const s = await theSwitch();
  start(s.port);
  expect(await until(await ask(), 'unheard')).toMatchObject({ code: 'no-word' });
});

test('a channel that is gone is no error: the call had ended', async () => {
  const s = await theSwitch();
  s.answer = (_a, reply) => reply.error('No such channel');
  start(s.port);
  expect(await until(await ask({ ...CALL, kind: 'cut-off', reason: '占线' }), 'refused')).toMatchObject({
    code: 'call-ended',
    detail: '',
  });
});

test('a seat that is in another call by now is left alone', async () => {
  const s = await theSwitch();
  start(s.port);
  const id = await ask({ ...CALL, kind: 'cut-off', call: 'c0', reason: '占线' });
  expect(await until(id, 'refused')).toMatchObject({ code: 'call-changed' });
  expect(s.acts).toEqual([]);
});

test('a take-over is not begun with a telephone that is away: the caller would be lost', async () => {
  const s = await theSwitch();
  s.phone = 'UNAVAILABLE';
  start(s.port);
  expect(await until(await ask({ ...CALL, kind: 'take-over', phone: '8001' }), 'refused')).toMatchObject({
    code: 'phone-away',
  });
  expect(s.acts).toEqual([]);
});

test('listening names the full channel, and is confirmed by ChanSpyStart of its own leg', async () => {
  const s = await theSwitch();
  start(s.port);
  const id = await ask({ ...CALL, kind: 'listen', phone: '8001' });
  await expect.poll(() => s.acts).toEqual(['originate']);
  const { fields } = s.heard.at(-1)!;
  expect(fields.get('data')).toBe('PJSIP/1001-0000000a,qE');
  expect(fields.get('channel')).toBe('PJSIP/8001');
  s.say('ChanSpyStart', [['SpyerUniqueid', 'somebody else']]);
  await sleep(50);
  expect((await commandById(sql, id))!.state).toBe('sent');
  s.say('ChanSpyStart', [['SpyerUniqueid', fields.get('channelid')!]]);
  await until(id, 'confirmed');
});

test('a number is dialled by the own telephone, is done when both talk, and is an outbound call of the floor', async () => {
  const s = await theSwitch();
  start(s.port, { AMI_HAND_USER: 'hand', AMI_HAND_SECRET: 's', AMI_OUTSIDE_PREFIX: '9' });
  const id = await ask({ kind: 'dial', seat: null, reason: null, phone: '8001', to: '13800000000' });
  await expect.poll(() => s.acts).toEqual(['originate']);
  const { fields } = s.heard.at(-1)!;
  expect([fields.get('channel'), fields.get('exten'), fields.get('callerid')]).toEqual([
    'PJSIP/8001',
    '913800000000',
    '13800000000 <8001>',
  ]);
  const own = fields.get('channelid')!;
  expect(isOfHand(own)).toBe(false);
  s.say('OriginateResponse', [
    ['Response', 'Success'],
    ['Uniqueid', own],
  ]);
  s.say('BridgeEnter', [
    ['Uniqueid', own],
    ['BridgeUniqueid', 'b1'],
  ]);
  await sleep(50);
  expect((await commandById(sql, id))!.state).toBe('sent');
  s.say('DialEnd', [
    ['Uniqueid', own],
    ['DestUniqueid', 'u2'],
    ['DialStatus', 'ANSWER'],
  ]);
  expect(await until(id, 'confirmed')).toMatchObject({ detail: '13800000000' });
  const [row] = await sql<{ handle: string }[]>`select handle from floor_command where n = ${id}`;
  expect(row!.handle).toBe(own);
});

test('a number is not dialled while the own telephone is in a call', async () => {
  const s = await theSwitch();
  s.phone = 'INUSE';
  start(s.port);
  const id = await ask({ kind: 'dial', seat: null, reason: null, phone: '8001', to: '10086' });
  expect(await until(id, 'refused')).toMatchObject({ code: 'phone-busy' });
  expect(s.acts).toEqual([]);
});

test('what a killed hand had sent is told as unheard by the next one and never sent again', async () => {
  const s = await theSwitch();
  const id = await ask();
  await moveCommand(sql, id, ['asked'], { state: 'sent', code: null, detail: '' }, { hand: 'killed', at: Date.now() });
  start(s.port);
  expect(await until(id, 'unheard')).toMatchObject({ code: 'hand-restarted' });
  const next = await ask({ kind: 'set-ready', reason: null });
  await until(next, 'sent');
  expect(s.acts.length).toBeLessThanOrEqual(1);
});

test('a line that breaks after the sending leaves the command unheard, and it is not repeated on the next line', async () => {
  const s = await theSwitch();
  start(s.port);
  const id = await ask();
  await until(id, 'sent');
  await expect.poll(() => s.acts.length).toBe(1);
  await s.close();
  expect(await until(id, 'unheard')).toMatchObject({ code: 'link-lost' });
  await s.listen();
  const next = await ask({ kind: 'set-ready', reason: null });
  await until(next, 'sent');
  await expect.poll(() => s.acts.length).toBe(2);
  expect(s.heard.at(-1)!.fields.get('paused')).toBe('false');
});

test('without an account, with a wrong one, or too late, nothing is sent and the reason is told', async () => {
  const s = await theSwitch();
  const stopped = start(s.port, {});
  expect(await until(await ask(), 'refused')).toMatchObject({ code: 'no-hand' });
  await stopped();
  const wrong = start(s.port, { AMI_HAND_USER: 'hand', AMI_HAND_SECRET: 'wrong' });
  expect(await until(await ask(), 'refused')).toMatchObject({ code: 'hand-login' });
  await wrong();
  const late = await ask();
  await sql`update floor_command set asked_at = now() - interval '11 seconds' where n = ${late}`;
  start(s.port);
  // the hand that starts may not have its line yet
  expect(['expired', 'switch-away']).toContain((await until(late, 'refused')).code);
  expect(s.acts).toEqual([]);
});
