/** Lists of rows (R-14 … R-22): columns as data; the store has the query of each. */
export type ListName =
  | 'logins'
  | 'journeys'
  | 'ivr'
  | 'ivr-callers'
  | 'ivr-only'
  | 'answered'
  | 'outbound-answered'
  | 'outbound-failed'
  | 'outbound-numbers'
  | 'visits'
  | 'wraps'
  | 'consults-external'
  | 'consults-internal'
  | 'consults'
  | 'moves'
  | 'holds';

export interface ListColumn {
  readonly key: string;
  readonly zh: string;
  readonly en: string;
  readonly type: 'time' | 'text' | 's' | 'count';
  /** A citizen's telephone number: masked for those without the clearance. */
  readonly personal?: true;
}

const c = (key: string, zh: string, en: string, type: ListColumn['type'], personal?: true): ListColumn => ({
  key,
  zh,
  en,
  type,
  ...(personal ? { personal } : {}),
});
const SETUP = c('t_setup', '建立时间', 'Setup', 'time');
const CALLER = c('caller', '主叫号码', 'Caller', 'text', true);
const CALLED = c('called', '被叫号码', 'Called', 'text', true);
const QUEUE = c('queue', '技能组', 'Skill group', 'text');
const SEAT = c('seat_no', '座席号', 'Seat', 'text');
const CALL = c('call_id', '通话号', 'Call', 'text');
const TRUNK = c('trunk', '线路', 'Trunk', 'text');
const TALK = c('talk_s', '通话时长', 'Talk', 's');
const WAIT = c('wait_s', '等待时长', 'Wait', 's');
const FROM = c('t_from', '开始', 'From', 'time');
const TO = c('t_to', '结束', 'To', 'time');
const STAY = c('ivr_s', 'IVR停留', 'IVR stay', 's');
const MOVED = [
  QUEUE,
  CALLER,
  c('from_seat', '座席', 'Seat', 'text'),
  c('to_seat', '对方座席', 'Other seat', 'text'),
  c('to_number', '对方号码', 'Other number', 'text', true),
];
const LASTED = c('move_s', '时长', 'Duration', 's');
const MOVE = [
  c('t', '时间', 'Time', 'time'),
  c('t_to', '结束', 'To', 'time'),
  LASTED,
  c('kind', '方式', 'Kind', 'text'),
  ...MOVED,
  CALL,
];
const CONSULT = [
  c('t', '开始', 'From', 'time'),
  c('t_answer', '接通时间', 'Answered', 'time'),
  c('t_to', '结束', 'To', 'time'),
  LASTED,
  c('scope', '内线/外线', 'Internal/external', 'text'),
  ...MOVED,
  CALL,
];
const IVR = [TRUNK, SETUP, STAY, CALLER, QUEUE, SEAT, CALL];
const OUT = [SEAT, CALLED, FROM, c('t_answer', '接通时间', 'Answered', 'time'), TO, TALK, CALL];

export const LISTS: Readonly<Record<ListName, readonly ListColumn[]>> = {
  logins: [
    SEAT,
    c('name', '姓名', 'Name', 'text'),
    c('extension', '分机', 'Extension', 'text'),
    c('ip', 'IP地址', 'IP address', 'text'),
    c('t_in', '签入', 'Signed in', 'time'),
    c('t_out', '签出', 'Signed out', 'time'),
  ],
  journeys: [
    SETUP,
    CALLER,
    TRUNK,
    STAY,
    c('visits', '排队次数', 'Visits', 'count'),
    QUEUE,
    WAIT,
    c('service_s', '服务时长', 'Service', 's'),
    TALK,
    SEAT,
    c('ended_in', '结束于', 'Ended in', 'text'),
    c('outcome', '结果', 'Outcome', 'text'),
    CALL,
  ],
  ivr: IVR,
  'ivr-callers': [
    CALLER,
    c('calls', '次数', 'Calls', 'count'),
    c('first_at', '首次', 'First', 'time'),
    c('last_at', '末次', 'Last', 'time'),
    STAY,
  ],
  'ivr-only': IVR,
  answered: [
    c('t_answer', '接通时间', 'Answered', 'time'),
    QUEUE,
    SEAT,
    CALLER,
    TALK,
    c('band', '时长段', 'Band', 'text'),
    CALL,
  ],
  'outbound-answered': OUT,
  'outbound-failed': OUT,
  'outbound-numbers': [
    CALLED,
    c('calls', '次数', 'Calls', 'count'),
    c('connected', '接通', 'Connected', 'count'),
    c('first_at', '首次', 'First', 'time'),
    c('last_at', '末次', 'Last', 'time'),
    TALK,
  ],
  visits: [
    c('t_queue', '排队开始', 'Queued', 'time'),
    QUEUE,
    SEAT,
    CALLER,
    c('t_answer', '通话开始', 'Answered', 'time'),
    c('t_abandon', '放弃时间', 'Abandoned', 'time'),
    WAIT,
    c('outcome', '结果', 'Outcome', 'text'),
    CALL,
  ],
  wraps: [QUEUE, SEAT, FROM, TO, c('wrap_s', '后处理', 'Wrap', 's'), CALL],
  'consults-external': CONSULT,
  'consults-internal': CONSULT,
  consults: CONSULT,
  moves: MOVE,
  holds: [
    QUEUE,
    SEAT,
    CALLER,
    FROM,
    TO,
    c('holds', '保持次数', 'Holds', 'count'),
    c('hold_s', '保持时长', 'Hold', 's'),
    CALL,
  ],
};

/** What a list may be narrowed by. */
export interface ListFilter {
  readonly queue?: readonly string[];
  readonly seat?: readonly string[];
  readonly trunk?: readonly string[];
  /** Whole number of the citizen. */
  readonly number?: string;
  /** Of consultations and transfers: the seat or the whole number on the other side. */
  readonly other?: string;
  /** Of TALK bands: 0 … 4. */
  readonly band?: number;
}
