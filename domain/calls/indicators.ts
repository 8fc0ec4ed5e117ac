import type { ServiceLevelMode } from '../floor/indicators.ts';
import type { Terms, Unit } from './figure.ts';
import { HOUR } from '../time.ts';
import type { PartName } from './parts.ts';

/** One figure: `of / over`, from added parts. Several figures may share an id of the catalogue (stats.md §2). */
export interface Indicator {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly unit: Unit;
  /** As printed beside the figure. */
  readonly formula: string;
  readonly of: Terms;
  /** Denominator; none: a count or a sum. */
  readonly over?: Terms;
  /** Milliseconds among the terms become seconds by this. */
  readonly divide?: number;
  /** Without any of these there is nothing to tell (a longest wait of nobody). */
  readonly needs?: PartName;
  /** The parts whose rows the figure opens. */
  readonly opens: readonly PartName[];
  readonly better?: 'more' | 'less';
  /** Goal, as a fraction. */
  readonly goal?: number;
  /** Not counted from parts: computed from other figures, as people have set (domain/reports/work-index.ts). */
  readonly derived?: 'work-index';
  /** What our records would have to tell for this figure; until then it is unknown, never guessed. */
  readonly missing?: string;
}

type More = Partial<Indicator>;
const names = (t: Terms): PartName[] => Object.keys(t) as PartName[];
const count = (
  id: string,
  zh: string,
  en: string,
  unit: Unit,
  formula: string,
  of: Terms,
  more: More = {},
): Indicator => ({ id, zh, en, unit, formula, of, opens: names(of), ...more });
const rate = (
  id: string,
  zh: string,
  en: string,
  formula: string,
  of: Terms,
  over: Terms,
  more: More = {},
): Indicator => count(id, zh, en, 'percent', formula, of, { over, ...more });
const avgS = (
  id: string,
  zh: string,
  en: string,
  formula: string,
  of: Terms,
  over: Terms,
  more: More = {},
): Indicator => count(id, zh, en, 's', formula, of, { over, ...more });
const MS: More = { divide: 1000 };
const sumMs = (id: string, zh: string, en: string, formula: string, of: Terms): Indicator =>
  count(id, zh, en, 's', formula, of, MS);

const WORK: Terms = { state_talking_ms: 1, state_outbound_ms: 1, state_ringing_ms: 1, state_wrap_ms: 1 };
const AWAY: Terms = { state_break_ms: 1, state_busy_ms: 1, state_other_ms: 1 };
const LOGIN: Terms = { state_idle_ms: 1, ...WORK, ...AWAY };
const IN_DUTY: Terms = { state_idle_ms: 1, ...WORK };

const share = (zh: string, en: string, part: PartName): Indicator =>
  rate('I-22', `${zh}占比`, `${en}, share`, `${en.toLowerCase()} / login time`, { [part]: 1 }, LOGIN);
const bucket = (n: 1 | 2 | 3 | 4, zh: string, en: string): readonly [Indicator, Indicator] => [
  count('I-14', `${zh}应答`, `Answered, ${en}`, 'visits', `answered, wait in ${en}`, { [`answered_b${n}`]: 1 }),
  count('I-14', `${zh}放弃`, `Abandoned, ${en}`, 'visits', `abandoned, wait in ${en}`, { [`abandoned_b${n}`]: 1 }),
];
const [answeredB1, abandonedB1] = bucket(1, '等待<边界1', '[0, edge 1)');
const [answeredB2, abandonedB2] = bucket(2, '等待边界1~2', '[edge 1, edge 2)');
const [answeredB3, abandonedB3] = bucket(3, '等待边界2~3', '[edge 2, edge 3)');
const [answeredB4, abandonedB4] = bucket(4, '等待≥边界3', '[edge 3, ∞)');
const band = (n: 1 | 2 | 3 | 4 | 5, zh: string, en: string): Indicator =>
  count('I-15', `通话${zh}`, `Talk ${en}`, 'times', `conversations of ${en}`, { [`talk_b${n}`]: 1 });

const callsOf = (zh: string, en: string, part: PartName): Indicator =>
  count('I-01', zh, en, 'calls', 'inbound calls whose first case is of this type', { [part]: 1 });

const SHORT: Terms = { short_abandoned: -1 };
export const SERVICE_LEVELS: Readonly<Record<ServiceLevelMode, Indicator>> = {
  negative: rate(
    'I-09',
    '服务水平',
    'Service level',
    'A(≤T) / O (negative)',
    { answered_sl: 1 },
    { offered: 1 },
    { better: 'more' },
  ),
  ignore: rate(
    'I-09',
    '服务水平(不计放弃)',
    'Service level (ignore)',
    'A(≤T) / (O − B(≤T)) (ignore)',
    { answered_sl: 1 },
    { offered: 1, abandoned_sl: -1 },
    { better: 'more' },
  ),
  positive: rate(
    'I-09',
    '服务水平(计入放弃)',
    'Service level (positive)',
    '(A(≤T) + B(≤T)) / O (positive)',
    { answered_sl: 1, abandoned_sl: 1 },
    { offered: 1 },
    { better: 'more' },
  ),
};

/** Every indicator I-01 … I-33 of the catalogue and what is made of them, by the key that reports name. */
export const INDICATORS = {
  inbound: count('I-01', '呼入电话总数', 'Inbound calls', 'calls', 'N_in', { calls_in: 1 }),
  offered: count('I-02', '进入ACD电话总数', 'Offered', 'visits', 'O', { offered: 1 }),
  answered: count('I-03', 'ACD应答电话数', 'Answered', 'visits', 'A', { answered: 1 }),
  abandoned: count(
    'I-04',
    'ACD放弃电话数',
    'Abandoned',
    'visits',
    'B − B(<short)',
    { abandoned: 1, ...SHORT },
    { opens: ['abandoned'] },
  ),
  leftOtherwise: count('I-02', '其他方式离开', 'Left otherwise', 'visits', 'L', { left_otherwise: 1 }),
  visitsUnknown: count('I-02', '结果未知', 'End not known', 'visits', 'visits lost with the switch or not heard', {
    visits_lost: 1,
  }),
  waiting: count('I-02', '仍在排队', 'Still waiting', 'visits', 'visits that have not ended', { waiting: 1 }),
  abandonRate: rate(
    'I-05',
    '放弃率',
    'Abandon rate',
    'B / O',
    { abandoned: 1, ...SHORT },
    { offered: 1, ...SHORT },
    { opens: ['abandoned'], better: 'less' },
  ),
  answerRate: rate(
    'I-06',
    '排队接通率',
    'Queue answer rate',
    'A / O',
    { answered: 1 },
    { offered: 1 },
    { better: 'more' },
  ),
  connectRate: rate(
    'I-07',
    '接通率',
    'Connection rate',
    'A / (O + N_blk)',
    { answered: 1 },
    { offered: 1, blocked: 1 },
    { better: 'more', goal: 0.95 },
  ),
  blocked: count('I-07', '入队被拒', 'Refused at the door', 'calls', 'N_blk', { blocked: 1 }),
  connect15: rate(
    'I-08',
    '15秒内接通率',
    'Connected within 15 s',
    'A(≤T) / O',
    { answered_connect: 1 },
    { offered: 1 },
    { better: 'more', goal: 0.9 },
  ),
  connect15Gap: rate(
    'I-08',
    '与目标90%之差',
    'Gap to the goal of 90 %',
    'A(≤T) / O − 90 %',
    { answered_connect: 10, offered: -9 },
    { offered: 10 },
    { opens: ['answered_connect'], better: 'more' },
  ),
  connect15OfAnswered: rate(
    'I-08',
    '15秒内接通率(占应答)',
    'Connected within 15 s, of answered',
    'A(≤T) / A',
    { answered_connect: 1 },
    { answered: 1 },
    { better: 'more' },
  ),
  serviceLevel: SERVICE_LEVELS.negative,
  serviceLevelIgnore: SERVICE_LEVELS.ignore,
  serviceLevelPositive: SERVICE_LEVELS.positive,
  serviceLevelOfAnswered: rate(
    'I-09',
    '20秒接通率(占应答)',
    'Service level, of answered',
    'A(≤T) / A',
    { answered_sl: 1 },
    { answered: 1 },
    { better: 'more' },
  ),
  asa: avgS(
    'I-10',
    '应答速度',
    'Average speed of answer',
    'Σ wait of answered / A',
    { wait_answered_s: 1 },
    { answered: 1 },
    { better: 'less' },
  ),
  averageWait: avgS(
    'I-11',
    '平均等待时长',
    'Average wait',
    'Σ wait / visits whose wait is known',
    { wait_s: 1 },
    { waits: 1 },
    { better: 'less' },
  ),
  longestWait: count(
    'I-12',
    '最长排队等待时间',
    'Longest wait',
    's',
    'max wait',
    { longest_wait_s: 1 },
    { needs: 'waits', better: 'less' },
  ),
  averageAbandon: avgS(
    'I-13',
    '平均放弃时长',
    'Average time to abandon',
    'Σ wait of abandoned / B',
    { wait_abandoned_s: 1 },
    { abandoned: 1 },
  ),
  answeredB1,
  abandonedB1,
  answeredB2,
  abandonedB2,
  answeredB3,
  abandonedB3,
  answeredB4,
  abandonedB4,
  talk: count('I-15', '通话总时长', 'Talk time', 's', 'Σ talk, hold included', { talk_s: 1 }),
  averageTalk: avgS(
    'I-15',
    '平均通话时长',
    'Average talk time',
    'Σ talk / conversations ended',
    { talk_s: 1 },
    { talked: 1 },
  ),
  talkB1: band(1, '<1分', '[0, 1) min'),
  talkB2: band(2, '1~2分', '[1, 2) min'),
  talkB3: band(3, '2~3分', '[2, 3) min'),
  talkB4: band(4, '3~5分', '[3, 5) min'),
  talkB5: band(5, '≥5分', '[5, ∞) min'),
  holds: count('I-16', '保持次数', 'Holds', 'times', 'Σ holds', { holds: 1 }),
  averageHold: avgS('I-16', '平均保持时长', 'Average hold', 'Σ hold / holds', { hold_ms: 1 }, { holds: 1 }, MS),
  wrap: sumMs('I-17', '后处理总时长', 'After-call work', 'Σ hang-up to end of after-call work', { wrap_ms: 1 }),
  averageWrap: avgS(
    'I-17',
    '平均后处理时长',
    'Average after-call work',
    'Σ wrap / conversations ended',
    { wrap_ms: 1 },
    { talked: 1 },
    MS,
  ),
  averageHandle: avgS(
    'I-18',
    '平均处理时长',
    'Average handle time',
    'Σ (talk + wrap) / conversations ended',
    { talk_s: 1000, wrap_ms: 1 },
    { talked: 1 },
    MS,
  ),
  ring: sumMs('I-19', '振铃总时长', 'Ringing', 'Σ ringing', { ring_ms: 1 }),
  averageRing: avgS('I-19', '平均振铃时长', 'Average ringing', 'Σ ringing / rings', { ring_ms: 1 }, { rings: 1 }, MS),
  seatAnswerRate: rate(
    'I-20',
    '座席接通率',
    'Seat answer rate',
    'answered by the seat / rings',
    { taken: 1 },
    { rings: 1 },
    { better: 'more' },
  ),
  rings: count('I-20', '振铃次数', 'Rings', 'times', 'rings offered', { rings: 1 }),
  login: sumMs('I-21', '总登录时长', 'Login time', 'Σ of all states but offline', LOGIN),
  utilisation: rate('I-22', '工时利用率', 'Utilisation', '(talk + outbound + ringing + wrap) / login', WORK, LOGIN),
  occupancy: rate(
    'I-23',
    '占用率',
    'Occupancy',
    '(talk + outbound + ringing + wrap) / (login − break − busy − other)',
    WORK,
    IN_DUTY,
  ),
  rest: sumMs('I-24', '小休时长', 'Break', 'Σ break', { rest_ms: 1 }),
  rests: count('I-24', '小休次数', 'Breaks', 'times', 'breaks begun', { rests: 1 }),
  idle: sumMs('I-25', '空闲时长', 'Idle', 'Σ idle', { state_idle_ms: 1 }),
  transfers: count('I-26', '转移次数', 'Transfers', 'times', 'blind + attended', { moved_blind: 1, moved_attended: 1 }),
  conferences: count('I-26', '会议次数', 'Conferences', 'times', 'calls that were in a conference', {
    moved_conference: 1,
  }),
  takeOvers: count('I-26', '拦截次数', 'Taken over', 'times', 'calls sent on from outside', { moved_redirect: 1 }),
  consults: count('I-26', '磋商次数', 'Consults', 'times', 'callers kept on hold while the seat called somebody else', {
    moved_consult: 1,
  }),
  dialled: count('I-27', '外拨数', 'Dialled', 'calls', 'outbound calls of seats', { dialled: 1 }),
  connected: count('I-27', '外拨接通数', 'Outbound connected', 'calls', 'of these answered', { connected: 1 }),
  outbound: sumMs('I-27', '呼出时长', 'Outbound time', 'Σ answer to hang-up', { out_ms: 1 }),
  averageOutbound: avgS(
    'I-27',
    '平均呼出时长',
    'Average outbound',
    'Σ / connected',
    { out_ms: 1 },
    { connected: 1 },
    MS,
  ),
  outboundRate: rate('I-27', '外拨成功率', 'Outbound success', 'connected / dialled', { connected: 1 }, { dialled: 1 }),
  inCalls: count('I-27', '呼入次数', 'Inbound taken', 'calls', 'inbound conversations of seats', { in_calls: 1 }),
  inTime: sumMs('I-27', '呼入时长', 'Inbound time', 'Σ answer to hang-up', { in_ms: 1 }),
  averageIn: avgS('I-27', '平均呼入时长', 'Average inbound', 'Σ / inbound taken', { in_ms: 1 }, { in_calls: 1 }, MS),
  seatCalls: count('I-27', '通话次数', 'Conversations', 'calls', 'inbound taken + outbound connected', {
    in_calls: 1,
    connected: 1,
  }),
  callsPerHour: count(
    'I-27',
    '每小时通话次数',
    'Conversations per hour',
    'perHour',
    '(inbound taken + outbound connected) / login time in hours',
    { in_calls: HOUR, connected: HOUR },
    { over: LOGIN, better: 'more' },
  ),
  seatTime: sumMs('I-27', '通话总时长(呼入+呼出)', 'Time in calls', 'Σ inbound + Σ outbound', { in_ms: 1, out_ms: 1 }),
  ivrCalls: count('I-28', 'IVR呼叫量', 'IVR calls', 'calls', 'inbound calls with a stay in the menu', { ivr_calls: 1 }),
  ivrSteps: count('I-28', 'IVR功能点访问', 'IVR visits', 'times', 'visits per function point', { steps: 1 }),
  selfService: rate('I-28', '自助占比', 'Self-service share', 'N_ivr / N_in', { ended_ivr: 1 }, { calls_in: 1 }),
  averageIvr: avgS(
    'I-28',
    '平均IVR停留',
    'Average IVR stay',
    'Σ stay / IVR calls',
    { ivr_ms: 1 },
    { ivr_calls: 1 },
    MS,
  ),
  lineBusy: sumMs('I-29', '线路占用时长', 'Line time in use', 'Σ channel-seconds', { line_ms: 1 }),
  lineIdle: rate(
    'I-29',
    '线路空闲率',
    'Line idle',
    '1 − channel-seconds / (channels × interval)',
    { channel_ms: 1, line_ms: -1 },
    { channel_ms: 1 },
    { opens: ['line_ms'] },
  ),
  cases: count('C-01', '受理量', 'Accepted cases', 'cases', 'cases accepted', { cases: 1 }),
  consultations: count('C-03', '咨询', 'Consultations', 'cases', 'of these consultations', { cases_consultation: 1 }),
  complaints: count('C-03', '投诉', 'Complaints', 'cases', 'of these complaints', { cases_complaint: 1 }),
  reportCases: count('C-03', '举报', 'Reports', 'cases', 'of these reports', { cases_report: 1 }),
  otherCases: count('C-03', '其他诉求', 'Other types', 'cases', 'of these of all other types', { cases_other: 1 }),
  dispatches: count('C-03', '派单', 'Dispatched', 'cases', 'of these sent to a unit', { cases_dispatched: 1 }),
  consultsKnown: count(
    'I-30',
    '来电已知的咨询',
    'Consultations by a known call',
    'cases',
    'consultations whose call the case system names',
    { consult_known: 1 },
  ),
  firstAnswered: count(
    'I-30',
    '当场解答',
    'Closed at first contact',
    'cases',
    'of these closed before the work of the first conversation ended (+5 min)',
    { consult_first: 1 },
  ),
  firstAnswer: rate(
    'I-30',
    '一次解答率(咨询)',
    'First-call resolution',
    'closed at first contact / consultations by a known call',
    { consult_first: 1 },
    { consult_known: 1 },
    { better: 'more' },
  ),
  firstAnswerHeld: rate(
    'I-30',
    '解答后15日未再来电',
    'Not raised again in 15 days',
    '1 − same number and matter again within 15 days / closed at first contact; not final for 15 days',
    { consult_first: 1, consult_again: -1 },
    { consult_first: 1 },
    { better: 'more' },
  ),
  missed: count(
    'I-31',
    '未接来电',
    'Missed calls to call back',
    'calls',
    'missed − called back − got through again',
    { missed: 1, missed_back: -1, missed_through: -1 },
    { opens: ['missed'], better: 'less' },
  ),
  callBackRate: rate(
    'I-32',
    '回拨率',
    'Called back within the day',
    'called back the same day / (missed − got through again)',
    { missed_back_day: 1 },
    { missed: 1, missed_through: -1 },
    { better: 'more' },
  ),
  satisfaction: rate(
    'I-33',
    '满意率(话务)',
    'Satisfaction',
    'satisfied keys / ratings',
    { satisfied: 1 },
    { rated: 1 },
    { better: 'more' },
  ),
  ratedShare: rate('I-33', '评价率', 'Rated share', 'ratings / answered', { rated: 1 }, { answered: 1 }),
  stateIdle: sumMs('I-25', '等待(空闲)', 'Idle', 'Σ idle', { state_idle_ms: 1 }),
  stateTalking: sumMs('I-22', '通话', 'Talking', 'Σ talking', { state_talking_ms: 1 }),
  stateOutbound: sumMs('I-22', '外呼', 'Outbound', 'Σ outbound', { state_outbound_ms: 1 }),
  stateRinging: sumMs('I-22', '振铃', 'Ringing', 'Σ ringing', { state_ringing_ms: 1 }),
  stateWrap: sumMs('I-22', '话后', 'Wrap', 'Σ wrap', { state_wrap_ms: 1 }),
  stateBreak: sumMs('I-24', '小休', 'Break', 'Σ break', { state_break_ms: 1 }),
  stateBusy: sumMs('I-24', '示忙', 'Busy', 'Σ busy', { state_busy_ms: 1 }),
  stateOther: sumMs('I-24', '其他', 'Other', 'Σ other', { state_other_ms: 1 }),
  shareIdle: share('空闲', 'Idle', 'state_idle_ms'),
  shareTalking: share('通话', 'Talking', 'state_talking_ms'),
  shareOutbound: share('外呼', 'Outbound', 'state_outbound_ms'),
  shareRinging: share('振铃', 'Ringing', 'state_ringing_ms'),
  shareWrap: share('话后', 'Wrap', 'state_wrap_ms'),
  shareBreak: share('小休', 'Break', 'state_break_ms'),
  shareBusy: share('示忙', 'Busy', 'state_busy_ms'),
  shareOther: share('其他', 'Other', 'state_other_ms'),
  callConsultations: callsOf('咨询来电', 'Consultation calls', 'typed_consultation'),
  callComplaints: callsOf('投诉来电', 'Complaint calls', 'typed_complaint'),
  callReports: callsOf('举报来电', 'Report calls', 'typed_report'),
  callHelps: callsOf('求助来电', 'Help calls', 'typed_help'),
  callSuggestions: callsOf('建议来电', 'Suggestion calls', 'typed_suggestion'),
  callPraises: callsOf('表扬来电', 'Praise calls', 'typed_praise'),
  callAppeals: callsOf('申诉来电', 'Appeal calls', 'typed_appeal'),
  callMessages: callsOf('留言来电', 'Message calls', 'typed_message'),
  callUnknowns: callsOf('类型不明来电', 'Calls of unknown type', 'typed_unknown'),
  callsNoCase: count('I-01', '无工单来电', 'Calls without a case', 'calls', 'inbound calls that no case names', {
    typed_none: 1,
  }),
  workIndex: count(
    'C-22',
    '工作指数',
    'Work index',
    'points',
    'Σ weight × points / Σ weight of the figures that there are; points: 0–100 on the scale of each',
    {},
    { derived: 'work-index', better: 'more' },
  ),
} as const satisfies Readonly<Record<string, Indicator>>;
export type IndicatorKey = keyof typeof INDICATORS;
