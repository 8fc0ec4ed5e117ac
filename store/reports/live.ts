import { floorView, seatView, type PauseReasons } from '#domain/floor/view.ts';
import type { CallRow, SeatLiveRow, SeatRow, VisitRow } from '#domain/floor/rows.ts';
import type { LiveReport } from '#domain/reports/catalogue.ts';
import type { ListColumn } from '#domain/reports/lists.ts';
import type { Tables } from '#domain/tables.ts';
import type { Instant } from '#domain/time.ts';
import type { Sql, Tx } from '../db.ts';
import { casesOfCalls } from '../call-cases.ts';
import { floorNow } from '../floor-now.ts';
import type { ListRow } from './lists.ts';

const c = (key: string, zh: string, en: string, type: ListColumn['type'], personal?: true): ListColumn => ({
  key,
  zh,
  en,
  type,
  ...(personal ? { personal } : {}),
});

/** Columns of the live reports R-23 … R-25. */
export const LIVE_COLUMNS: Readonly<Record<LiveReport['what'], readonly ListColumn[]>> = {
  seats: [
    c('seat', '座席号', 'Seat', 'text'),
    c('name', '姓名', 'Name', 'text'),
    c('state', '状态', 'State', 'text'),
    c('in_state_s', '持续', 'In state', 's'),
    c('reason', '原因', 'Reason', 'text'),
    c('queue', '技能组', 'Skill group', 'text'),
    c('line', '话机状态', 'Telephone', 'text'),
    c('extension', '分机', 'Extension', 'text'),
    c('ip', 'IP地址', 'IP address', 'text'),
    c('call', '通话号', 'Call', 'text'),
    c('case', '诉求编号', 'Case', 'text'),
  ],
  waiting: [
    c('queue', '技能组', 'Skill group', 'text'),
    c('caller', '主叫号码', 'Caller', 'text', true),
    c('trunk', '线路', 'Trunk', 'text'),
    c('t_queue', '排队开始', 'Queued', 'time'),
    c('age_s', '已等待', 'Age', 's'),
    c('call', '通话号', 'Call', 'text'),
  ],
  queues: [
    c('queue', '技能组', 'Skill group', 'text'),
    c('waiting', '等待', 'Waiting', 'count'),
    c('oldest_s', '最长等待', 'Oldest', 's'),
    c('talking', '通话', 'Talking', 'count'),
    c('idle', '空闲座席', 'Idle seats', 'count'),
    c('signed_in', '在线座席', 'Signed in', 'count'),
    c('offered', '今日进入', 'Offered today', 'count'),
    c('answered', '今日应答', 'Answered today', 'count'),
    c('abandoned', '今日放弃', 'Abandoned today', 'count'),
    c('average_talk_s', '平均通话', 'Average talk', 's'),
    c('average_wait_s', '平均等待', 'Average wait', 's'),
  ],
};

/** R-23 … R-25 as the floor stands at the newest fact: the same fold and view as the walls show. */
export async function readLive(
  sql: Sql,
  what: LiveReport['what'],
  o: { zone: string; now: Instant; reasons: PauseReasons },
): Promise<ListRow[]> {
  const floor = (await sql.begin('isolation level repeatable read read only', async (tx) =>
    floorNow(sql, tx as unknown as Tx, o.zone),
  )) as Tables;
  switch (what) {
    case 'seats': {
      const calls = [...floor.all<SeatLiveRow>('seatLive').values()].flatMap((r) => (r.call === null ? [] : [r.call]));
      const cases = new Map((await casesOfCalls(sql, calls)).map((x) => [x.callId, x.caseNo]));
      return [...floor.all<SeatLiveRow>('seatLive')]
        .map(([seat, row]): ListRow => {
          const view = seatView(row, o.now, o.reasons);
          const who = floor.get<SeatRow>('seat', seat);
          return {
            seat,
            name: who?.name ?? null,
            state: view.state,
            in_state_s: view.inStateS,
            reason: view.reason,
            queue: view.queue,
            line: row.line,
            extension: who?.extension ?? null,
            ip: who?.ip ?? null,
            call: row.call,
            case: row.call === null ? null : (cases.get(row.call) ?? null),
          };
        })
        .sort((a, b) => (a.seat! < b.seat! ? -1 : 1));
    }
    case 'waiting':
      return [...floor.all<VisitRow>('visit').values()]
        .filter((v) => v.state === 'waiting')
        .sort((a, b) => a.joinedAt - b.joinedAt)
        .map((v) => ({
          queue: v.queue,
          caller: v.caller,
          trunk: floor.get<CallRow>('call', v.call)?.trunk ?? null,
          t_queue: v.joinedAt,
          age_s: Math.max(0, Math.floor((o.now - v.joinedAt) / 1000)),
          call: v.call,
        }));
    case 'queues':
      return floorView(floor, o).queues.map((q) => ({
        queue: q.id,
        waiting: q.waiting,
        oldest_s: q.oldestS,
        talking: q.talking,
        idle: q.seats.idle,
        signed_in: Object.values(q.seats).reduce((a, b) => a + b, 0) - q.seats.offline,
        offered: q.offered,
        answered: q.answered,
        abandoned: q.abandoned,
        average_talk_s: q.averageTalkS,
        average_wait_s: q.averageWaitS,
      }));
  }
}
