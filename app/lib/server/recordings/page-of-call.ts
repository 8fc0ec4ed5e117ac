import { mayDo, type Role } from '#domain/access.ts';
import type { CallStory } from '#domain/calls/journey.ts';
import { DEMO_RECORDINGS } from '#domain/demo.ts';
import { seesCallers } from '#lib/server/row-lists.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { casesOfCalls } from '#store/call-cases.ts';
import { accessesOf } from '#store/recordings.ts';
import { storyFor } from './call-for.ts';
import { shownRecordings } from './part-of.ts';

/** What a page about one call shows to this role: the story, and with the right its recordings and who heard them. */
export async function pageOfCall(role: Role, story: CallStory) {
  const { id, hears } = { id: story.call.call_id, hears: mayDo(role, 'recording.hear') };
  const cases = await casesOfCalls(db(), [id, ...story.merged.map((m) => m.call_id)]);
  const [recordings, accesses] = hears
    ? await Promise.all([shownRecordings(story, Date.now()), accessesOf(db(), id)])
    : [null, []];
  return {
    id,
    story: storyFor(role, story),
    masked: !seesCallers(role),
    queueNames: settings().queueNames,
    pointNames: settings().menuPoints,
    cases: cases.slice(0, 20).map(({ caseNo, type }) => ({ caseNo, type })),
    openCases: mayDo(role, 'case.see'),
    mayBar:
      mayDo(role, 'blacklist.change') && seesCallers(role) && story.call.direction === 'in' && story.call.caller !== '',
    zone: settings().zone,
    recordings,
    accesses,
    maySave: mayDo(role, 'recording.save'),
    simulated: settings().recordingsDir === DEMO_RECORDINGS,
  };
}
