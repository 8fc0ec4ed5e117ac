import type { Topic } from './folds.ts';
import { STEER_KINDS, type SteerKind } from './steer/rows.ts';

/**
 * Who may see and do what. Roles are the trade's (docs/glossary.md); a right names one thing a person does.
 * The server asks `mayDo` at every command and `clearance` at every subscribe and publish; the screens ask the same functions
 * only to leave out what would be refused.
 */
export const ROLES = [
  'duty-officer',
  'coordinator',
  'roster-manager',
  'leader',
  'supervisor',
  'administrator',
  'wall',
] as const;
export type Role = (typeof ROLES)[number];

/** Roles of people; `wall` belongs to paired screens and never to an account. */
export const ACCOUNT_ROLES = [
  'duty-officer',
  'coordinator',
  'roster-manager',
  'leader',
  'supervisor',
  'administrator',
] as const satisfies readonly Role[];
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

/** Cookie that carries the session token, for the pages and for the gateway. */
export const SESSION_COOKIE = 'wf_session';

export type Right =
  /** Open the map desk. */
  | 'map.see'
  /** Open one case with its content and contacts. */
  | 'case.see'
  /** Open, change and close incidents, also from a case. */
  | 'incident.change'
  /** Ask for routes on the map desk. */
  | 'route.find'
  /** See where cameras are and how they are, and open their pictures. */
  | 'camera.see'
  /** Keep the registry of cameras, with their addresses. */
  | 'camera.manage'
  /** Send a route or view to the walls. */
  | 'wall.show'
  /** Open a wall scene in one's own browser. */
  | 'wall.see'
  /** Pair and unpair wall screens, choose their scene. */
  | 'wall.manage'
  /** The supervisors' desk: seats, waiting callers and what was done to them. */
  | 'floor.see'
  /** One right per thing that a supervisor does to a call or a seat. */
  | `steer.${SteerKind}`
  /** Arrange the floor plans of the rooms. */
  | 'plan.change'
  /** The list of callers who were not served, and its call-backs. */
  | 'missed.handle'
  /** Put numbers on the blacklist and take them off. */
  | 'blacklist.change'
  /** How queues choose the next seat, and the seats' levels. */
  | 'strategy.change'
  /** Find recordings and hear them. */
  | 'recording.hear'
  /** Take a recording out of the house, with a reason. */
  | 'recording.save'
  /** Reports of calls. */
  | 'report.see'
  /** Thresholds, sizes of trunks and teams that the reports count by. */
  | 'report.settings'
  /** The leader's page of today and the last weeks. */
  | 'today.see'
  /** The rows behind a figure, as a list and as CSV. */
  | 'rows.see'
  /** The status page. */
  | 'status.see'
  /** Acknowledge alarms of the system, and put them aside. */
  | 'alarm.acknowledge'
  /** Rejected input with its raw text, which may hold personal data. */
  | 'reject.see'
  /** Bring layers of the house's own onto the map, change and withdraw them. */
  | 'layer.manage'
  /** Choose which of the loaded cities is shown, and remove others. */
  | 'city.manage'
  /** Create, disable and reset accounts. */
  | 'account.manage';

const RIGHTS: Record<Role, ReadonlySet<Right>> = {
  'duty-officer': new Set([
    'map.see',
    'floor.see',
    'case.see',
    'incident.change',
    'route.find',
    'camera.see',
    'wall.show',
    'wall.see',
    'wall.manage',
    'missed.handle',
    'steer.dial',
    'report.see',
    'today.see',
    'rows.see',
    'status.see',
    'alarm.acknowledge',
    'reject.see',
  ]),
  coordinator: new Set([
    'map.see',
    'case.see',
    'incident.change',
    'route.find',
    'camera.see',
    'layer.manage',
    'wall.show',
    'wall.see',
    'rows.see',
    'status.see',
  ]),
  'roster-manager': new Set(['wall.see']),
  leader: new Set(['today.see', 'report.see', 'rows.see', 'wall.see']),
  supervisor: new Set([
    'floor.see',
    ...STEER_KINDS.map((kind) => `steer.${kind}` as const),
    'plan.change',
    'missed.handle',
    'blacklist.change',
    'strategy.change',
    'recording.hear',
    'recording.save',
    'report.see',
    'report.settings',
    'wall.see',
    'today.see',
    'rows.see',
    'case.see',
    'status.see',
  ]),
  administrator: new Set([
    'report.settings',
    'status.see',
    'reject.see',
    'account.manage',
    'camera.see',
    'camera.manage',
    'city.manage',
    'wall.see',
    'wall.manage',
    'alarm.acknowledge',
  ]),
  wall: new Set(['wall.see']),
};

/** May this role do this? */
export function mayDo(role: Role, right: Right): boolean {
  return RIGHTS[role].has(right);
}

/** `masked`: telephone numbers, names and exact points of people are taken out at the server. */
export type Clearance = 'full' | 'masked';
export const CLEARANCES: readonly Clearance[] = ['full', 'masked'];

/** What each role reads of each topic; null: nothing. */
const READS: Record<Role, Record<Topic, Clearance | null>> = {
  'duty-officer': { floor: 'full', cases: 'full', incidents: 'full', city: 'full' },
  coordinator: { floor: 'masked', cases: 'full', incidents: 'full', city: 'full' },
  'roster-manager': { floor: 'masked', cases: 'masked', incidents: 'masked', city: 'full' },
  leader: { floor: 'masked', cases: 'masked', incidents: 'full', city: 'full' },
  supervisor: { floor: 'full', cases: 'full', incidents: 'masked', city: 'full' },
  administrator: { floor: 'masked', cases: 'masked', incidents: 'masked', city: 'full' },
  wall: { floor: 'masked', cases: 'masked', incidents: 'masked', city: 'full' },
};

/** The best clearance this role has for a topic; null when it may not read it at all. */
export function clearance(role: Role, topic: Topic): Clearance | null {
  return READS[role][topic];
}

/** May this role read the topic in this clearance? Who may read it in full may read it masked. */
export function mayRead(role: Role, topic: Topic, wanted: Clearance): boolean {
  const have = READS[role][topic];
  return have !== null && (have === 'full' || wanted === 'masked');
}

/** Signal lanes of the live connection. None of them holds personal data. */
export const LANES = ['vehicles', 'segments', 'readings', 'feeds'] as const;
export type Lane = (typeof LANES)[number];

/** May this role follow this lane? */
export function mayFollow(role: Role, _lane: Lane): boolean {
  return mayDo(role, 'map.see') || mayDo(role, 'wall.see');
}

/** Wall scenes: each is a page /wall/<scene>. */
export const SCENES = ['floor', 'city', 'cases'] as const;
export type Scene = (typeof SCENES)[number];

/** Where a role's work is: the page it lands on after signing in. A wall lands on its own scene. */
export function landing(role: AccountRole): string {
  switch (role) {
    case 'duty-officer':
    case 'coordinator':
      return '/map';
    case 'leader':
      return '/today';
    case 'supervisor':
      return '/floor';
    case 'roster-manager':
      return '/walls';
    case 'administrator':
      return '/status';
  }
}
