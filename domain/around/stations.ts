import type { ThingKind } from './kinds.ts';

/** Kinds of stations that one asks of all together: how far they get. */
export const STATION_KINDS = ['fire', 'hospital', 'police', 'base'] as const satisfies readonly ThingKind[];
export type StationKind = (typeof STATION_KINDS)[number];
