import type { Config } from '#domain/config.ts';
import { BAR_LISTS, barsIn, type BarList } from '#domain/blacklist/rows.ts';
import { barDifference, OURS, type BarSwitch, type WantedBar } from '#domain/blacklist/sync.ts';
import { MINUTE, SECOND, type Instant } from '#domain/time.ts';
import { BLACKLIST_CHANNEL, barSwitch, expireBars, keepBarSwitch, wantedBars } from '#store/blacklist.ts';
import type { Source, SourceContext } from '../../source.ts';
import { AmiError, openAmi, type AmiTransport } from '../client.ts';
import { pause } from '../hand/line.ts';

/** Entries begin and end by themselves, and a switch that was away is tried again: within this. */
const BEAT = 30 * SECOND;
/** What somebody else did to the switch's lists is seen within this. */
const COMPARE_EVERY = 5 * MINUTE;
/** Actions under way at once: the switch answers each in well under a millisecond. */
const AT_ONCE = 50;

/**
 * The blacklist in the switch's own database (AstDB), where the dial plan looks (docs/asterisk.md). What the switch holds is compared
 * with the list when that has changed, and every few minutes; differences are repaired, and what the switch then says it holds is
 * kept. Keys of others are left alone.
 */
export const bars: Source = {
  name: 'bars',
  enabled: (config) => config.amiHost !== '',
  run: async (context) => {
    const { sql, signal, log } = context;
    let wake: () => void = () => {};
    let rung = true;
    const ring = (): void => {
      rung = true;
      wake();
    };
    let done: Compared | null = null;
    const listening = sql.listen(BLACKLIST_CHANNEL, ring, ring);
    listening.catch(() => {}); // the beat reads without it; the driver listens again when it reconnects
    const beat = setInterval(ring, BEAT);
    signal.addEventListener('abort', ring);
    try {
      while (!signal.aborted) {
        if (!rung) await new Promise<void>((r) => (wake = r));
        rung = false;
        if (signal.aborted) break;
        try {
          done = await compare(context, done);
        } catch (e) {
          done = null;
          log.warn({ err: e }, 'the blacklist could not be compared with the switch');
          await pause(1000, signal);
        }
      }
    } finally {
      clearInterval(beat);
      signal.removeEventListener('abort', ring);
      await listening.then((l) => l.unlisten()).catch(() => {});
    }
  },
};

const familiesOf = (c: Config): Readonly<Record<BarList, string>> => ({ in: c.amiBarredIn, out: c.amiBarredOut });

/** A comparison that went well. */
interface Compared {
  readonly at: Instant;
  /** What should have held then. */
  readonly wanted: string;
  /** What was reported of it: told again at each beat, for who says nothing is taken for dead. */
  readonly told: Record<string, unknown>;
}

/** @returns null when the switch could not be asked */
async function compare({ sql, config, report, log }: SourceContext, last: Compared | null): Promise<Compared | null> {
  const at = Date.now();
  await expireBars(sql, at);
  const wanted = await wantedBars(sql, at);
  const list = JSON.stringify(wanted);
  if (last && last.wanted === list && at - last.at < COMPARE_EVERY) {
    report('live', last.told);
    return last;
  }
  const before = await barSwitch(sql);
  const none = {
    at,
    wanted: wanted.length,
    foreign: before?.foreign ?? 0,
    repair: before?.repair ?? null,
    detail: '',
  };
  const keep = async (body: BarSwitch, held: readonly string[] | null): Promise<Compared> => {
    await keepBarSwitch(sql, held, body);
    const { state, detail } = body;
    const told = {
      wanted: body.wanted,
      put: body.repair?.put ?? 0,
      removed: body.repair?.removed ?? 0,
      foreign: body.foreign,
      ...(state === 'off'
        ? { reason: 'no account for it (AMI_RECORDER_USER)' }
        : detail === ''
          ? {}
          : { reason: detail }),
    };
    report(state === 'away' || state === 'refused' ? 'away' : 'live', told);
    return { at, wanted: list, told };
  };
  if (config.amiRecorderUser === '') return await keep({ ...none, state: 'off' }, null);
  try {
    // an account with system rights is connected only while it is needed
    const ami = await openAmi(
      { host: config.amiHost, port: config.amiPort, user: config.amiRecorderUser, secret: config.amiRecorderSecret },
      { onPacket: () => {}, onClosed: () => {} },
    );
    try {
      const repaired = await bringUpToDate(ami, wanted, familiesOf(config));
      if (repaired.put + repaired.removed > 0)
        log.info({ put: repaired.put, removed: repaired.removed }, 'blacklist: the switch was brought up to date');
      const { held, foreign, put, removed } = repaired;
      const repair = put + removed > 0 ? { at, put, removed } : none.repair;
      return await keep({ ...none, foreign, repair, state: 'same' }, held);
    } finally {
      ami.close('done');
    }
  } catch (e) {
    if (!(e instanceof AmiError)) throw e;
    const refused = e.code === 'login' || e.code === 'refused';
    await keep({ ...none, state: refused ? 'refused' : 'away', detail: e.message }, null);
    return null;
  }
}

interface Repaired {
  readonly put: number;
  readonly removed: number;
  readonly foreign: number;
  /** Entries that the switch holds in every list they belong to, as it said after the repair. */
  readonly held: readonly string[];
}

async function bringUpToDate(
  ami: AmiTransport,
  wanted: readonly WantedBar[],
  families: Readonly<Record<BarList, string>>,
): Promise<Repaired> {
  let [put, removed, foreign] = [0, 0, 0];
  const then: Partial<Record<BarList, ReadonlyMap<string, string>>> = {};
  for (const list of BAR_LISTS) {
    const Family = families[list];
    const held = await heldBy(ami, Family);
    const difference = barDifference(list, wanted, held);
    await inParallel(difference.put, ({ number, value }) => ami.action('DBPut', { Family, Key: number, Val: value }));
    await inParallel(difference.remove, (Key) => ami.action('DBDel', { Family, Key }));
    put += difference.put.length;
    removed += difference.remove.length;
    foreign += difference.foreign;
    const same = difference.put.length + difference.remove.length === 0;
    then[list] = same ? held : await heldBy(ami, Family);
  }
  const holds = (list: BarList, number: string, value: string): boolean => then[list]?.get(number) === value;
  const ids = new Map<string, string>();
  for (const list of BAR_LISTS)
    for (const [number, value] of then[list] ?? [])
      if (value.startsWith(OURS)) ids.set(value.slice(OURS.length), number);
  const directions = new Map(wanted.map((w) => [w.id, w.direction]));
  // one that is wanted counts when it is in all its lists, one that is not while it is in any
  const held = [...ids]
    .filter(([id, number]) => {
      const direction = directions.get(id);
      return direction === undefined || BAR_LISTS.every((l) => !barsIn(direction, l) || holds(l, number, OURS + id));
    })
    .map(([id]) => id)
    .filter((id) => /^\d{1,15}$/.test(id));
  return { put, removed, foreign, held };
}

async function heldBy(ami: AmiTransport, Family: string): Promise<Map<string, string>> {
  const list = await ami.list('DBGetTree', { Family });
  const prefix = `/${Family}/`;
  return new Map(
    list
      .filter((f) => f.event === 'DBGetTreeResponse' && f.key?.startsWith(prefix))
      .map((f) => [f.key!.slice(prefix.length), f.val ?? '']),
  );
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < items.length; i += AT_ONCE) await Promise.all(items.slice(i, i + AT_ONCE).map(work));
}
