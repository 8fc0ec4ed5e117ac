import type { FeedType } from '../feeds/contract.ts';
import { feedSource } from '../feeds/index.ts';
import { parseUrbanManagement } from './parse.ts';

export const urbanManagementType: FeedType = { kind: 'urban-management', parse: parseUrbanManagement };
export const urbanManagement = feedSource(urbanManagementType);
