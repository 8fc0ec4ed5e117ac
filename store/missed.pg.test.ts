import { expect, test } from 'vitest';
import { randomRecords } from '#domain/calls/testing.ts';
import type { Parts } from '#domain/calls/count.ts';
import type { FactDraft } from '#domain/fact.ts';
import { emptyRecords } from '#domain/floor/records.ts';
import { figuresOf, matters } from '#domain/missed/matters.ts';
import { numberKey } from '#domain/missed/number.ts';
import type { MissedPolicy } from '#domain/missed/rows.ts';
import { mulberry32 } from '#domain/random.ts';
import { DAY, HOUR, MINUTE, startOfDay } from '#domain/time.ts';
import { testDatabase } from '#tests/support/database.ts';
import { callStory } from './call-journey.ts';
import { factsAfter, recording } from './facts.ts';
import { loadFloorRecords } from './floor.ts';
import { changeMissed, mailboxCounts, readMatters, readUnserved } from './missed.ts';
import { keepUp } from './reports/keep.ts';
import { runStat } from './reports/run.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const START = startOfDay('2026-03-30', ZONE);
const NOW = START + 5 * DAY;
const POLICY: MissedPolicy = { dueH: 0, holdMs: 15 * MINUTE, urgentTries: 3 };
const context = { policy: POLICY, zone: ZONE, now: NOW };
await loadFloorRecords(sql, randomRecords(mulberry32(7), { from: START, hours: 90, calls: 1500 }));
const [a, b] = await sql<{ id: number }[]>`
  insert into account (login, name, role, password_hash) values ('li', '李', 'supervisor', 'x'), ('wang', '王', 'supervisor', 'x') returning id`;
const li = { account: a!.id, name: '李' };
const wang = { account: b!.id, name: '王' };
/** I-31 (domain/calls/indicators.ts). */
const stillToCallBack = (p: Parts): number => (p.missed ?? 0) - (p.missed_back ?? 0) - (p.missed_through ?? 0);
const all = { from: START, to: START + 4 * DAY };

test('the page and the reports agree: I-31 is what is open or closed by hand, I-32 is called back the same day', async () => {
  await keepUp(sql, { zone: ZONE, now: () => NOW });
  // somebody closes a few by hand: the reports still count those as not called back
  const before = (await readMatters(sql, all, context))!;
  for (const m of before.filter((x) => x.standing === 'open').slice(0, 5))
    expect((await changeMissed(sql, m.id, { kind: 'close', reason: 'unreachable', note: '' }, li, context)).ok).toBe(
      true,
    );
  let called = 0;
  for (let day = START; day < all.to; day += DAY) {
    const period = { from: day, to: day + DAY };
    const f = figuresOf((await readMatters(sql, period, context))!, ZONE);
    expect(f.through + f.back + f.hand + f.open).toBe(f.missed);
    const { table } = await runStat(sql, {
      columns: ['missed', 'callBackRate'],
      ...period,
      grain: 'none',
      by: [],
      zone: ZONE,
    });
    expect(f.toCallBack).toBe(stillToCallBack(table.total.parts));
    expect(table.total.parts.missed_back_day ?? 0).toBe(f.backSameDay);
    expect((table.total.parts.missed ?? 0) - (table.total.parts.missed_through ?? 0)).toBe(f.ofRate);
    called += f.backSameDay;
  }
  expect(called).toBeGreaterThan(5);
});

test('every call that reached nobody is listed once, with why; anonymous ones too', async () => {
  const calls = (await readUnserved(sql, all))!;
  const [truth] = await sql<{ n: number }[]>`
    select count(*)::int as n from call c where direction = 'in' and ended_in in ('queue', 'blocked', 'voicemail')
      and not exists (select from queue_visit v where v.call_id = c.call_id and v.outcome = 'answered')`;
  expect(calls.length).toBe(truth!.n);
  expect(new Set(calls.map((c) => c.call)).size).toBe(calls.length);
  expect(new Set(calls.map((c) => c.reason))).toEqual(
    new Set(['abandoned', 'timeout', 'leave-empty', 'withdrawn', 'left', 'lost', 'unknown', 'blocked', 'voicemail']),
  );
  const anonymous = matters({ calls, steps: [], attempts: [], ...context }).filter((m) => !m.callable);
  expect(anonymous.length).toBeGreaterThan(10);
  expect(anonymous.every((m) => m.calls.length === 1 && m.standing === 'open')).toBe(true);
});

test('two officers who take a number at once: one has it and the other is told whose it is; each step is a fact', async () => {
  const list = (await readMatters(sql, all, context))!;
  const m = list.find((x) => x.standing === 'open' && x.callable)!;
  const answers = await Promise.all([li, wang].map((by) => changeMissed(sql, m.id, { kind: 'take' }, by, context)));
  expect(answers.filter((r) => r.ok)).toHaveLength(1);
  const refused = answers.find((r) => !r.ok)!;
  const winner = answers[0]!.ok ? li : wang;
  expect(refused).toMatchObject({ code: 'missed-taken', reason: winner.name });
  const loser = winner === li ? wang : li;
  expect(await changeMissed(sql, m.id, { kind: 'close', reason: 'nuisance', note: '' }, loser, context)).toMatchObject({
    code: 'missed-taken',
  });
  expect((await changeMissed(sql, m.id, { kind: 'close', reason: 'nuisance', note: '' }, winner, context)).ok).toBe(
    true,
  );
  expect((await changeMissed(sql, m.id, { kind: 'reopen', note: '' }, winner, context)).ok).toBe(true);
  const facts = (await factsAfter(sql, 0)).filter((f) => f.subject === m.id);
  expect(facts.map((f) => f.kind)).toEqual(['missed.taken', 'missed.closed', 'missed.reopened']);
  expect(facts.every((f) => f.actor === `user:${winner.account}`)).toBe(true);
  expect((await readMatters(sql, all, context))!.find((x) => x.id === m.id)?.standing).toBe('open');
  expect(await changeMissed(sql, 'no such call', { kind: 'take' }, li, context)).toMatchObject({
    code: 'missed-missing',
  });
});

test('the database spells numbers as the domain does, and finds a call back in every spelling', async () => {
  const forms = [
    '13800001234',
    '013800001234',
    '8613800001234',
    '+8613800001234',
    '008613800001234',
    '02583001234',
    '+862583001234',
    '12345',
    '+4412345678',
    '083001234',
  ];
  const rows = await sql<{ n: string; key: string; found: boolean }[]>`
    select n, number_key(n) as key, n = any (number_forms(number_key(n))) as found from unnest(${forms}::text[]) n`;
  for (const r of rows) {
    expect(r.key, r.n).toBe(numberKey(r.n));
    expect(r.found, r.n).toBe(true);
  }
  const at = START + 3 * DAY + 20 * HOUR;
  const r = emptyRecords();
  const base = { trunk: 't', t_ivr_in: null, t_ivr_out: null, outcome: 'ended' as const, merged_into: null };
  r.call.push(
    {
      ...base,
      t_setup: at,
      call_id: 'm1',
      direction: 'in',
      caller: '+8613900009999',
      called: '12345',
      t_end: at + MINUTE,
      ended_in: 'blocked',
      hangup_cause: 16,
    },
    {
      ...base,
      t_setup: at + HOUR,
      call_id: 'o1',
      direction: 'out',
      caller: '1001',
      called: '013900009999',
      t_end: at + HOUR + MINUTE,
      ended_in: 'seat',
      hangup_cause: 17,
    },
  );
  await loadFloorRecords(sql, r);
  const of = async () => (await readMatters(sql, all, context))!.find((m) => m.id === 'm1')!;
  expect(await of()).toMatchObject({ state: 'tried', attempts: [{ by: null, result: 'busy', call: 'o1' }] });
  // by the button, from a telephone that is no seat's: counts when the switch told that both talked
  const wish = { kind: 'dial', to: '13900009999', phone: '8001', call: 'm1' };
  const [cmd] = await sql<{ n: number }[]>`
    insert into floor_command (request_key, kind, wish, account, by_name, state, asked_at)
    values ('k-missed-1', 'dial', ${sql.json(wish)}, ${li.account}, ${li.name}, 'sent', ${new Date(at + 2 * HOUR)}) returning n`;
  expect((await of()).attempts.at(-1)).toMatchObject({ by: '李', result: 'pending' });
  await sql`update floor_command set state = 'confirmed', handle = 'o2' where n = ${cmd!.n}`;
  expect(await of()).toMatchObject({
    standing: 'back',
    settled: { call: 'o2' },
    attempts: [{}, { result: 'connected' }],
  });
  const { table } = await runStat(sql, {
    columns: ['missed'],
    from: at,
    to: at + 1,
    grain: 'none',
    by: [],
    zone: ZONE,
    raw: true,
  });
  expect(stillToCallBack(table.total.parts)).toBe(0);
});

test('a message comes with its fact once, belongs to its call, and stands alone where that call reached somebody', async () => {
  const at = START + 3 * DAY + 21 * HOUR;
  const left = (subject: string, call: string, caller: string): FactDraft => ({
    kind: 'voicemail.left',
    subject,
    at,
    actor: 'ingest:asterisk',
    body: { call, caller, mailbox: '8000@default', queue: 'consult', durationS: 31, file: '/var/spool/x.wav' },
  });
  const r = emptyRecords();
  r.call.push({
    t_setup: at - MINUTE,
    call_id: 'mv1',
    direction: 'in',
    trunk: 't',
    caller: '13900008888',
    called: '12345',
    t_ivr_in: null,
    t_ivr_out: null,
    t_end: at + 1000,
    ended_in: 'voicemail',
    outcome: 'ended',
    merged_into: null,
    hangup_cause: 16,
  });
  await loadFloorRecords(sql, r);
  const facts = [left('v1', 'mv1', '13900008888'), left('v2', 'gone', '13900007777'), left('v3', 'hidden', '')];
  for (const f of [...facts, facts[0]!])
    await recording(sql, async () => Promise.resolve({ facts: [f], result: null }));
  await recording(sql, async () =>
    Promise.resolve({
      facts: [5, 4].map((fresh, i): FactDraft => ({
        kind: 'voicemail.counted',
        subject: '8000@default',
        at: at - i * MINUTE,
        actor: 'ingest:asterisk',
        body: { fresh, old: 1 },
      })),
      result: null,
    }),
  );
  const list = (await readMatters(sql, all, context))!;
  const of = (id: string) => list.filter((m) => m.calls.some((c) => c.call === id));
  expect(of('mv1')).toMatchObject([
    { reasons: ['voicemail'], messages: [{ durationS: 31, file: '/var/spool/x.wav' }] },
  ]);
  expect(of('gone')).toMatchObject([{ caller: '13900007777', urgency: 'high', state: 'open' }]);
  expect(of('hidden')).toMatchObject([{ callable: false }]);
  // the newest word counts, also when it comes first
  expect(await mailboxCounts(sql)).toMatchObject([{ mailbox: '8000@default', fresh: 5, old: 1 }]);
  expect((await changeMissed(sql, 'gone', { kind: 'close', reason: 'message-done', note: '' }, li, context)).ok).toBe(
    true,
  );
});

test('the sound of a message is found with its call, as every recording', async () => {
  const story = await callStory(sql, 'mv1');
  expect(story?.recorded).toMatchObject([{ file: '/var/spool/x.wav', leg: 'mv1' }]);
  const [span] = story!.recorded;
  expect(span!.to! - span!.from!).toBe(31_000);
});
