import type { FeedType } from '../feeds/contract.ts';
import { feedSource } from '../feeds/index.ts';
import { parseSpeeds } from './parse.ts';

export const segmentSpeedsType: FeedType = { kind: 'segment-speeds', parse: parseSpeeds };
export const segmentSpeeds = feedSource(segmentSpeedsType);
