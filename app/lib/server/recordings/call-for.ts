import type { Role } from '#domain/access.ts';
import type { CallStory } from '#domain/calls/journey.ts';
import { maskNumber } from '#domain/floor/mask.ts';
import { seesCallers } from '#lib/server/row-lists.ts';

/**
 * A call as a role may see it: without clearance the numbers are masked, and what supervisors did and why, and where the
 * switch keeps its files, is left out.
 */
export function storyFor(role: Role, story: CallStory): CallStory {
  if (seesCallers(role)) return story;
  const masked = <T extends { caller: string; called: string }>(call: T): T => ({
    ...call,
    caller: maskNumber(call.caller),
    called: maskNumber(call.called),
  });
  return {
    ...story,
    call: masked(story.call),
    merged: story.merged.map(masked),
    moves: story.moves.map((m) => ({ ...m, to_number: maskNumber(m.to_number) })),
    commands: [],
    recorded: story.recorded.map((r) => ({ ...r, file: null })),
  };
}
