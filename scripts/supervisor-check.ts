/** `npm run supervisor:check`: every action of a supervisor against a real Asterisk, heard by its tones. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { QueueDayRow, SeatLiveRow, SeatRow } from '#domain/floor/rows.ts';
import { COMMAND, type FloorCommandRow, type SteerWish } from '#domain/steer/rows.ts';
import { openAmi, type AmiTarget } from '#ingest/asterisk/client.ts';
import { makeScratch } from './provision/scratch.ts';
import { CHECKOUT } from './provision/state-dir.ts';
import { CALL_CHECKS } from './supervisor/call-checks.ts';
import { ended, has, isDone, say, type Check } from './supervisor/check.ts';
import { Floor } from './supervisor/floor.ts';
import { LIST_CHECKS } from './supervisor/list-checks.ts';
import { ACCOUNTS, Lab, LAB_PORTS } from './supervisor/lab.ts';

const HELP = `npm run supervisor:check -- [--lab DIR] [--work DIR] [--only TEXT] [--record FILE] [--json]

Does every action of a supervisor through the product (rule, command, hand) on a real Asterisk with telephones that send a tone each,
and checks what each telephone hears, what the command's row says, and what the accounts of least privilege may not do; also that the
blacklist is executed, and that the lines made for queues.conf change what the switch does.

  --lab DIR      the lab's scripts (default ../shared/asterisk-lab); Debian and root are needed
  --work DIR     where its Asterisk is kept (default: asterisk-lab in the temp folder; about 350 MB the first time)
  --only TEXT    only checks whose name contains it
  --record FILE  what the hand expected and heard, as JSON lines (packed when FILE ends in .gz): a fixture for its tests
  --json         the checks as JSON lines

Ports ${LAB_PORTS.ami}, ${LAB_PORTS.sip}, ${LAB_PORTS.ua} of 127.0.0.1. Exit code 1: a check failed; 2: the lab cannot be used.`;

/** Listening kinds: who hears whom while it lasts, and that it ends with the call. */
function spying(kind: 'listen' | 'whisper' | 'barge', right: (h: Record<string, string>) => boolean): Check {
  return {
    name: kind,
    run: async (floor, lab) => {
      const caller = await lab.queueCall();
      const call = await floor.callOf('1001');
      const r = await floor.steer({ kind, seat: '1001', call, phone: '8001' });
      const h = await lab.hear('caller', '1001', '8001');
      caller.bye();
      await sleep(1200);
      const after = lab.phones.get('8001')?.state;
      return { ok: isDone(r) && right(h) && after === 'ended', detail: { row: say(r), hear: h, after } };
    },
  };
}
const CHECKS: readonly Check[] = [
  spying('listen', (h) => has(h['8001'], 'caller', '1001') && !has(h['1001'], '8001') && !has(h.caller, '8001')),
  spying('whisper', (h) => has(h['8001'], 'caller') && has(h['1001'], '8001') && !has(h.caller, '8001')),
  spying('barge', (h) => has(h['8001'], 'caller', '1001') && has(h['1001'], '8001') && has(h.caller, '8001')),
  {
    name: 'listen with a telephone that is busy, and with one that is not there',
    run: async (floor, lab) => {
      await lab.queueCall();
      const call = await floor.callOf('1001');
      lab.busy.add('8001');
      const busy = await floor.steer({ kind: 'listen', seat: '1001', call, phone: '8001' });
      const away = await floor.steer({ kind: 'listen', seat: '1001', call, phone: '8009' });
      return {
        ok: ended(busy, 'failed', 'phone-busy') && ended(away, 'refused', 'phone-away'),
        detail: { busy: say(busy), away: say(away) },
      };
    },
  },
  {
    name: 'listen with a telephone that nobody answers',
    run: async (floor, lab) => {
      await lab.queueCall();
      lab.silent.add('8001');
      const r = await floor.steer({ kind: 'listen', seat: '1001', call: await floor.callOf('1001'), phone: '8001' });
      return { ok: ended(r, 'failed', 'phone-unanswered'), detail: say(r) };
    },
  },
  {
    name: 'listening is no call of the floor',
    run: async (floor, lab) => {
      await lab.queueCall();
      const call = await floor.callOf('1001');
      const r = await floor.steer({ kind: 'listen', seat: '1001', call, phone: '8001' });
      const calls = (await floor.tables()).all('call').size;
      return { ok: isDone(r) && calls === 1, detail: { row: say(r), calls } };
    },
  },
  {
    name: 'cut off; once more when the call has ended',
    run: async (floor, lab) => {
      await lab.queueCall();
      const call = await floor.callOf('1001');
      const r = await floor.steer({ kind: 'cut-off', seat: '1001', call, reason: '长时间占线' });
      await sleep(1500);
      const states = [lab.phones.get('1001')?.state, lab.phones.get('caller')?.state];
      if (typeof r === 'string') return { ok: false, detail: r };
      const again = await floor.ask({ ...wishOf(r) });
      const idle = await floor.until('1001 idle', (t) => t.get<SeatLiveRow>('seatLive', '1001')?.line === 'idle');
      return {
        ok: isDone(r) && states.join() === 'ended,ended' && ended(again, 'refused', 'call-ended'),
        detail: {
          row: say(r),
          phones: states,
          again: say(again),
          seat: idle.get<SeatLiveRow>('seatLive', '1001')?.line,
        },
      };
    },
  },
  {
    name: 'take over',
    run: async (floor, lab) => {
      await lab.queueCall();
      const call = await floor.callOf('1001');
      const away = await floor.steer({ kind: 'take-over', seat: '1001', call, phone: '8009' });
      const before = await lab.hear('caller', '1001');
      const r = await floor.steer({ kind: 'take-over', seat: '1001', call, phone: '8001' });
      const h = await lab.hear('caller', '8001', '1001');
      return {
        ok:
          ended(away, 'refused', 'phone-away') &&
          has(before.caller, '1001') &&
          isDone(r) &&
          has(h.caller, '8001') &&
          has(h['8001'], 'caller') &&
          h['1001'] === 'ended',
        detail: { withoutPhone: say(away), before, row: say(r), hear: h },
      };
    },
  },
  {
    name: 'transfer',
    run: async (floor, lab) => {
      await lab.queueCall();
      const call = await floor.callOf('1001');
      const r = await floor.steer({ kind: 'transfer', seat: '1001', call, to: '1002' });
      await sleep(1500);
      const h = await lab.hear('caller', '1002', '1001');
      return {
        ok: isDone(r) && has(h.caller, '1002') && has(h['1002'], 'caller') && h['1001'] === 'ended',
        detail: { row: say(r), hear: h },
      };
    },
  },
  {
    name: 'set busy with a reason, set ready',
    run: async (floor) => {
      const busy = await floor.steer({ kind: 'set-busy', seat: '1001', reason: '培训' });
      const paused = await floor.until('1001 paused', (t) => t.get<SeatLiveRow>('seatLive', '1001')?.pause === 'all');
      const reason = paused.get<SeatLiveRow>('seatLive', '1001')?.reason;
      const ready = await floor.steer({ kind: 'set-ready', seat: '1001' });
      await floor.until('1001 ready', (t) => t.get<SeatLiveRow>('seatLive', '1001')?.pause === 'none');
      return {
        ok: isDone(busy) && isDone(ready) && reason === '培训',
        detail: { busy: say(busy), reason, ready: say(ready) },
      };
    },
  },
  {
    name: 'sign out: a dynamic member leaves, a fixed one is told to stay',
    run: async (floor, lab) => {
      await lab.ami.action({ Action: 'QueueAdd', Queue: 'complaint', Interface: 'PJSIP/8002', MemberName: '坐席8002' });
      await floor.until('8002 signed in', (t) => (t.get<SeatRow>('seat', '8002')?.memberships.length ?? 0) > 0);
      const out = await floor.steer({ kind: 'sign-out', seat: '8002' });
      const after = await floor.until(
        '8002 out',
        (t) => (t.get<SeatRow>('seat', '8002')?.memberships.length ?? 0) === 0,
      );
      const fixed = await floor.steer({ kind: 'sign-out', seat: '1001' });
      return {
        ok: isDone(out) && fixed === 'seat-static',
        detail: { out: say(out), left: after.get<SeatRow>('seat', '8002')?.memberships.length ?? 0, fixed: say(fixed) },
      };
    },
  },
  {
    name: 'message to a seat',
    run: async (floor, lab) => {
      const r = await floor.steer({ kind: 'message', seat: '1001', text: '请尽快结束通话' });
      await sleep(500);
      const came = lab.messages.some((m) => m.includes('请尽快结束通话'));
      return { ok: ended(r, 'unheard', 'delivery-untold') && came, detail: { row: say(r), came } };
    },
  },
  {
    name: 'recording begun and ended',
    run: async (floor, lab) => {
      await lab.queueCall();
      const call = await floor.callOf('1001');
      const begun = await floor.steer({ kind: 'record', seat: '1001', call });
      const twice = await floor.steer({ kind: 'record', seat: '1001', call });
      await sleep(2500);
      const over = await floor.steer({ kind: 'stop-recording', seat: '1001', call });
      await sleep(500);
      const bytes = typeof begun === 'string' ? 0 : lab.recordingBytes(begun.detail);
      const talk = await lab.hear('caller');
      return {
        ok:
          isDone(begun) && twice === 'recording-already' && isDone(over) && bytes > 20_000 && has(talk.caller, '1001'),
        detail: { begun: say(begun), twice, over: say(over), bytes },
      };
    },
  },
  {
    name: 'priority of a waiting caller, and taking him out',
    run: async (floor, lab) => {
      lab.silent.add('1001');
      lab.call('10000000100');
      const visit = await floor.waiting();
      const up = await floor.steer({ kind: 'set-priority', visit: visit.id, priority: 9 });
      const out = await floor.steer({ kind: 'withdraw', visit: visit.id, reason: '转人工回拨' });
      const t = await floor.until('nobody waits', (x) => !x.get('visit', visit.id));
      const day = t.get<QueueDayRow>('queueDay', visit.queue)!;
      const again = await floor.steer({ kind: 'withdraw', visit: visit.id, reason: '转人工回拨' });
      return {
        ok: isDone(up) && isDone(out) && again === 'caller-gone' && day.abandoned === 0,
        detail: { up: say(up), out: say(out), abandoned: day.abandoned, left: day.left, again },
      };
    },
  },
  {
    name: 'what the accounts may not do',
    run: async () => {
      const refused = await Promise.all([
        attempt(ACCOUNTS.hand, 'DBPut', { Family: 'x', Key: 'y', Val: 'z' }),
        attempt(ACCOUNTS.hand, 'MixMonitor', { Channel: 'PJSIP/1001-00000001', File: 'x.wav' }),
        attempt(ACCOUNTS.hand, 'Command', { Command: 'core show version' }),
        attempt(ACCOUNTS.hand, 'GetConfig', { Filename: 'manager.conf' }),
        attempt(ACCOUNTS.hand, 'Originate', {
          Channel: 'PJSIP/8001',
          Application: 'System',
          Data: 'true',
          Async: 'true',
        }),
        attempt(ACCOUNTS.recorder, 'Originate', { Channel: 'PJSIP/8001', Application: 'ChanSpy', Async: 'true' }),
        attempt(ACCOUNTS.reader, 'Hangup', { Channel: 'PJSIP/1001-00000001' }),
      ]);
      return { ok: refused.every((r) => /permission denied|access forbidden/i.test(r)), detail: refused };
    },
  },
];

const wishOf = (r: FloorCommandRow): SteerWish => ({
  kind: r.kind,
  seat: r.seat,
  call: r.call,
  visit: r.visit,
  queue: r.queue,
  phone: r.phone,
  to: r.to,
  reason: r.reason,
  text: r.text,
  priority: r.priority,
  penalty: r.penalty,
});

async function attempt(who: { user: string; secret: string }, name: string, headers: Record<string, string>) {
  const target: AmiTarget = { host: '127.0.0.1', port: LAB_PORTS.ami, ...who };
  const ami = await openAmi(target, { onPacket: () => {}, onClosed: () => {} });
  try {
    const f = await ami.action(name, headers);
    return `${who.user} ${name}: ${f.response} ${f.message ?? ''}`;
  } catch (e) {
    return `${who.user} ${(e as Error).message}`;
  } finally {
    ami.close('done');
  }
}

async function runChecks(
  floor: Floor,
  lab: Lab,
  only: string,
  json: boolean,
): Promise<{ done: number; failed: number }> {
  let done = 0;
  let failed = 0;
  for (const check of [...CHECKS, ...CALL_CHECKS, ...LIST_CHECKS].filter((c) => c.name.includes(only))) {
    const result = await check
      .run(floor, lab)
      .catch((e: unknown) => ({ ok: false, detail: e instanceof Error ? e.message : String(e) }));
    done++;
    if (!result.ok) failed++;
    if (json) console.log(JSON.stringify({ check: check.name, ...result }));
    else console.log(`${result.ok ? 'ok    ' : 'FAILED'} ${check.name}: ${JSON.stringify(result.detail)}`);
    await lab.clear();
  }
  return { done, failed };
}

/** One line per command: what was expected, what was heard, how it ended. */
async function record(floor: Floor, file: string): Promise<void> {
  const rows = (await floor.tables()).all<FloorCommandRow>(COMMAND);
  const lines = floor.recorded.map(({ command, expect, events }) => {
    const row = rows.get(command)!;
    return JSON.stringify({ kind: row.kind, expect, events, state: row.state, code: row.code });
  });
  const text = `${lines.join('\n')}\n`;
  writeFileSync(file, file.endsWith('.gz') ? gzipSync(text) : text);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      lab: { type: 'string', default: '../shared/asterisk-lab' },
      work: { type: 'string', default: process.env.LAB ?? join(tmpdir(), 'asterisk-lab') },
      only: { type: 'string', default: '' },
      record: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const folder = resolve(CHECKOUT, values.lab);
  if (!existsSync(join(folder, 'asterisk-up.sh'))) {
    console.error(`there is no lab at ${folder}; --help tells more`);
    return 2;
  }
  const url = process.env.DATABASE_URL!;
  const db = await makeScratch(url, process.env.DATABASE_ADMIN_URL ?? url);
  const state = mkdtempSync(join(tmpdir(), 'watchfloor-check-'));
  const floor = new Floor(db.url);
  let lab: Lab | null = null;
  try {
    lab = await Lab.up(folder, values.work);
    await floor.start(join(state, 'accounts'));
    const { done, failed } = await runChecks(floor, lab, values.only, values.json);
    if (values.record) await record(floor, resolve(values.record));
    const line = `supervisor actions on a real Asterisk: ${done - failed}/${done} checks`;
    console.log(values.json ? JSON.stringify({ done, failed }) : line);
    return failed === 0 ? 0 : 1;
  } finally {
    await floor.stop();
    await lab?.down();
    await db.drop();
    rmSync(state, { recursive: true, force: true });
  }
}

if (import.meta.main)
  process.exitCode = await main().catch((e: unknown) => {
    console.error(`supervisor:check: ${(e as Error).message}`);
    return 2;
  });
