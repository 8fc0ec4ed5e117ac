import type { AccountRole } from '../access.ts';
import type { NewArea } from '../around/area.ts';
import type { LngLat } from '../city/rows.ts';
import { metres } from '../geo.ts';
import { accept, refuse, type Result } from '../result.ts';
import { HOUR, type Instant } from '../time.ts';
import type { IncidentContent, IncidentFactBody } from './facts.ts';
import {
  INCIDENT_CLASSES,
  INCIDENT_LEVELS,
  type IncidentClass,
  type IncidentLevel,
  type IncidentRow,
  type IncidentState,
  type Officer,
} from './rows.ts';

/**
 * The life of an incident (workflow §4): what may happen next, and who may do it. Each rule takes the incident as it stands and
 * answers with the facts to record, or a refusal. Level I and II plans, leaders' decisions and merging come with the command desk.
 */

/** What the rules need to know of an incident; a row of the live state holds it. */
export type Incident = Pick<
  IncidentRow,
  'state' | 'owner' | 'class' | 'level' | 'title' | 'place' | 'district' | 'at' | 'sensitive'
> & {
  readonly id: string;
};

/** Who asks. */
export interface Actor {
  readonly officer: Officer;
  readonly role: AccountRole;
}

export type IncidentRefusal =
  | 'incident-missing'
  | 'incident-state'
  | 'incident-role'
  | 'incident-owner'
  | 'incident-class'
  | 'incident-level'
  | 'incident-title'
  | 'incident-place'
  | 'incident-point'
  | 'incident-reason';

type Facts = IncidentFactBody[];
type Answer = Result<Facts, IncidentRefusal>;

const OPEN: ReadonlySet<IncidentState> = new Set([
  'reported',
  'verifying',
  'confirmed',
  'responding',
  'referred',
  'controlled',
]);

/** Still somebody's business. */
export const isOpen = (state: IncidentState): boolean => OPEN.has(state);

const wrongState = (i: Incident, wanted: string): Answer =>
  refuse('incident-state', `incident ${i.id} is ${i.state}; this needs ${wanted}`);
const wrongRole = (who: Actor, wanted: string): Answer =>
  refuse('incident-role', `the role ${who.role} may not do this; it needs ${wanted}`);

/** What may be written on a screen: trimmed, on one line, at most `max` characters. */
export const oneLine = (text: string, max: number): string => text.replace(/\s+/g, ' ').trim().slice(0, max);

export const MAX_TITLE = 80;
export const MAX_PLACE = 120;
export const MAX_REASON = 500;

/** Checks what somebody wrote about an incident. Text is made one line; a point outside the globe is refused. */
export function contentOf(input: {
  class: string;
  level: number;
  title: string;
  place: string | null;
  district: string | null;
  at: LngLat;
  sensitive: boolean;
}): Result<IncidentContent, IncidentRefusal> {
  const cls = INCIDENT_CLASSES.find((c): c is IncidentClass => c === input.class);
  if (!cls) return refuse('incident-class', `“${input.class}” is no class of incidents`);
  const level = INCIDENT_LEVELS.find((l): l is IncidentLevel => l === input.level);
  if (!level) return refuse('incident-level', `${input.level} is no level`);
  const title = oneLine(input.title, MAX_TITLE);
  if (title === '') return refuse('incident-title', 'the title is empty');
  const [lng, lat] = input.at;
  if (!(Math.abs(lng) <= 180 && Math.abs(lat) <= 90))
    return refuse('incident-point', `${lng},${lat} is no place on earth`);
  const place = input.place === null ? null : oneLine(input.place, MAX_PLACE) || null;
  return accept({
    class: cls,
    level,
    title,
    place,
    district: input.district,
    at: [lng, lat],
    sensitive: input.sensitive,
  });
}

/** E2: an officer takes the incident over. From a colleague only with a reason. */
export function take(i: Incident, who: Actor, reason: string | null): Answer {
  if (!isOpen(i.state)) return wrongState(i, 'an open incident');
  if (who.role !== 'duty-officer') return wrongRole(who, 'the duty officer');
  if (i.owner?.account === who.officer.account) return accept([]);
  const why = reason === null ? '' : oneLine(reason, MAX_REASON);
  if (i.owner !== null && why === '')
    return refuse('incident-owner', `${i.owner.name} looks after it; taking it over needs a reason`);
  return accept([
    {
      kind: 'incident.taken',
      body: { id: i.id, owner: who.officer, from: i.owner, reason: i.owner === null ? null : why },
    },
  ]);
}

/** E3: it is real. Class, level and place on the map become certain. Asked twice it is done once. */
export function confirm(i: Incident, who: Actor, content: IncidentContent): Answer {
  if (i.state !== 'verifying') return wrongState(i, 'one that is being verified');
  if (who.role !== 'duty-officer') return wrongRole(who, 'the duty officer');
  if (i.owner?.account !== who.officer.account)
    return refuse('incident-owner', `${i.owner?.name ?? 'nobody'} looks after it`);
  return accept([{ kind: 'incident.confirmed', body: { id: i.id, content, by: who.officer } }]);
}

/** E4: false, or an ordinary matter. */
export function reject(i: Incident, who: Actor, reason: string, passedTo: 'case' | 'police' | null): Answer {
  if (i.state !== 'verifying') return wrongState(i, 'one that is being verified');
  if (who.role !== 'duty-officer') return wrongRole(who, 'the duty officer');
  if (i.owner?.account !== who.officer.account)
    return refuse('incident-owner', `${i.owner?.name ?? 'nobody'} looks after it`);
  const why = oneLine(reason, MAX_REASON);
  if (why === '') return refuse('incident-reason', 'rejecting needs a reason');
  return accept([{ kind: 'incident.rejected', body: { id: i.id, reason: why, passedTo, by: who.officer } }]);
}

/** Corrects what is said about an open incident. */
export function correct(i: Incident, who: Actor, content: IncidentContent): Answer {
  if (!isOpen(i.state)) return wrongState(i, 'an open incident');
  if (who.role !== 'duty-officer' && who.role !== 'coordinator')
    return wrongRole(who, 'the duty officer or the coordinator');
  return accept([{ kind: 'incident.changed', body: { id: i.id, content, by: who.officer } }]);
}

/** E6 as far as it goes without a plan: work at the place has begun. */
export function respond(i: Incident, who: Actor): Answer {
  if (i.state !== 'confirmed') return wrongState(i, 'a confirmed one');
  if (who.role !== 'duty-officer' && who.role !== 'coordinator')
    return wrongRole(who, 'the duty officer or the coordinator');
  return accept([{ kind: 'incident.responding', body: { id: i.id, by: who.officer } }]);
}

/** E9: the danger is contained. The duty officer may say so too: not every shift has a coordinator. */
export function control(i: Incident, who: Actor): Answer {
  if (i.state !== 'responding') return wrongState(i, 'one that is being handled');
  if (who.role !== 'duty-officer' && who.role !== 'coordinator')
    return wrongRole(who, 'the duty officer or the coordinator');
  return accept([{ kind: 'incident.controlled', body: { id: i.id, by: who.officer } }]);
}

/** E10: the response ends. The duty officer does it on the duty leader's word, with a summary for the duty log. */
export function close(i: Incident, who: Actor, summary: string): Answer {
  if (i.state !== 'responding' && i.state !== 'controlled')
    return wrongState(i, 'one that is being handled or is under control');
  if (who.role !== 'duty-officer') return wrongRole(who, 'the duty officer');
  const text = oneLine(summary, MAX_REASON);
  if (text === '') return refuse('incident-reason', 'closing needs a summary');
  return accept([{ kind: 'incident.closed', body: { id: i.id, summary: text, by: who.officer } }]);
}

/** The area that it affects, by an estimate. */
export function setArea(i: Incident, who: Actor, area: NewArea): Answer {
  if (!isOpen(i.state)) return wrongState(i, 'an open incident');
  if (who.role !== 'duty-officer' && who.role !== 'coordinator')
    return wrongRole(who, 'the duty officer or the coordinator');
  return accept([{ kind: 'incident.areaSet', body: { id: i.id, area: { ...area, by: who.officer } } }]);
}
export function clearArea(i: Incident, who: Actor): Answer {
  if (!isOpen(i.state)) return wrongState(i, 'an open incident');
  if (who.role !== 'duty-officer' && who.role !== 'coordinator')
    return wrongRole(who, 'the duty officer or the coordinator');
  return accept([{ kind: 'incident.areaCleared', body: { id: i.id, by: who.officer } }]);
}

/** What this person may do with this incident now: for the buttons. The server asks the rules themselves. */
export function actionsFor(i: Incident, who: Actor): readonly IncidentAction[] {
  const content: IncidentContent = i;
  const can: [IncidentAction, Answer][] = [
    ['take', take(i, who, '–')],
    ['confirm', confirm(i, who, content)],
    ['reject', reject(i, who, '–', null)],
    ['respond', respond(i, who)],
    ['control', control(i, who)],
    ['close', close(i, who, '–')],
    ['correct', correct(i, who, content)],
  ];
  return can.filter(([, a]) => a.ok && a.value.length > 0).map(([name]) => name);
}
export const INCIDENT_ACTIONS = ['take', 'confirm', 'reject', 'respond', 'control', 'close', 'correct'] as const;
export type IncidentAction = (typeof INCIDENT_ACTIONS)[number];

/** A new report near an open incident is perhaps the same matter (workflow §4.1). */
export const SAME_WITHIN_M = 1000;
export const SAME_WITHIN: Instant = 2 * HOUR;

/**
 * Open incidents that a new report at this place and time may belong to, nearest first. A human decides.
 * @returns at most five, with the distance in metres
 */
export function likelySame(
  rows: Iterable<readonly [string, IncidentRow]>,
  at: LngLat,
  now: Instant,
): { id: string; row: IncidentRow; distanceM: number }[] {
  return [...rows]
    .filter(([, r]) => isOpen(r.state) && now - r.reportedAt <= SAME_WITHIN)
    .map(([id, row]) => ({ id, row, distanceM: metres(row.at, at) }))
    .filter((s) => s.distanceM <= SAME_WITHIN_M)
    .sort((a, b) => a.distanceM - b.distanceM || (a.id < b.id ? -1 : 1))
    .slice(0, 5);
}
