import type { RowForm } from '../packers.ts';
import { CASE_STATES, CASE_TYPES, SATISFACTIONS, SOURCE_CHANNELS, URGENCIES } from './case.ts';

/** A snapshot holds thousands of cases: their compact form (domain/packers.ts). */
export const CASES_PACKED: Readonly<Record<string, RowForm>> = {
  case: {
    type: CASE_TYPES,
    category: 'json',
    title: 'text',
    '?district': 'text',
    '?street': 'text',
    '?place': 'text',
    '?at': 'json',
    state: CASE_STATES,
    stateSince: 'num',
    urgency: URGENCIES,
    sensitive: 'flag',
    source: SOURCE_CHANNELS,
    origin: 'text',
    simulated: 'flag',
    acceptedAt: 'num',
    '?closedAt': 'num',
    '?unit': 'text',
    '?dueAt': 'num',
    '?repeatOf': 'text',
    '?satisfaction': SATISFACTIONS,
    '?incident': 'text',
    '?acknowledgedAt': 'num',
    '?acknowledgedBy': 'text',
    corrections: 'num',
  },
  caseHour: { at: 'num', total: 'num' },
};
