import type { TrafficKind } from '#domain/city/rows.ts';
import { kids, textIn, type Xml } from '../feeds/xml.ts';

/** DATEX II situation record classes and what they are for us. */
const KINDS: Record<string, TrafficKind> = {
  Accident: 'accident',
  AbnormalTraffic: 'congestion',
  MaintenanceWorks: 'roadworks',
  ConstructionWorks: 'roadworks',
  GeneralObstruction: 'obstruction',
  VehicleObstruction: 'obstruction',
  AnimalPresenceObstruction: 'obstruction',
  EnvironmentalObstruction: 'obstruction',
  InfrastructureDamageObstruction: 'obstruction',
  WeatherRelatedRoadConditions: 'weather',
  NonWeatherRelatedRoadConditions: 'weather',
  PoorEnvironmentConditions: 'weather',
  Conditions: 'weather',
  PublicEvent: 'publicEvent',
  DisturbanceActivity: 'publicEvent',
  AuthorityOperation: 'publicEvent',
  RoadOrCarriagewayOrLaneManagement: 'management',
  ReroutingManagement: 'management',
  SpeedManagement: 'management',
  GeneralNetworkManagement: 'management',
  GeneralInstructionOrMessageToRoadUsers: 'management',
  WinterDrivingManagement: 'management',
};

/** Where each class says what exactly it is. */
const DETAILS = [
  'accidentType',
  'abnormalTrafficType',
  'roadOrCarriagewayOrLaneManagementType',
  'roadMaintenanceType',
  'constructionWorkType',
  'obstructionType',
  'vehicleObstructionType',
  'animalPresenceType',
  'environmentalObstructionType',
  'infrastructureDamageType',
  'weatherRelatedRoadConditionType',
  'nonWeatherRelatedRoadConditionType',
  'poorEnvironmentType',
  'publicEventType',
  'disturbanceActivityType',
  'authorityOperationType',
  'reroutingManagementType',
  'speedManagementType',
  'generalNetworkManagementType',
];

export interface Kind {
  readonly kind: TrafficKind;
  readonly type: string;
  readonly closed: boolean;
  readonly lanesClosed: boolean;
}

/** @param klass local name of xsi:type */
export function readKind(record: Xml, klass: string): Kind {
  const details = DETAILS.flatMap((d) => kids(record, d).flatMap((x) => textIn(x) ?? []));
  const constriction = textIn(record, 'impact', 'trafficConstrictionType');
  const closed =
    details.some((d) => /^(roadClosed|carriagewayClosures|closedPermanentlyForTheWinter)$/.test(d)) ||
    /^(roadBlocked|carriagewayBlocked)$/.test(constriction ?? '');
  const lanesClosed =
    !closed &&
    (details.some((d) => /^(laneClosures|lanesDeviated|singleAlternateLineTraffic|narrowLanes)$/.test(d)) ||
      /^(lanesBlocked|carriagewayPartiallyObstructed|lanesPartiallyObstructed|roadPartiallyObstructed)$/.test(
        constriction ?? '',
      ));
  const known = Object.hasOwn(KINDS, klass) ? KINDS[klass]! : 'other';
  return {
    kind: known === 'management' && closed ? 'closure' : known,
    type: [klass || 'SituationRecord', ...details].join('/').slice(0, 200),
    closed,
    lanesClosed,
  };
}
