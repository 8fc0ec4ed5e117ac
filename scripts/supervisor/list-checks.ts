import { setTimeout as sleep } from 'node:timers/promises';
import type { QueueRow, SeatDayRow, SeatRow } from '#domain/floor/rows.ts';
import { confOf, confText, membersOf } from '#domain/strategy/strategy.ts';
import type { Tables } from '#domain/tables.ts';
import { isDone, say, type Check } from './check.ts';
import type { Lab } from './lab.ts';

const BARRED = '10000000666';
/** How a call to the hotline ends within two seconds: 'up' when it is taken. */
async function callIn(lab: Lab): Promise<string> {
  const phone = lab.farm.call(BARRED, '12345', { freq: 700 });
  await sleep(2000);
  const { state } = phone;
  await lab.clear();
  return state;
}

/** What the switch holds or is configured to: the blacklist in its database, strategies and levels in its files. */
export const LIST_CHECKS: readonly Check[] = [
  {
    name: 'blacklist: a barred caller is refused by the dial plan, a barred number is not dialled, both until it is lifted',
    run: async (floor, lab) => {
      const before = await callIn(lab);
      const id = await floor.bar(BARRED, 'both');
      await floor.told(BARRED, true);
      const [held, barred] = [await lab.database('blacklist'), await callIn(lab)];
      await lab.originate('8001', `8${BARRED}`, 'wf-check');
      await sleep(2000);
      const [officer, outside] = [lab.phones.get('8001')?.state, lab.phones.get(BARRED)?.state ?? 'not rung'];
      await lab.clear();
      // a switch that lost the key gets it again
      await lab.ami.action({ Action: 'DBDel', Family: 'blacklist', Key: BARRED });
      await floor.bar('10000000777', 'in');
      await floor.told('10000000777', true);
      const again = await lab.database('blacklist');
      await floor.lift(id);
      await floor.told(BARRED, false);
      const after = await callIn(lab);
      return {
        ok:
          before === 'up' &&
          barred === 'ended' &&
          officer === 'ended' &&
          outside === 'not rung' &&
          held.includes(BARRED) &&
          again.includes(BARRED) &&
          after === 'up',
        detail: { before, held, barred, officer, outside, again, after },
      };
    },
  },
  {
    name: 'queues.conf: the generated file changes the strategy and keeps levels over a reload',
    run: async (floor, lab) => {
      const set = await floor.steer({ kind: 'set-penalty', seat: '1001', queue: 'consult', penalty: 4 });
      const shows = (x: Tables, strategy: string, level: number): boolean =>
        x.get<QueueRow>('queue', 'consult')?.strategy === strategy &&
        x.get<SeatRow>('seat', '1001')?.memberships.find((m) => m.queue === 'consult')?.penalty === level;
      const t = await floor.until('level 4', (x) => shows(x, 'leastrecent', 4));
      const members = membersOf('consult', t.all<SeatRow>('seat').values(), t.all<SeatDayRow>('seatDay'));
      const file = confText(confOf(t.get<QueueRow>('queue', 'consult')!, 'fewestcalls', members));
      const old = await lab.queueLines('consult', file.split('\n').slice(1));
      const reloaded = await floor.until('fewestcalls with level 4', (x) => shows(x, 'fewestcalls', 4));
      await lab.queueLines('consult', old);
      await floor.until('as before', (x) => shows(x, 'leastrecent', 0));
      return {
        ok: isDone(set),
        detail: {
          set: say(set),
          strategy: reloaded.get<QueueRow>('queue', 'consult')?.strategy,
          file: file.split('\n'),
        },
      };
    },
  },
];
