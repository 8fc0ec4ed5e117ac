import { airQuality } from './air-quality/index.ts';
import { bars } from './asterisk/bars/index.ts';
import { hand } from './asterisk/hand/index.ts';
import { asterisk } from './asterisk/index.ts';
import { cameras } from './cameras/index.ts';
import { casesPull } from './cases-pull/index.ts';
import { feedKeeper } from './feeds/index.ts';
import { gazetteerKeeper } from './gazetteer/index.ts';
import { hotIssueSource } from './hot/index.ts';
import { keeper } from './keeper/index.ts';
import { policeIncidents } from './police-incidents/index.ts';
import { push } from './push/index.ts';
import { reconciler } from './reconcile/index.ts';
import { segmentSpeeds } from './segment-speeds/index.ts';
import type { Source } from './source.ts';
import { statKeeper } from './stats/index.ts';
import { trafficEvents } from './traffic-events/index.ts';
import { urbanManagement } from './urban-management/index.ts';
import { vehiclePositions } from './vehicle-positions/index.ts';
import { watch } from './watch/index.ts';
import { weatherObservations } from './weather-observations/index.ts';
import { weatherWarnings } from './weather-warnings/index.ts';

/** Every source of the house. A new one: its folder, and one line here. */
export const SOURCES: readonly Source[] = [
  keeper,
  watch,
  statKeeper,
  asterisk,
  hand,
  bars,
  push,
  casesPull,
  reconciler,
  hotIssueSource,
  feedKeeper,
  gazetteerKeeper,
  weatherWarnings,
  weatherObservations,
  trafficEvents,
  segmentSpeeds,
  policeIncidents,
  airQuality,
  urbanManagement,
  vehiclePositions,
  cameras,
];
