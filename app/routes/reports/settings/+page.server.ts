import type { RequestEvent } from '@sveltejs/kit';
import { mayDo } from '#domain/access.ts';
import { DEFAULT_THRESHOLDS, THRESHOLD_NAMES, type Thresholds } from '#domain/calls/thresholds.ts';
import type { IndicatorKey } from '#domain/calls/indicators.ts';
import { grainStart } from '#domain/reports/grain.ts';
import { timeOf } from '#domain/reports/query.ts';
import type { Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { actor, field, mustMay, refused } from '#lib/server/guard.ts';
import { currentChoices } from '#lib/server/reports/choices.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { setThreshold, setTrunkSize, thresholdHistory, trunkSizeHistory, type SetBy } from '#store/reports/settings.ts';
import { homeHistory, homesInForce, setHome, setTeam, teamHistory, teamsInForce } from '#store/reports/teams.ts';
import { indexHistory, indexVersions, setWorkIndex } from '#store/reports/work-index.ts';
import type { Actions, PageServerLoad } from './$types';

/** Versions that the page lists, newest first. */
const LISTED = 100;

export const load: PageServerLoad = async (event) => {
  const { role } = mustMay(event, 'report.settings');
  const now = Date.now();
  const [choices, thresholds, trunks, teams, teamsNow, homes, homesNow, indices, inForce] = await Promise.all([
    currentChoices(now),
    thresholdHistory(db()),
    trunkSizeHistory(db()),
    teamHistory(db()),
    teamsInForce(db(), now),
    homeHistory(db()),
    homesInForce(db(), now),
    indexHistory(db(), LISTED),
    indexVersions(db()),
  ]);
  return {
    asOf: now,
    choices,
    queueNames: settings().queueNames,
    defaults: DEFAULT_THRESHOLDS,
    thresholds: thresholds.slice(0, LISTED),
    trunks: trunks.slice(0, LISTED),
    teams: teams.slice(0, LISTED),
    teamsNow,
    homes: homes.slice(0, LISTED),
    homesNow,
    /** Teams that are or were. */
    teamNames: [...new Set([...teams, ...homes].map((t) => t.team))].filter((t) => t !== '').sort(),
    indices,
    indexNow: inForce.findLast((v) => v.from <= now),
    reports: mayDo(role, 'report.see'),
  };
};

/** Runs one setting for whoever has the right; what cannot be set is told by its code. */
async function set(
  event: RequestEvent,
  work: (form: FormData, by: SetBy, from: Instant) => Promise<Result<null>>,
  beginning: (now: Instant) => Instant = (now) => now,
) {
  const who = actor(event, 'report.settings');
  if (!who.ok) return who.answer;
  const form = await event.request.formData();
  const { now } = who.by;
  const text = field(form, 'from');
  const from = text === '' ? beginning(now) : timeOf(text, settings().zone);
  if (from === null) return refused('version-from');
  const { id, name } = who.session.account;
  const answer = await work(form, { officer: { account: id, name }, now }, from);
  return answer.ok ? { set: true } : refused(answer.code, answer.reason);
}

/** A team, and what it belongs to, begins with a half-hour. */
const runningHalfHour = (now: Instant): Instant => grainStart(now, 'half-hour', settings().zone);

/** A number of a form; what is none becomes NaN, which no check lets through. */
const number = (form: FormData, name: string): number => {
  const text = field(form, name).trim();
  return text === '' ? Number.NaN : Number(text);
};

export const actions: Actions = {
  threshold: (event) =>
    set(event, (form, by, from) =>
      setThreshold(
        db(),
        {
          queue: field(form, 'queue'),
          from,
          values: Object.fromEntries(
            THRESHOLD_NAMES.map((name) => [name, number(form, name)]),
          ) as unknown as Thresholds,
        },
        by,
      ),
    ),
  trunk: (event) =>
    set(event, (form, by, from) =>
      setTrunkSize(db(), { trunk: field(form, 'trunk').trim(), channels: number(form, 'channels'), from }, by),
    ),
  index: (event) =>
    set(event, (form, by, from) => {
      const numbers = (name: string): number[] =>
        form.getAll(name).map((t) => (typeof t === 'string' && t.trim() !== '' ? Number(t) : Number.NaN));
      const [weights, zeros, fulls] = ['weight', 'zeroAt', 'fullAt'].map(numbers);
      const entries = form.getAll('key').map((key, i) => ({
        key: String(key) as IndicatorKey,
        weight: weights![i] ?? Number.NaN,
        zeroAt: zeros![i] ?? Number.NaN,
        fullAt: fulls![i] ?? Number.NaN,
      }));
      // what is no figure, no weight or no scale is refused there
      return setWorkIndex(db(), { from, entries }, by);
    }),
  team: (event) =>
    set(
      event,
      (form, by, from) =>
        setTeam(
          db(),
          {
            team: field(form, 'team').trim(),
            seats: field(form, 'seats')
              .split(/[\s,，、;；]+/)
              .filter((s) => s !== ''),
            from,
          },
          settings().zone,
          by,
        ),
      runningHalfHour,
    ),
  home: (event) =>
    set(
      event,
      (form, by, from) => {
        const [team, department, provider] = ['team', 'department', 'provider'].map((n) => field(form, n).trim());
        return setHome(db(), { team: team!, department: department!, provider: provider!, from }, settings().zone, by);
      },
      runningHalfHour,
    ),
};
