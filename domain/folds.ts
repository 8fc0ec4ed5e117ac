import type { Fact } from './fact.ts';
import type { Tables } from './tables.ts';
import { foldFloor } from './floor/fold.ts';
import { foldPlan } from './floor-plan/facts.ts';
import { foldCases } from './cases/fold.ts';
import { foldCity } from './city/fold.ts';
import { foldEvacuations } from './around/evacuation-rows.ts';
import { foldIncidents } from './incidents/fold.ts';
import { foldSteer } from './steer/fold.ts';

/** Topics of the fact lane. One topic is one set of tables; a browser subscribes to topics. */
export const TOPICS = ['floor', 'cases', 'incidents', 'city'] as const;
export type Topic = (typeof TOPICS)[number];

export const FOLDS: Record<Topic, (tables: Tables, fact: Fact, zone: string) => void> = {
  floor: (tables, fact, zone) => {
    foldFloor(tables, fact, zone);
    foldSteer(tables, fact);
    foldPlan(tables, fact);
  },
  cases: foldCases,
  incidents: (tables, fact, zone) => {
    foldIncidents(tables, fact, zone);
    foldEvacuations(tables, fact);
  },
  city: foldCity,
};

export type State = Record<Topic, Tables>;

/** Every fold sees every fact, so that one fact (a case that became an incident, a new day) may touch several topics. */
export function foldFact(state: State, fact: Fact, zone: string): void {
  for (const topic of TOPICS) FOLDS[topic](state[topic], fact, zone);
}
