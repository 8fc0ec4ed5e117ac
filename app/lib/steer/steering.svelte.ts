import { createContext } from 'svelte';
import { COMMAND, isEnded, needsPhone, type FloorCommandRow, type SteerKind } from '#domain/steer/rows.ts';
import type { Live } from '#lib/live/live.svelte.ts';
import type { Commands } from '#lib/map/desk/commands.svelte.ts';
import { requestKey } from '#lib/map/desk/requests.ts';
import { needsDialog, type SteerTarget } from './view.ts';

/** What a dialog of an action adds to the wish. */
export type SteerFields = Partial<Record<'phone' | 'to' | 'reason' | 'text' | 'queue', string>> & {
  readonly priority?: number;
  readonly penalty?: number;
};

export interface OpenDialog {
  readonly kind: SteerKind;
  readonly target: SteerTarget;
  /** Whom it is about, as the row named it. */
  readonly who: string;
  /** The number that is dialled, to begin with. */
  readonly number?: string;
}

/** One supervisor's actions: the open menu, the open dialog, the own telephone, and what was asked and has not ended. */
export class Steering {
  dialog = $state.raw<OpenDialog | null>(null);
  phone = $state<string | null>(null);
  readonly #live: Live;
  readonly #commands: Commands;
  /** Numbers of commands asked here whose end is still to be told. */
  #mine: readonly string[] = [];
  readonly #told: (row: FloorCommandRow) => void;

  /** @param told called once with the end of each command that was asked here */
  constructor(live: Live, commands: Commands, phone: string | null, told: (row: FloorCommandRow) => void) {
    this.#live = live;
    this.#commands = commands;
    this.phone = phone;
    this.#told = told;
  }

  /** Follows the ends of own commands until the returned function is called. */
  follow(): () => void {
    return this.#live.onUpdate(() => {
      for (const id of this.#mine) {
        const row = this.#row(id);
        if (!row || !isEnded(row.state)) continue;
        this.#mine = this.#mine.filter((m) => m !== id);
        this.#told(row);
      }
    });
  }

  #row(id: string): FloorCommandRow | undefined {
    return this.#live.rows<FloorCommandRow>('floor', COMMAND).get(id);
  }

  busy(kind: SteerKind, target: SteerTarget): boolean {
    return this.#commands.busy(keyOf(kind, target));
  }

  /** An item of a menu was chosen. */
  choose(kind: SteerKind, target: SteerTarget, who: string): void {
    if (needsDialog(kind, this.phone)) this.dialog = { kind, target, who };
    else void this.send(kind, target, needsPhone(kind) ? { phone: this.phone ?? '' } : {});
  }

  /** Has the own telephone call a number: at once when both are known, else a dialog asks. @param call the call that is called back */
  dial(number: string, call: string | null, who = ''): void {
    const target: SteerTarget = { seat: null, call, visit: null };
    if (this.phone === null || !/^\d{2,15}$/.test(number)) this.dialog = { kind: 'dial', target, who, number };
    else void this.send('dial', target, { phone: this.phone, to: number });
  }

  /** @returns true when it was asked; a refusal has been told by then */
  async send(kind: SteerKind, target: SteerTarget, fields: SteerFields): Promise<boolean> {
    const body = { requestKey: requestKey(), ...target, ...fields };
    const answer = await this.#commands.send<{ id: string }>(keyOf(kind, target), `steer-${kind}`, body, ({ id }) => {
      if (!this.#mine.includes(id)) this.#mine = [...this.#mine, id];
      return this.#row(id) !== undefined;
    });
    if (!answer?.ok) return false;
    if (fields.phone) this.phone = fields.phone;
    return true;
  }
}

const keyOf = (kind: SteerKind, t: SteerTarget): string => `${kind} ${t.seat ?? t.visit ?? t.call ?? ''}`;

export const [getSteering, setSteering] = createContext<Steering>();
