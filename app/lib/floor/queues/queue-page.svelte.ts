import { SWITCH_CONTACT } from '#domain/contact.ts';
import type { LinkRow } from '#domain/floor/rows.ts';
import { floorView, type FloorView, type PauseReasons } from '#domain/floor/view.ts';
import { hourOutlook, type Outlook } from '#domain/staffing/outlook.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { Live } from '#lib/live/live.svelte.ts';
import { gatewayUrl, screenOfThisTab } from '#lib/map/desk/connect.ts';
import type { Clock } from '#lib/ui/clock.svelte.ts';
import { floorFreshness, type Freshness } from '#lib/wall/floor/freshness.ts';
import type { FloorBasis } from '#domain/staffing/basis.ts';
import { Asked } from '../asked.svelte.ts';

interface PageOptions {
  readonly topics: readonly string[];
  readonly lanes: readonly string[];
  readonly pauseReasons: PauseReasons;
  readonly queueNames: Readonly<Record<string, { readonly zh: string; readonly en: string }>>;
}

/** What the pages of the queues share: the live floor, the records behind it, and the forecast made of both. */
export class QueuePage {
  readonly live: Live;
  readonly basis = new Asked<FloorBasis>('/floor/queues/basis');
  readonly #options: PageOptions;
  readonly #clock: Clock;
  readonly #locale: Locale;
  readonly #place: readonly string[];
  /** Made anew when records come, not each second: figures that only jitter help nobody. */
  #outlook = $state.raw<Outlook | null>(null);

  constructor(options: PageOptions, clock: Clock, locale: Locale) {
    this.#options = options;
    this.#clock = clock;
    this.#locale = locale;
    this.#place = Object.keys(options.queueNames);
    this.live = new Live(gatewayUrl(), screenOfThisTab(), options.topics, options.lanes);
  }

  get outlook(): Outlook | null {
    return this.#outlook;
  }
  get view(): FloorView {
    const { live } = this;
    return floorView(live.tables('floor'), {
      now: this.#clock.now,
      zone: live.zone,
      reasons: this.#options.pauseReasons,
    });
  }
  get fresh(): Freshness {
    const { live } = this;
    const link = live.rows<LinkRow>('floor', 'link').get('asterisk');
    return floorFreshness(link, live.signals('feeds').get(SWITCH_CONTACT), live.heardAt - live.behindMs, this.#locale);
  }

  readonly name = (queue: string): string => this.#locale.name(this.#options.queueNames, queue);
  /** Where the house names a queue among its queues; those without a name come last. */
  readonly place = (queue: string): number => {
    const i = this.#place.indexOf(queue);
    return i < 0 ? this.#place.length : i;
  };

  /** Foretells the hour from what is known now. */
  foretell(): void {
    const basis = this.basis.value;
    if (!basis || !this.live.ready) return;
    const now = this.#clock.now;
    // one seed for an hour: two looks at the same floor tell the same
    this.#outlook = hourOutlook(this.live.tables('floor'), basis, {
      now,
      reasons: this.#options.pauseReasons,
      seed: Math.floor(now / 3_600_000),
    });
  }

  /** Opens the connection and asks for the records until the returned function is called. */
  start(): () => void {
    const stops = [this.live.start(), this.basis.follow()];
    return () => {
      for (const stop of stops) stop();
    };
  }
}
