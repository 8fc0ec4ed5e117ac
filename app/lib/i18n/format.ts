import { cityDay, type Instant } from '#domain/time.ts';
import type { Language, Words } from './locale.ts';

/** Numbers, times and durations as people of this language read them, in the city's zone. Unknown (null) is “–”, never 0. */
export class Format {
  readonly #words: Words;
  readonly #zone: string;
  readonly #number: Intl.NumberFormat;
  readonly #one: Intl.NumberFormat;
  readonly #compact: Intl.NumberFormat;
  readonly #time: Intl.DateTimeFormat;
  readonly #timeS: Intl.DateTimeFormat;
  readonly #date: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #dateTime: Intl.DateTimeFormat;

  constructor(language: Language, zone: string, words: Words) {
    this.#words = words;
    this.#zone = zone;
    this.#number = new Intl.NumberFormat(language);
    this.#one = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    this.#compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
    const at = (o: Intl.DateTimeFormatOptions, english = 'en-GB'): Intl.DateTimeFormat =>
      new Intl.DateTimeFormat(language === 'en' ? english : language, { timeZone: zone, hourCycle: 'h23', ...o });
    this.#time = at({ hour: '2-digit', minute: '2-digit' });
    this.#timeS = at({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
    this.#date = at({ year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' });
    this.#day = at({ month: language === 'en' ? 'short' : 'numeric', day: 'numeric' });
    // in English too with the year first, as nobody then takes the month for the day
    this.#dateTime = at(
      {
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
      },
      'sv-SE',
    );
  }

  number(n: number | null | undefined): string {
    return n == null ? '–' : this.#number.format(n);
  }
  /** One decimal. */
  decimal(n: number | null | undefined): string {
    return n == null ? '–' : this.#one.format(n);
  }
  compact(n: number | null | undefined): string {
    return n == null ? '–' : this.#compact.format(n);
  }
  /** A share 0–1 as percent, to 0.1, half up; the sign is the caller's unit. */
  percent(share: number | null | undefined): string {
    return share == null ? '–' : this.#one.format(Math.round(share * 1000 + Number.EPSILON * 1000) / 10);
  }
  /** 09:41 */
  time(t: Instant | null | undefined): string {
    return t == null ? '–' : this.#time.format(t);
  }
  /** 09:41:07 */
  timeWithSeconds(t: Instant | null | undefined): string {
    return t == null ? '–' : this.#timeS.format(t);
  }
  /** 2026年11月22日星期日 */
  date(t: Instant | null | undefined): string {
    return t == null ? '–' : this.#date.format(t);
  }
  /** 11/22 */
  day(t: Instant | null | undefined): string {
    return t == null ? '–' : this.#day.format(t);
  }
  dateTime(t: Instant | null | undefined): string {
    return t == null ? '–' : this.#dateTime.format(t);
  }
  /** 09:41 when on the same city day as `now`, else 11/22 09:41. */
  moment(t: Instant | null | undefined, now: Instant): string {
    if (t == null) return '–';
    return cityDay(t, this.#zone) === cityDay(now, this.#zone) ? this.time(t) : `${this.day(t)} ${this.time(t)}`;
  }
  /** m:ss below an hour, h:mm:ss above: waiting times, time in state. */
  duration(s: number | null | undefined): string {
    if (s == null) return '–';
    const whole = Math.max(0, Math.floor(s));
    const h = Math.floor(whole / 3600);
    const m = Math.floor((whole % 3600) / 60);
    const two = (n: number): string => String(n).padStart(2, '0');
    return h > 0 ? `${h}:${two(m)}:${two(whole % 60)}` : `${m}:${two(whole % 60)}`;
  }
  /** An age in its largest unit: 8 s, 3 min, 2 h, 4 d. */
  age(s: number | null | undefined): string {
    const w = this.#words.time;
    if (s == null) return '–';
    // another machine's clock may run a little ahead: nothing was said in the future
    if (s < 60) return w.seconds(Math.max(0, Math.floor(s)));
    if (s < 3600) return w.minutes(Math.floor(s / 60));
    if (s < 48 * 3600) return w.hours(Math.floor(s / 3600));
    return w.days(Math.floor(s / 86_400));
  }
  bytes(n: number | null | undefined): string {
    if (n == null) return '–';
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    let u = 0;
    let v = n;
    while (v >= 1000 && u < units.length - 1) {
      v /= 1000;
      u++;
    }
    return `${v < 10 && u > 0 ? this.#one.format(v) : this.#number.format(Math.round(v))} ${units[u]}`;
  }
}
