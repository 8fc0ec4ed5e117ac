import type { EvacuationFactBody } from './around/evacuation-rows.ts';
import type { AlarmFactBody } from './alarms/facts.ts';
import type { BlacklistFactBody } from './blacklist/rows.ts';
import type { CameraFactBody } from './cameras/facts.ts';
import type { Instant } from './time.ts';
import type { FloorFactBody } from './floor/facts.ts';
import type { PlanFactBody } from './floor-plan/facts.ts';
import type { CaseFactBody } from './cases/facts.ts';
import type { CityFactBody } from './city/facts.ts';
import type { IncidentFactBody } from './incidents/facts.ts';
import type { MapLayerFactBody } from './map-layers/facts.ts';
import type { MissedFactBody } from './missed/facts.ts';
import type { RecordingFactBody } from './recordings/facts.ts';
import type { SteerFactBody } from './steer/facts.ts';
import type { SystemFactBody } from './system-facts.ts';

/**
 * Something that happened and matters later. `kind` decides `body`; the part of the kind before the first dot belongs to one topic.
 * A new kind of fact: add it to its aggregate's facts.ts, fold it in that aggregate's fold.ts, and nothing else needs to know.
 */
export type FactBody =
  | FloorFactBody
  | CaseFactBody
  | CityFactBody
  | IncidentFactBody
  | EvacuationFactBody
  | MissedFactBody
  | PlanFactBody
  | SteerFactBody
  | SystemFactBody
  | AlarmFactBody
  | RecordingFactBody
  | BlacklistFactBody
  | MapLayerFactBody
  | CameraFactBody;
export type FactKind = FactBody['kind'];

/** Sequence of a fact: order of commit, which is the order in which everybody sees it. */
export type Cursor = number;

/** A fact before it is recorded. */
export type FactDraft = FactBody & {
  /** When it happened, by the source's own clock where it has one. */
  readonly at: Instant;
  /** What it is about: the seat, call, case, incident, feed … */
  readonly subject: string;
  /** Account or worker that caused it: 'user:12', 'ingest:asterisk'. Never a personal number. */
  readonly actor: string;
  /** The fact that caused this one. */
  readonly cause?: Cursor;
  /** Drill (演练): never reaches a real phone, SMS or partner. */
  readonly drill?: boolean;
};

export type Fact = FactDraft & { readonly n: Cursor; readonly recordedAt: Instant };
