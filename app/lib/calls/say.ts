import type { JourneyItem, Lane } from '#domain/calls/journey.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import type { MarkName } from '#lib/ui/marks.ts';

const term = (terms: Readonly<Record<string, string>>, key: string): string => terms[key] ?? key;

export type QueueNames = Readonly<Record<string, { readonly zh: string; readonly en: string }>>;

/** The sentences of a call's journey. */
export class JourneyWords {
  readonly #locale: Locale;
  readonly #queueNames: QueueNames;
  readonly #pointNames: QueueNames;

  constructor(locale: Locale, queueNames: QueueNames, pointNames: QueueNames) {
    this.#locale = locale;
    this.#queueNames = queueNames;
    this.#pointNames = pointNames;
  }

  queue(id: string): string {
    return this.#nameIn(this.#queueNames, id);
  }

  #nameIn(names: QueueNames, id: string): string {
    return this.#locale.name(names, id);
  }

  lane(lane: Lane): string {
    const w = this.#locale.words.calls.lanes;
    if (lane.of === 'queue') return `${w.queue} ${this.queue(lane.name)}`;
    if (lane.of === 'seat') return `${w.seat} ${lane.name}`;
    return w[lane.of];
  }

  what(item: JourneyItem): string {
    const { words } = this.#locale;
    const w = words.calls;
    switch (item.kind) {
      case 'step':
        return `${w.kinds.step} · ${this.#nameIn(this.#pointNames, item.point)}`;
      case 'move':
        return `${w.kinds.move} · ${w.moves[item.move]}`;
      case 'command':
        return `${w.kinds.command} · ${words.steer.kinds[item.command.kind]}`;
      default:
        return w.kinds[item.kind];
    }
  }

  who(item: JourneyItem): string {
    switch (item.kind) {
      case 'queue':
        return this.queue(item.queue);
      case 'ring':
      case 'talk':
      case 'hold':
      case 'wrap':
        return item.seat;
      case 'rating':
        return item.seat ?? '';
      case 'move':
      case 'consult':
      case 'conference':
        return item.fromSeat ?? '';
      case 'command':
        return item.command.seat ?? '';
      case 'step':
        return item.queue === null ? '' : this.queue(item.queue);
      default:
        return '';
    }
  }

  result(item: JourneyItem): string {
    const { words, format } = this.#locale;
    const w = words.calls;
    const join = (...parts: (string | null | undefined)[]): string => parts.filter(Boolean).join(' · ');
    switch (item.kind) {
      case 'step':
        return item.key === '' ? '' : w.key(item.key);
      case 'queue':
        return item.outcome === null
          ? w.waiting
          : join(term(words.caseWords.outcomes, item.outcome), item.outcome === 'answered' ? item.seat : null);
      case 'ring':
        return w.rings[item.outcome];
      case 'talk': {
        const held =
          item.holds > 0
            ? `${w.holdTime} ${words.common.times(format.number(item.holds))} ${format.duration(item.holdMs / 1000)}`
            : null;
        return join(
          item.endedBy === null ? (item.outcome === 'answered' ? null : w.rings[item.outcome]) : w.talks[item.endedBy],
          held,
        );
      }
      case 'consult':
        return join(w.toSeat(item.toSeat ?? item.toNumber), item.answeredAt === null ? w.rings.missed : null);
      case 'move':
      case 'conference':
        return item.toSeat ? w.toSeat(item.toSeat) : item.toNumber ? w.toSeat(item.toNumber) : '';
      case 'rating':
        return w.score(format.number(item.score));
      case 'command': {
        const { command } = item;
        const state = command.code
          ? `${words.steer.states[command.state]}：${words.steer.codes[command.code]}`
          : words.steer.states[command.state];
        return join(command.by, state, command.reason);
      }
      case 'gap':
        return term(w.gaps, item.why);
      case 'end':
        return join(w.endedIn[item.endedIn], w.outcomes[item.outcome]);
      case 'recording':
        return item.file?.split('/').at(-1) ?? '';
      default:
        return '';
    }
  }
}

/** Shape and colour of what is drawn; the word stands beside it or in its title. */
export function markOf(item: JourneyItem): MarkName {
  switch (item.kind) {
    case 'ring':
      return item.outcome === 'missed' ? 'bad' : 'ringing';
    case 'talk':
      return 'talking';
    case 'hold':
      return 'break';
    case 'consult':
    case 'conference':
      return 'other';
    case 'wrap':
      return 'wrap';
    case 'queue':
      return item.outcome === 'abandoned' ? 'bad' : 'outbound';
    case 'command':
      return 'busy';
    case 'gap':
      return 'unknown';
    case 'move':
      return 'outbound';
    case 'end':
      return item.outcome === 'unknown' || item.outcome === 'lost' ? 'unknown' : 'good';
    default:
      return 'other';
  }
}

/** m:ss with a sign, from the beginning of the call. */
export const offset = (locale: Locale, ms: number): string =>
  `${ms < 0 ? '−' : '+'}${locale.format.duration(Math.round(Math.abs(ms) / 1000))}`;
