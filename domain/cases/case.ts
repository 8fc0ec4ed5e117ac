import type { LngLat } from '../city/rows.ts';
import type { Instant } from '../time.ts';

/** Words of cases: spec/glossary.md §2, spec/workflow.md §2. Lists are ordered as screens show them. */

/** 咨询 投诉 举报 申诉 求助 建议 表扬 留言; `unknown`: the source does not tell. */
export const CASE_TYPES = [
  'consultation',
  'complaint',
  'report',
  'appeal',
  'help',
  'suggestion',
  'praise',
  'message',
  'unknown',
] as const;
export type CaseType = (typeof CASE_TYPES)[number];

/** Where a request came in. `transfer`: from 110, 119 or another city. */
export const SOURCE_CHANNELS = [
  'phone',
  'wechat',
  'app',
  'web',
  'sms',
  'email',
  'letter',
  'visit',
  'transfer',
  'field',
  'sensor',
  'unknown',
] as const;
export type SourceChannel = (typeof SOURCE_CHANNELS)[number];

export const URGENCIES = ['veryUrgent', 'urgent', 'normal'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** States of workflow §2.1; `unknown`: the source tells none (old open data). */
export const CASE_STATES = [
  'draft',
  'registered',
  'refill',
  'refusal_review',
  'refused',
  'instruction',
  'dispatched',
  'handling',
  'done_review',
  'follow_up',
  'special_supervision',
  'closed',
  'merged',
  'unknown',
] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** 未处理 处理中 已完成 (003/3.4.6.1); a merged case counts with its main case, so it is done for itself. */
export const CASE_PHASES = ['pending', 'processing', 'done', 'unknown'] as const;
export type CasePhase = (typeof CASE_PHASES)[number];

const PHASE: Readonly<Record<CaseState, CasePhase>> = {
  draft: 'pending',
  registered: 'pending',
  refill: 'pending',
  refusal_review: 'pending',
  instruction: 'pending',
  dispatched: 'processing',
  handling: 'processing',
  done_review: 'processing',
  follow_up: 'processing',
  special_supervision: 'processing',
  refused: 'done',
  closed: 'done',
  merged: 'done',
  unknown: 'unknown',
};

export const phaseOf = (state: CaseState): CasePhase => PHASE[state];
/** Somebody still has to do something. A case of unknown state is not counted as open: nobody could ever close it. */
export const isOpen = (state: CaseState): boolean => PHASE[state] === 'pending' || PHASE[state] === 'processing';
export const isUrgent = (urgency: Urgency): boolean => urgency !== 'normal';

/** 满意 不满意 未接通. */
export const SATISFACTIONS = ['satisfied', 'dissatisfied', 'unreached'] as const;
export type Satisfaction = (typeof SATISFACTIONS)[number];

/** Where a case may go from a state (workflow §2.2). T1 and T3: a case may begin in any of `BEGINS`. */
export const MOVES: Readonly<Record<CaseState, readonly CaseState[]>> = {
  draft: ['registered', 'closed', 'refusal_review'],
  registered: ['refusal_review', 'refill', 'closed', 'instruction', 'dispatched', 'merged'],
  refill: ['registered', 'merged'],
  refusal_review: ['refused', 'registered'],
  refused: [],
  instruction: ['registered', 'merged'],
  dispatched: ['handling', 'registered', 'merged'],
  handling: ['done_review', 'registered', 'merged'],
  done_review: ['follow_up', 'handling', 'dispatched'],
  follow_up: ['closed', 'registered', 'special_supervision'],
  special_supervision: ['dispatched', 'closed'],
  closed: ['registered'],
  merged: ['registered', 'dispatched', 'handling'],
  unknown: CASE_STATES,
};

/**
 * Whether a transition is one of workflow §2.2. Another system's cases move as that system says, also where this is false; such a
 * move is recorded as irregular, because it usually means that a message in between was missed.
 */
export const isRegularMove = (from: CaseState, to: CaseState): boolean => MOVES[from].includes(to);

/**
 * What everybody with clearance may see of a case: the part that facts carry and live rows show. No caller, no full text: those
 * stay in the store and are read one case at a time.
 */
export type CaseContent = {
  readonly type: CaseType;
  /** From the top of the tree to the leaf, at least one, at most {@link MAX_CATEGORY_DEPTH}. */
  readonly category: readonly string[];
  /** One line; at most {@link MAX_TITLE} characters. */
  readonly title: string;
  /** District as the case's own field says, else where its point lies; null when neither is known. */
  readonly district: string | null;
  /** Street or town (街道/镇); null when not known. */
  readonly street: string | null;
  /** Place of occurrence in words; null when not told. */
  readonly place: string | null;
  /** [lng, lat], WGS-84; null when not known. */
  readonly at: LngLat | null;
  readonly state: CaseState;
  readonly stateSince: Instant;
  readonly urgency: Urgency;
  /** Keeps content and place off the walls (隐私). */
  readonly sensitive: boolean;
  readonly source: SourceChannel;
  /** The system that gave us the case: name of the push token, of the pull, or of the import map. */
  readonly origin: string;
  /** A simulator's, not a citizen's: screens show DEMO. */
  readonly simulated: boolean;
  readonly acceptedAt: Instant;
  readonly closedAt: Instant | null;
  /** Lead unit (主办单位); null before dispatch or when not told. */
  readonly unit: string | null;
  readonly dueAt: Instant | null;
  /** Case that this one repeats; null = first. */
  readonly repeatOf: string | null;
  readonly satisfaction: Satisfaction | null;
};

/** Origin of what our own simulator tells. No token, pull or map may bear this name in live mode. */
export const DEMO_ORIGIN = 'demo';

export const MAX_TITLE = 120;
export const MAX_PLACE = 200;
export const MAX_CATEGORY_DEPTH = 4;
export const MAX_TEXT = 8000;

/** A case as a source tells it, after its mapping: what the store needs to know whether it is new, changed or the same. */
export type CaseRecord = CaseContent & {
  /** The source's own key of the case, unique within `origin`. */
  readonly externalId: string;
  /** The number that people say over the telephone, unique in the house. */
  readonly caseNo: string;
  /** Everything that was said. */
  readonly text: string;
  /** Personal: never in facts, rows of walls, or logs. */
  readonly callerName: string | null;
  readonly callerNumber: string | null;
  /** What was done (处理结果). */
  readonly result: string | null;
  /** The telephone call that it came by, as the switch names it (linked id); not told: no guess is made. */
  readonly callId?: string | null;
  /** When the source says that it wrote this version; an older one does not replace a newer one. Null: it does not say. */
  readonly sourceAt: Instant | null;
};
