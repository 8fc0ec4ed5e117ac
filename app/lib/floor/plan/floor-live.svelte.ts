import { createContext, onMount, untrack } from 'svelte';
import { SWITCH_CONTACT } from '#domain/contact.ts';
import type { CallRow, LinkRow, SeatLiveRow, SeatRow } from '#domain/floor/rows.ts';
import type { PauseReasons } from '#domain/floor/view.ts';
import { PLAN, PLAN_ROW, type PlanRow } from '#domain/floor-plan/facts.ts';
import type { SteerMeans } from '#domain/steer/decide.ts';
import { COMMAND, isAboutNumber, type FloorCommandRow, type SteerKind } from '#domain/steer/rows.ts';
import { useLocale, type Locale } from '#lib/i18n/locale.ts';
import { Live } from '#lib/live/live.svelte.ts';
import { Commands } from '#lib/map/desk/commands.svelte.ts';
import { gatewayUrl, screenOfThisTab } from '#lib/map/desk/connect.ts';
import { setSteering, Steering } from '#lib/steer/steering.svelte.ts';
import { menuFor, type MenuGroup, type SteerTarget } from '#lib/steer/view.ts';
import { resultText } from '#lib/steer/words.ts';
import { useClock, type Clock } from '#lib/ui/clock.svelte.ts';
import { useToasts, type Toasts } from '#lib/ui/toasts.svelte.ts';
import { floorFreshness, type Freshness } from '#lib/wall/floor/freshness.ts';
import { agentName } from '#lib/wall/floor/seats.ts';

/** What the server tells a page of the floor (app/lib/server/floor-page.ts). */
export interface FloorData {
  readonly topics: readonly string[];
  readonly lanes: readonly string[];
  readonly account: number;
  readonly queueNames: Readonly<Record<string, { readonly zh: string; readonly en: string }>>;
  readonly pauseReasons: PauseReasons;
  readonly may: readonly SteerKind[];
  readonly means: SteerMeans;
  readonly phone: string | null;
}

/** The floor as a page has it: its live tables, the supervisor's hand, and how things are called. */
export class FloorLive {
  readonly live: Live;
  readonly steering: Steering;
  readonly data: FloorData;
  readonly #locale: Locale;
  readonly #clock: Clock;

  constructor(data: FloorData, locale: Locale, clock: Clock, toasts: Toasts) {
    this.data = data;
    this.#locale = locale;
    this.#clock = clock;
    this.live = new Live(gatewayUrl(), screenOfThisTab(), data.topics, data.lanes);
    const told = (row: FloorCommandRow): void =>
      toasts.show(
        locale.words.steer.toast(
          locale.words.steer.kinds[row.kind],
          row.seat === null ? '' : this.who(row.seat),
          resultText(row, clock.now, locale.words),
        ),
        row.state === 'confirmed' ? 'done' : 'refused',
      );
    this.steering = new Steering(this.live, new Commands(this.live, toasts, locale.refusal), data.phone, told);
  }

  get seats(): ReadonlyMap<string, SeatRow> {
    return this.live.rows<SeatRow>('floor', 'seat');
  }
  get seatLive(): ReadonlyMap<string, SeatLiveRow> {
    return this.live.rows<SeatLiveRow>('floor', 'seatLive');
  }
  get calls(): ReadonlyMap<string, CallRow> {
    return this.live.rows<CallRow>('floor', 'call');
  }
  get commands(): ReadonlyMap<string, FloorCommandRow> {
    return this.live.rows<FloorCommandRow>('floor', COMMAND);
  }
  get link(): LinkRow | undefined {
    return this.live.rows<LinkRow>('floor', 'link').get('asterisk');
  }
  /** How far the plans have changed. */
  get planN(): number {
    return this.live.rows<PlanRow>('floor', PLAN).get(PLAN_ROW)?.n ?? 0;
  }
  get fresh(): Freshness {
    const heartbeat = this.live.signals('feeds').get(SWITCH_CONTACT);
    return floorFreshness(this.link, heartbeat, this.live.heardAt - this.live.behindMs, this.#locale);
  }
  /** May this person act, and is there an account to act with? */
  get acts(): boolean {
    return this.data.means.hand && this.data.may.some((kind) => !isAboutNumber(kind));
  }
  /** Pause reasons to choose from. */
  get reasons(): string[] {
    return Object.keys({ ...this.#locale.words.floor.reasons, ...this.data.pauseReasons });
  }

  queueName = (queue: string): string => this.#locale.name(this.data.queueNames, queue);
  reasonText = (reason: string): string =>
    (this.#locale.words.floor.reasons as Readonly<Record<string, string>>)[reason] ?? reason;
  /** '1001 李敏'. */
  who = (no: string): string => {
    const seat = this.seats.get(no);
    return seat ? `${seat.id} ${agentName(seat)}`.trim() : no;
  };
  groups = (target: SteerTarget): MenuGroup[] =>
    menuFor(this.live.tables('floor'), target, this.data.may, this.data.means, this.#clock.now);
}

const [getFloor, setFloor] = createContext<FloorLive>();
export { getFloor };

/** Opens the floor for the page that is being made, and closes it with the page. @param back where a new sign-in leads */
export function openFloor(data: () => FloorData, back: () => string): FloorLive {
  const clock = useClock();
  const floor = setFloor(untrack(() => new FloorLive(data(), useLocale(), clock, useToasts())));
  setSteering(floor.steering);
  const { live } = floor;
  onMount(() => {
    const stops = [live.start(), floor.steering.follow()];
    return () => {
      for (const stop of stops) stop();
    };
  });
  $effect(() => {
    if (live.heardAt > 0) clock.sync(live.heardAt);
  });
  $effect(() => {
    if (live.state === 'sign-in') location.assign(`/sign-in?to=${encodeURIComponent(back())}`);
    else if (live.state === 'outdated') location.reload();
  });
  return floor;
}
