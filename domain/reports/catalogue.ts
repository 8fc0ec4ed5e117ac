import type { IndicatorKey } from '../calls/indicators.ts';
import type { Dimension } from '../calls/sources.ts';
import type { Grain } from './grain.ts';
import type { ListName } from './lists.ts';

/** A report of the catalogue (stats.md §3), as data: the engine is one. “Report” alone would be the case type 举报. */
export type StatReport = FiguresReport | ListReport | LiveReport;

interface Named {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  /** What of it our records cannot tell yet. */
  readonly missing?: string;
}
export interface FiguresReport extends Named {
  readonly kind: 'figures';
  /** What rows may be broken down by; the first is the usual way, [] the whole. */
  readonly by: readonly (readonly Dimension[])[];
  /** The first is the usual one. */
  readonly grains: readonly Grain[];
  readonly columns: readonly IndicatorKey[];
  /** Columns that a breakdown by this has only when they are asked for: it says the same, or they are unknown in it. */
  readonly without?: Partial<Record<Dimension, readonly IndicatorKey[]>>;
  /** Compared with an earlier period unless asked otherwise. */
  readonly compare?: 'year';
}
export interface ListReport extends Named {
  readonly kind: 'list';
  /** The first is the usual view. */
  readonly views: readonly ListName[];
}
export interface LiveReport extends Named {
  readonly kind: 'live';
  readonly what: 'seats' | 'waiting' | 'queues';
}

const HOURLY: readonly Grain[] = ['day', 'hour', 'month', 'half-hour', 'week', 'quarter', 'year', 'none'];
const DAILY: readonly Grain[] = ['day', 'week', 'month', 'quarter', 'year', 'hour', 'half-hour', 'none'];
/** What teams belong to, alone and with their teams. */
const BODIES: readonly (readonly Dimension[])[] = [
  ['department'],
  ['department', 'team'],
  ['provider'],
  ['provider', 'team'],
];
const OUTBOUND = ['dialled', 'connected', 'outbound', 'averageOutbound'] as const satisfies readonly IndicatorKey[];
/** Inbound calls by the type of their case; together they are the inbound calls. */
export const CALL_TYPES = [
  'callConsultations',
  'callHelps',
  'callComplaints',
  'callReports',
  'callSuggestions',
  'callPraises',
  'callAppeals',
  'callMessages',
  'callUnknowns',
  'callsNoCase',
] as const satisfies readonly IndicatorKey[];
const BUCKETS = [
  'answeredB1',
  'abandonedB1',
  'answeredB2',
  'abandonedB2',
  'answeredB3',
  'abandonedB3',
  'answeredB4',
  'abandonedB4',
] as const satisfies readonly IndicatorKey[];

export const REPORTS: readonly StatReport[] = [
  {
    id: 'R-01',
    zh: '线路来话统计表',
    en: 'Line inbound',
    kind: 'figures',
    by: [['trunk'], []],
    grains: HOURLY,
    columns: ['inbound', 'lineBusy', 'lineIdle'],
  },
  {
    id: 'R-02',
    zh: 'IVR呼叫量统计',
    en: 'IVR volume',
    kind: 'figures',
    by: [['point'], []],
    grains: HOURLY,
    columns: ['ivrCalls', 'ivrSteps', 'selfService', 'averageIvr'],
    without: { point: ['ivrCalls', 'selfService', 'averageIvr'] },
  },
  {
    id: 'R-03',
    zh: '综合呼叫量统计',
    en: 'Overall volume',
    kind: 'figures',
    by: [[], ['queue']],
    grains: DAILY,
    columns: ['inbound', 'offered', 'answered', 'talk', 'abandoned', ...OUTBOUND, 'answerRate'],
  },
  {
    id: 'R-04',
    zh: '座席呼叫量统计',
    en: 'Seat volume',
    kind: 'figures',
    by: [['seat'], []],
    grains: DAILY,
    columns: ['offered', 'answered', 'abandoned', 'seatAnswerRate', ...OUTBOUND],
  },
  {
    id: 'R-05',
    zh: '座席综合统计',
    en: 'Seat summary',
    kind: 'figures',
    by: [['seat'], ['team'], ['team', 'seat'], ...BODIES, []],
    grains: HOURLY,
    columns: [
      'login',
      'idle',
      'inCalls',
      'inTime',
      'averageIn',
      ...OUTBOUND,
      'seatCalls',
      'seatTime',
      'wrap',
      'averageWrap',
      'rest',
      'ring',
      'averageRing',
      'transfers',
      'consults',
      'holds',
      'averageHold',
    ],
  },
  {
    id: 'R-06',
    zh: '技能组综合统计',
    en: 'Skill group summary',
    kind: 'figures',
    by: [['queue'], []],
    grains: HOURLY,
    columns: [
      'offered',
      'averageWait',
      'longestWait',
      'answered',
      'talk',
      'averageTalk',
      'asa',
      'abandoned',
      'abandonRate',
      'averageAbandon',
      ...BUCKETS,
    ],
  },
  {
    id: 'R-07',
    zh: '呼出电话统计',
    en: 'Outbound',
    kind: 'figures',
    by: [['queue'], ['seat'], ['queue', 'seat'], []],
    grains: HOURLY,
    columns: [...OUTBOUND, 'outboundRate'],
  },
  {
    id: 'R-08',
    zh: '座席状态时间统计',
    en: 'Seat state time',
    kind: 'figures',
    by: [['seat'], []],
    grains: HOURLY,
    columns: [
      'login',
      'stateIdle',
      'shareIdle',
      'stateTalking',
      'shareTalking',
      'stateOutbound',
      'shareOutbound',
      'stateWrap',
      'shareWrap',
      'stateBreak',
      'shareBreak',
      'stateRinging',
      'shareRinging',
      'stateBusy',
      'shareBusy',
      'stateOther',
      'shareOther',
    ],
  },
  {
    id: 'R-09',
    zh: '座席休息时间统计',
    en: 'Seat rest',
    kind: 'figures',
    by: [['seat', 'reason'], ['seat'], ['reason'], []],
    grains: HOURLY,
    columns: ['rests', 'rest'],
  },
  {
    id: 'R-10',
    zh: '热线座席话务统计',
    en: 'Hotline call report',
    kind: 'figures',
    by: [[], ['team'], ['seat'], ['team', 'seat'], ...BODIES],
    grains: DAILY,
    columns: [
      'inbound',
      'answered',
      'connectRate',
      'averageWait',
      'serviceLevel',
      'talk',
      'averageTalk',
      'averageWrap',
      'login',
      'utilisation',
    ],
  },
  {
    id: 'R-11',
    zh: '15秒内接通率',
    en: '15-second goal',
    kind: 'figures',
    by: [['queue'], [], ['seat']],
    grains: HOURLY,
    columns: ['offered', 'answered', 'connect15', 'connect15Gap', 'connect15OfAnswered'],
  },
  {
    id: 'R-12',
    zh: '接听电话量统计',
    en: 'Inbound/outbound by time; call type',
    kind: 'figures',
    by: [[], ['type'], ['seat'], ['team'], ...BODIES, ['seat', 'type']],
    grains: DAILY,
    columns: ['inbound', ...CALL_TYPES, 'inCalls', ...OUTBOUND],
    without: { type: [...CALL_TYPES, 'inCalls', ...OUTBOUND] },
  },
  {
    id: 'R-13',
    zh: '话务分析',
    en: 'Operator analysis',
    kind: 'figures',
    by: [['seat'], ['team'], ['team', 'seat'], ...BODIES, []],
    grains: DAILY,
    columns: ['login', 'inCalls', 'dialled', 'satisfaction', 'ratedShare', 'outboundRate', 'workIndex'],
  },
  {
    id: 'R-14',
    zh: '座席登录明细',
    en: 'Login detail',
    kind: 'list',
    views: ['logins'],
  },
  { id: 'R-15', zh: '全程呼入通话明细', en: 'Inbound journey detail', kind: 'list', views: ['journeys'] },
  { id: 'R-16', zh: 'IVR呼叫明细', en: 'IVR detail', kind: 'list', views: ['ivr', 'ivr-callers', 'ivr-only'] },
  { id: 'R-17', zh: '软电话接话明细', en: 'Answered detail', kind: 'list', views: ['answered'] },
  {
    id: 'R-18',
    zh: '软电话外拨明细',
    en: 'Outbound detail',
    kind: 'list',
    views: ['outbound-answered', 'outbound-failed', 'outbound-numbers'],
  },
  { id: 'R-19', zh: '呼叫排队明细', en: 'Queue detail', kind: 'list', views: ['visits'] },
  { id: 'R-20', zh: '话后处理明细', en: 'Wrap detail', kind: 'list', views: ['wraps'] },
  {
    id: 'R-21',
    zh: '磋商外线/内线明细',
    en: 'Consult external / internal',
    kind: 'list',
    views: ['consults-external', 'consults-internal', 'consults'],
  },
  { id: 'R-22', zh: '转接、会议、保持明细', en: 'Transfer, conference, hold', kind: 'list', views: ['moves', 'holds'] },
  { id: 'R-23', zh: '当前座席状态', en: 'Current seats', kind: 'live', what: 'seats' },
  { id: 'R-24', zh: '当前ACD排队状态', en: 'Current queue', kind: 'live', what: 'waiting' },
  { id: 'R-25', zh: '队列监控', en: 'Queue monitor', kind: 'live', what: 'queues' },
  {
    id: 'R-26',
    zh: '同期比',
    en: 'Volume comparison',
    kind: 'figures',
    by: [[], ['queue'], ['seat'], ['team'], ...BODIES],
    grains: ['month', 'year', 'none', 'quarter', 'week', 'day', 'hour', 'half-hour'],
    compare: 'year',
    columns: ['inbound', 'offered', 'answered', 'abandoned', 'talk', 'dialled', 'connected'],
  },
  {
    id: 'R-27',
    zh: '业务量、工作量、话务量',
    en: 'Whole-database totals',
    kind: 'figures',
    by: [['seat'], ['team'], ['team', 'seat'], ...BODIES, []],
    grains: ['day', 'month', 'none', 'week', 'quarter', 'year'],
    columns: [
      'cases',
      'consultations',
      'complaints',
      'reportCases',
      'otherCases',
      'dispatches',
      'inCalls',
      'dialled',
      'seatTime',
      'wrap',
      'login',
    ],
  },
  {
    id: 'R-39',
    zh: '座席咨询一次解答率',
    en: 'Consultations answered at once',
    kind: 'figures',
    by: [['unit'], ['seat'], ['team'], ...BODIES, []],
    grains: ['month', 'day', 'week', 'quarter', 'year', 'none'],
    missing: 'consultations whose call the case system does not name are not judged',
    columns: ['consultations', 'consultsKnown', 'firstAnswered', 'firstAnswer', 'firstAnswerHeld'],
  },
];

/** @returns the report called `id`, whatever its case ('r-6' is 'R-06'); undefined when there is none */
export function reportNamed(id: string): StatReport | undefined {
  const m = /^r-?0*(\d+)$/i.exec(id.trim());
  return m ? REPORTS.find((r) => Number(r.id.slice(2)) === Number(m[1])) : undefined;
}
