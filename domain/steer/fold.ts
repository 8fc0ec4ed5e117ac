import type { Fact } from '../fact.ts';
import type { Tables } from '../tables.ts';
import { COMMAND, isEnded, MAX_COMMANDS, type FloorCommandRow } from './rows.ts';

/** Folds supervisors' commands into collection `command`. Bounded: the newest {@link MAX_COMMANDS}; ended ones leave with the new day. */
export function foldSteer(tables: Tables, fact: Fact): void {
  switch (fact.kind) {
    case 'command.asked':
      tables.put<FloorCommandRow>(COMMAND, fact.subject, {
        id: fact.subject,
        // wishes of before penalties could be set
        ...{ penalty: null },
        ...fact.body,
        state: 'asked',
        code: null,
        detail: '',
        askedAt: fact.at,
        changedAt: fact.at,
      });
      return thin(tables);
    case 'command.changed': {
      const row = tables.get<FloorCommandRow>(COMMAND, fact.subject);
      // what has ended stays as it ended
      if (!row || isEnded(row.state)) return;
      return tables.put<FloorCommandRow>(COMMAND, fact.subject, { ...row, ...fact.body, changedAt: fact.at });
    }
    case 'day.opened':
      for (const row of [...tables.all<FloorCommandRow>(COMMAND).values()])
        if (isEnded(row.state)) tables.delete(COMMAND, row.id);
      return;
    default:
      return;
  }
}

function thin(tables: Tables): void {
  const rows = tables.all<FloorCommandRow>(COMMAND);
  if (rows.size <= MAX_COMMANDS) return;
  let oldest: FloorCommandRow | null = null;
  for (const row of rows.values()) if (!oldest || Number(row.id) < Number(oldest.id)) oldest = row;
  if (oldest) tables.delete(COMMAND, oldest.id);
}
