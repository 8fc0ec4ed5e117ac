import * as v from 'valibot';
import type { FactDraft } from '#domain/fact.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { acknowledgeCase } from '#store/case-changes.ts';
import { recording } from '#store/facts.ts';
import { command, Text, type Command } from './command.ts';

/** What the desks do with cases: they belong to another system, so it is little. */
export const CASE_COMMANDS = {
  /** Takes note of an urgent case: it leaves the pinned lines of the walls. Asked twice it is done once. */
  'acknowledge-case': command('incident.change', v.strictObject({ no: Text(80) }), ({ no }, { sql, by, now }) =>
    recording(sql, async (tx): Promise<{ facts: FactDraft[]; result: Result<null> }> => {
      const facts = await acknowledgeCase(tx, no, by.officer, now);
      return { facts: facts ?? [], result: facts === null ? refuse('case-missing', no) : accept(null) };
    }),
  ),
} satisfies Record<string, Command>;
