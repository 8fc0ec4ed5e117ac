/** What may stand around a place, and what it means to somebody who looks after an incident there. */

/** A source of danger, something to protect, something that helps. */
export const GROUPS = ['hazard', 'target', 'resource'] as const;
export type ThingGroup = (typeof GROUPS)[number];

/** Kinds of the registry and of the map's places, with what they are; a hospital is protected and helps. */
export const THING_KINDS = {
  hazard: ['hazard'],
  fuel: ['hazard'],
  hospital: ['target', 'resource'],
  clinic: ['target'],
  school: ['target'],
  university: ['target'],
  care: ['target'],
  government: ['target'],
  metro: ['target'],
  rail: ['target'],
  airport: ['target'],
  bus: ['target'],
  mall: ['target'],
  market: ['target'],
  culture: ['target'],
  utility: ['target'],
  estate: ['target'],
  shelter: ['resource'],
  hydrant: ['resource'],
  fire: ['resource'],
  police: ['resource'],
  base: ['resource'],
  material: ['resource'],
  aed: ['resource'],
} as const satisfies Record<string, readonly ThingGroup[]>;
export type ThingKind = keyof typeof THING_KINDS;

export const isThingKind = (kind: string): kind is ThingKind => Object.hasOwn(THING_KINDS, kind);
export const THING_KIND_LIST = Object.keys(THING_KINDS) as ThingKind[];
export const groupsOf = (kind: ThingKind): readonly ThingGroup[] => THING_KINDS[kind];
