import type { Instant } from '#domain/time.ts';
import type { PlanSeat } from './floor-plan.ts';

/** What happens on the demo's telephone floor, and to whom. Calls and seats are the model's own and change with its next event. */
export type ModelEvent = { readonly t: Instant } & (
  | { kind: 'arrived'; call: ModelCall }
  /** `queue`: the one that the point leads to or is about; '' for none. */
  | { kind: 'menu'; call: ModelCall; point: string; key: string; queue: string }
  | { kind: 'menuEnded'; call: ModelCall }
  | { kind: 'joined'; call: ModelCall }
  | { kind: 'ringing'; call: ModelCall; seat: ModelSeat }
  | { kind: 'missed'; call: ModelCall; seat: ModelSeat; ringMs: number }
  | { kind: 'ringStopped'; call: ModelCall; seat: ModelSeat }
  | { kind: 'answered'; call: ModelCall; seat: ModelSeat }
  | { kind: 'held'; call: ModelCall; seat: ModelSeat }
  | { kind: 'retrieved'; call: ModelCall; seat: ModelSeat }
  | { kind: 'abandoned'; call: ModelCall }
  /** Left the queue by key for the voice box; then the message is spoken and he hangs up. */
  | { kind: 'toVoicemail'; call: ModelCall }
  | { kind: 'messageLeft'; call: ModelCall; spokenS: number }
  /** A supervisor took the caller out. */
  | { kind: 'withdrawn'; call: ModelCall }
  /** `attended`: the seat had talked to the other side before. */
  | { kind: 'transferred'; call: ModelCall; seat: ModelSeat; to: string; attended: boolean }
  | { kind: 'ended'; call: ModelCall; seat: ModelSeat; by: 'caller' | 'agent' }
  | { kind: 'rated'; call: ModelCall; seat: ModelSeat; score: number }
  | { kind: 'dialled'; call: ModelCall; seat: ModelSeat }
  | { kind: 'dialAnswered'; call: ModelCall; seat: ModelSeat }
  | { kind: 'dialEnded'; call: ModelCall; seat: ModelSeat }
  | { kind: 'signedIn' | 'signedOut'; seat: ModelSeat }
  /** A supervisor changed its penalty in a queue. */
  | { kind: 'penalised'; seat: ModelSeat; queue: string }
  | { kind: 'paused' | 'resumed'; seat: ModelSeat; reason: string }
);

export interface ModelCall {
  readonly no: number;
  readonly caller: string;
  readonly trunk: string;
  readonly arrivedAt: Instant;
  queue: string;
  joinedAt: Instant;
  answeredAt: Instant | null;
  ringAt: Instant | null;
  seat: ModelSeat | null;
  patienceUntil: Instant;
  holds: number;
  heldAt: Instant | null;
  holdMs: number;
  visits: number;
  over: boolean;
}

export interface ModelSeat {
  readonly plan: PlanSeat;
  state: 'off' | 'idle' | 'ringing' | 'talking' | 'outbound';
  paused: string | null;
  pausedAt: Instant | null;
  since: Instant;
  wrapUntil: Instant;
  lastCall: Instant;
  callsTaken: number;
  call: ModelCall | null;
  signedInAt: Instant;
}
