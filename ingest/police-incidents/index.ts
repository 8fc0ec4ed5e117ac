import type { FeedType } from '../feeds/contract.ts';
import { feedSource } from '../feeds/index.ts';
import { parsePolice } from './parse.ts';

export const policeIncidentsType: FeedType = { kind: 'police-incidents', parse: parsePolice };
export const policeIncidents = feedSource(policeIncidentsType);
