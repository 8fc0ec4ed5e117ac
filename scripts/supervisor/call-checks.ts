import { setTimeout as sleep } from 'node:timers/promises';
import type { CallRow, SeatLiveRow, SeatRow } from '#domain/floor/rows.ts';
import type { FloorCommandRow } from '#domain/steer/rows.ts';
import { ended, has, isDone, say, type Check } from './check.ts';
import type { Floor } from './floor.ts';
import { PROMPT_S, type Lab } from './lab.ts';

const CITIZEN = '13800000000';

async function dialled(floor: Floor, to = CITIZEN): Promise<FloorCommandRow | string> {
  return floor.steer({ kind: 'dial', phone: '8001', to });
}
/** How a number ends that the network refuses with this answer. */
async function refusedBy(floor: Floor, lab: Lab, sip: number): Promise<FloorCommandRow | string> {
  lab.refusing.set(CITIZEN, sip);
  const r = await dialled(floor);
  await lab.clear();
  return r;
}

/** Asks for an attended transfer of 1001's call and does something once 1001 and the target talk, or the target rings. */
async function consult(floor: Floor, lab: Lab, then: () => Promise<void>): Promise<FloorCommandRow | string> {
  await lab.queueCall();
  const call = await floor.callOf('1001');
  const asked = floor.steer({ kind: 'transfer-attended', seat: '1001', call, to: '1002' });
  await lab.inState('1002', lab.silent.has('1002') ? 'ringing' : 'up');
  await then();
  return asked;
}

/** What is done with calls besides listening: numbers that are called, consultations, prompts, the dial plan's own recording. */
export const CALL_CHECKS: readonly Check[] = [
  {
    name: 'dial: both talk, and the floor has it as an outbound call',
    run: async (floor, lab) => {
      const r = await dialled(floor);
      const h = await lab.hear('8001', CITIZEN);
      const calls = [...(await floor.tables()).all<CallRow>('call').values()];
      return {
        ok:
          isDone(r) &&
          has(h['8001'], 'citizen') &&
          has(h[CITIZEN], '8001') &&
          calls.length === 1 &&
          calls[0]!.direction === 'out',
        detail: { row: say(r), hear: h, calls: calls.map((c) => [c.direction, c.called, c.trunk]) },
      };
    },
  },
  {
    name: 'dial: own telephone busy, away, silent',
    run: async (floor, lab) => {
      lab.busy.add('8001');
      const busy = await dialled(floor);
      await lab.clear();
      const away = await floor.steer({ kind: 'dial', phone: '8009', to: CITIZEN });
      lab.silent.add('8001');
      const silent = await dialled(floor);
      return {
        ok:
          ended(busy, 'failed', 'phone-busy') &&
          ended(away, 'refused', 'phone-away') &&
          ended(silent, 'failed', 'phone-unanswered'),
        detail: [busy, away, silent].map(say),
      };
    },
  },
  {
    name: 'dial: number busy, unallocated, rejected, congested, not answered, not in the dial plan',
    run: async (floor, lab) => {
      const rows = [];
      for (const sip of [486, 404, 603, 503]) rows.push(await refusedBy(floor, lab, sip));
      lab.silent.add(CITIZEN);
      rows.push(await dialled(floor));
      await lab.clear();
      rows.push(await dialled(floor, '4444'));
      const codes = rows.map((r) => (typeof r === 'string' ? r : r.code));
      return {
        ok:
          codes.join() ===
          'called-busy,called-unallocated,called-rejected,called-unreachable,called-unanswered,called-unreachable',
        detail: rows.map(say),
      };
    },
  },
  {
    name: 'dial: the officer hangs up before the number answers',
    run: async (floor, lab) => {
      lab.silent.add(CITIZEN);
      const asked = dialled(floor);
      await lab.inState(CITIZEN, 'ringing');
      await sleep(500);
      lab.phones.get('8001')!.bye();
      const r = await asked;
      return { ok: ended(r, 'failed', 'phone-hung-up'), detail: say(r) };
    },
  },
  {
    name: 'attended transfer: seat and target talk first, hanging up puts target and caller together',
    run: async (floor, lab) => {
      let during: Record<string, string> = {};
      const r = await consult(floor, lab, async () => {
        await sleep(500);
        during = await lab.hear('caller', '1001', '1002');
        lab.phones.get('1001')!.bye();
      });
      await sleep(1000);
      const after = await lab.hear('caller', '1002', '1001');
      return {
        ok:
          has(during['1001'], '1002') &&
          has(during['1002'], '1001') &&
          !has(during.caller, '1001') &&
          isDone(r) &&
          has(after.caller, '1002') &&
          has(after['1002'], 'caller') &&
          after['1001'] === 'ended',
        detail: { during, row: say(r), after },
      };
    },
  },
  {
    name: 'attended transfer: target leaves, is busy, does not answer: the seat is back with the caller',
    run: async (floor, lab) => {
      const left = await consult(floor, lab, async () => {
        await sleep(500);
        lab.phones.get('1002')!.bye();
      });
      const back = await lab.hear('caller', '1001');
      await lab.clear();
      lab.busy.add('1002');
      await lab.queueCall();
      const call = await floor.callOf('1001');
      const busy = await floor.steer({ kind: 'transfer-attended', seat: '1001', call, to: '1002' });
      await lab.clear();
      lab.silent.add('1002');
      const silent = await consult(floor, lab, async () => {});
      const again = await lab.hear('caller', '1001');
      return {
        ok:
          ended(left, 'failed', 'consult-ended') &&
          has(back.caller, '1001') &&
          ended(busy, 'failed', 'called-busy') &&
          ended(silent, 'failed', 'called-unanswered') &&
          has(again.caller, '1001'),
        detail: { left: say(left), back, busy: say(busy), silent: say(silent), again },
      };
    },
  },
  {
    name: 'attended transfer: the caller hangs up meanwhile; a number that the dial plan has not; a call without the options',
    run: async (floor, lab) => {
      const gone = await consult(floor, lab, async () => {
        await sleep(500);
        lab.phones.get('caller')!.bye();
      });
      await lab.clear();
      await lab.queueCall();
      const call = await floor.callOf('1001');
      const wrong = await floor.steer({ kind: 'transfer-attended', seat: '1001', call, to: '4444' });
      const talk = await lab.hear('caller');
      await lab.clear();
      await lab.plainCall();
      const plain = await floor.callOf('1001');
      const forbidden = await floor.steer({ kind: 'transfer-attended', seat: '1001', call: plain, to: '1002' });
      return {
        ok:
          ended(gone, 'failed', 'caller-hung-up') &&
          ended(wrong, 'refused', 'called-unreachable') &&
          has(talk.caller, '1001') &&
          ended(forbidden, 'failed', 'transfer-forbidden'),
        detail: { gone: say(gone), wrong: say(wrong), talk, forbidden: say(forbidden) },
      };
    },
  },
  {
    name: 'end with a prompt: the seat is free at once, the caller hears it and is hung up',
    run: async (floor, lab) => {
      await lab.queueCall();
      const call = await floor.callOf('1001');
      const without = await floor.steer({ kind: 'end-with-prompt', seat: '1001', call, reason: ' ' });
      const asked = floor.steer({ kind: 'end-with-prompt', seat: '1001', call, reason: '长时间占线' });
      await lab.inState('1001', 'ended');
      const h = await lab.hear('caller', '1001');
      const free = await floor.until('1001 idle', (t) => t.get<SeatLiveRow>('seatLive', '1001')?.line === 'idle');
      const talking = lab.phones.get('caller')!.state;
      const r = await asked;
      return {
        ok:
          without === 'reason-needed' &&
          has(h.caller, 'prompt') &&
          h['1001'] === 'ended' &&
          isDone(r) &&
          lab.phones.get('caller')!.state === 'ended',
        detail: {
          hear: h,
          seat: free.get<SeatLiveRow>('seatLive', '1001')?.line,
          callerThen: talking,
          row: say(r),
          promptS: PROMPT_S,
        },
      };
    },
  },
  {
    name: 'stopping our recording leaves the dial plan’s own, also when both are on the seat’s leg',
    run: async (floor, lab) => {
      await lab.originate('1001', `9${CITIZEN}`);
      await lab.inState(CITIZEN, 'up');
      const call = await floor.callOf('1001');
      const none = await floor.steer({ kind: 'stop-recording', seat: '1001', call });
      const begun = await floor.steer({ kind: 'record', seat: '1001', call });
      await sleep(2000);
      const over = await floor.steer({ kind: 'stop-recording', seat: '1001', call });
      await sleep(500);
      await sleep(3000);
      await lab.clear();
      // wav: 16,000 bytes a second; gsm: 1,650, written when it ends
      const ownS = lab.recordingBytes(typeof begun === 'string' ? '' : begun.detail) / 16_000;
      const planS = lab.recordingBytes(`${call}.gsm`) / 1650;
      return {
        ok: none === 'not-recording' && isDone(begun) && isDone(over) && ownS > 1 && ownS < 3 && planS > ownS + 2.5,
        detail: { none, begun: say(begun), over: say(over), ownS, planS },
      };
    },
  },
  {
    name: 'level of a seat in a queue',
    run: async (floor) => {
      const set = await floor.steer({ kind: 'set-penalty', seat: '1001', queue: 'consult', penalty: 7 });
      const levelOf = (t: Awaited<ReturnType<Floor['tables']>>): number | undefined =>
        t.get<SeatRow>('seat', '1001')?.memberships.find((m) => m.queue === 'consult')?.penalty;
      const t = await floor.until('level 7', (x) => levelOf(x) === 7);
      const back = await floor.steer({ kind: 'set-penalty', seat: '1001', queue: 'consult', penalty: 0 });
      const other = await floor.steer({ kind: 'set-penalty', seat: '1001', queue: 'complaint', penalty: 1 });
      return {
        ok: isDone(set) && isDone(back) && other === 'not-member',
        detail: { set: say(set), level: levelOf(t), back: say(back), other },
      };
    },
  },
];
