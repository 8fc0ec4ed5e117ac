import { json } from '@sveltejs/kit';
import { runCommand } from '#lib/server/commands/command.ts';
import { DESK_COMMANDS } from '#lib/server/commands/index.ts';
import type { RequestHandler } from './$types';

/** The desks' commands as JSON: a button sends one, and the screen changes when its fact comes back over the live connection. */
export const POST: RequestHandler = async (event) => {
  const what = Object.hasOwn(DESK_COMMANDS, event.params.name) ? DESK_COMMANDS[event.params.name] : undefined;
  if (!what) return json({ ok: false, refused: 'unknown', detail: event.params.name }, { status: 404 });
  // only our own pages send JSON here: another site's form cannot, and its scripts are stopped by the browser
  if (!event.request.headers.get('content-type')?.startsWith('application/json'))
    return json({ ok: false, refused: 'input', detail: 'send application/json' }, { status: 415 });
  let input: unknown;
  try {
    input = await event.request.json();
  } catch (e) {
    return json({ ok: false, refused: 'input', detail: (e as Error).message }, { status: 400 });
  }
  const { answer, status } = await runCommand(event, what, input);
  return json(answer, { status });
};
