import * as v from 'valibot';
import { accept, refuse, type Result } from '#domain/result.ts';
import { heardPart } from '#lib/server/recordings/part-of.ts';
import { recordAccess } from '#store/recordings.ts';
import { command, Key, Text, type Command, type CommandContext } from './command.ts';

/** Hearing and taking recordings: each is written down before anything of it is given. */

const Part = { requestKey: Key, call: Text(150), part: v.pipe(v.string(), v.regex(/^[\w-]{12}$/)) };
const MAX_REASON = 300;

async function access(
  { call, part, requestKey }: { call: string; part: string; requestKey: string },
  reason: string | null,
  { sql, by, now }: CommandContext,
): Promise<Result<{ access: number }>> {
  const found = await heardPart(sql, call, part, now);
  if (!found) return refuse('recording-missing', '');
  if (!found.place) return refuse('recording-missing', found.refused ?? '');
  const file = found.place.at === 'folder' ? found.place.path : found.name;
  return accept({
    access: await recordAccess(sql, { call, part, file, reason }, requestKey, { officer: by.officer, now }),
  });
}

export const RECORDING_COMMANDS: Readonly<Record<string, Command>> = {
  'recording-open': command('recording.hear', v.strictObject(Part), (input, context) => access(input, null, context)),
  'recording-save': command(
    'recording.save',
    v.strictObject({ ...Part, reason: Text(MAX_REASON) }),
    (input, context) => {
      const reason = input.reason.replace(/\s+/g, ' ').trim();
      return reason === '' ? Promise.resolve(refuse('reason-needed', '')) : access(input, reason, context);
    },
  ),
};
