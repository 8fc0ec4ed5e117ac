import { grainStart } from '#domain/reports/grain.ts';
import { DAY, type Instant } from '#domain/time.ts';
import { Cached } from '#lib/server/cached.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { reportChoices, type Choices } from '#store/reports/choices.ts';

const choices = new Cached<Choices>(60_000, 1);

/** What reports can be narrowed to, as of a minute ago at most. */
export function currentChoices(now: Instant): Promise<Choices> {
  const { zone } = settings();
  return choices.get('', now, () =>
    reportChoices(db(), {
      months: grainStart(grainStart(now, 'month', zone) - DAY, 'month', zone),
      days: now - 3 * DAY,
    }),
  );
}
