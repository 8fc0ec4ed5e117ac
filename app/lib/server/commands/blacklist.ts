import * as v from 'valibot';
import { barReason, decideBar, MAX_BAR_REASON } from '#domain/blacklist/rules.ts';
import { BAR_DIRECTIONS } from '#domain/blacklist/rows.ts';
import { refuse } from '#domain/result.ts';
import { addBar, liftBar } from '#store/blacklist.ts';
import { command, Key, Text, type Command } from './command.ts';

/** Numbers barred and lifted, from the list's page or at a call. A file's numbers come by the page's own form. */
export const BLACKLIST_COMMANDS = {
  'blacklist-add': command(
    'blacklist.change',
    v.strictObject({
      requestKey: Key,
      number: Text(40),
      direction: v.picklist(BAR_DIRECTIONS),
      reason: Text(MAX_BAR_REASON),
      from: v.nullable(v.number()),
      until: v.nullable(v.number()),
      source: v.picklist(['page', 'call']),
    }),
    async ({ requestKey, source, ...input }, { sql, by, now }) => {
      const bar = decideBar(input, now);
      return bar.ok ? addBar(sql, bar.value, { source, requestKey }, { officer: by.officer, now }) : bar;
    },
  ),
  'blacklist-lift': command(
    'blacklist.change',
    v.strictObject({ id: v.pipe(v.string(), v.regex(/^\d{1,15}$/)), reason: Text(MAX_BAR_REASON) }),
    async ({ id, reason }, { sql, by, now }) => {
      const why = barReason(reason);
      if (why === '') return refuse('reason-needed', 'lifting a bar has a reason');
      return liftBar(sql, id, why, { officer: by.officer, now });
    },
  ),
} satisfies Record<string, Command>;
