import { WebSocket } from 'ws';
import { SESSION_COOKIE } from '#domain/access.ts';
import { TOPICS } from '#domain/folds.ts';
import { Connection, type LinkState, type SocketLike } from '#lib/live/connection.ts';

/** One screen without a browser: the same client that the walls run, through the same address. */
export class Screen {
  readonly connection: Connection;
  readonly states: LinkState[] = [];
  beats = 0;

  constructor(o: { url: string; token: string; name: string; random: () => number }) {
    this.connection = new Connection({
      open: () =>
        new WebSocket(o.url, { headers: { cookie: `${SESSION_COOKIE}=${o.token}` } }) as unknown as SocketLike,
      screen: o.name,
      topics: TOPICS,
      lanes: ['vehicles'],
      now: Date.now,
      random: o.random,
      later: (work, ms) => {
        const t = setTimeout(work, ms);
        return () => clearTimeout(t);
      },
      onChanges: () => {},
      onSignals: () => {},
      onBeat: () => this.beats++,
      onState: (s) => {
        this.states.push(s);
        if (this.states.length > 1000) this.states.shift();
      },
    });
    this.connection.start();
  }

  get state(): LinkState {
    return this.states.at(-1) ?? 'connecting';
  }
  /** The cursor that all its topics have reached; null while one has none. */
  get cursor(): number | null {
    const cursors = TOPICS.map((t) => this.connection.cursor(t));
    return cursors.some((c) => c === null) ? null : Math.min(...(cursors as number[]));
  }
  stop(): void {
    this.connection.stop();
  }
}
