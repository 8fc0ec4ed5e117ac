import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import { VEHICLE_KINDS, VEHICLE_STATES, type VehicleSignal } from '#domain/city/rows.ts';
import { encodeSignals } from '#domain/frames.ts';
import { mulberry32 } from '#domain/random.ts';
import { WIRE_VERSION } from '#domain/wire.ts';
import { LANE_BEAT_MS } from '#realtime/gateway.ts';

/** Vehicles that drive east at an even speed, each told once a second, in the gateway's frames and at its pace. */

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css' }; // prettier-ignore
const M_PER_DEG_EAST = 111_195 * Math.cos((32.05 * Math.PI) / 180);
const BEAT_MS = 1000;

export interface Course {
  readonly startedAt: number;
  readonly from: readonly (readonly [number, number, number])[];
}

export class ObjectsServer {
  readonly #http;
  readonly #sockets;
  readonly #vehicles: { readonly key: string; readonly body: Omit<VehicleSignal, 'at' | 'heading'> }[];
  readonly #from: (readonly [number, number, number])[];
  /** What was told of each last. */
  readonly told = new Map<string, readonly [number, number]>();
  #startedAt = 0;
  #timer: ReturnType<typeof setInterval> | null = null;
  #next = 0;
  #random;

  /** @param folder of the built page */
  constructor(folder: string, count: number, seed: number) {
    const random = (this.#random = mulberry32(seed));
    this.#from = Array.from({ length: count }, () => [
      118.62 + random() * 0.36,
      31.93 + random() * 0.24,
      (8 + random() * 8) / M_PER_DEG_EAST,
    ]);
    this.#vehicles = this.#from.map((_, i) => ({
      key: `V${String(i).padStart(5, '0')}`,
      body: {
        kmh: 36, state: VEHICLE_STATES[i % VEHICLE_STATES.length]!, kind: VEHICLE_KINDS[i % VEHICLE_KINDS.length]!, zh: `车${i}`, en: null,
        plate: null, online: true, simulated: true,
      },
    })); // prettier-ignore
    this.#http = createServer((req, res) => {
      const path = normalize(new URL(req.url ?? '/', 'http://x').pathname);
      try {
        const bytes = readFileSync(join(folder, path === '/' ? 'index.html' : path));
        res.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/html' }).end(bytes);
      } catch {
        res.writeHead(404).end();
      }
    });
    this.#sockets = new WebSocketServer({ server: this.#http, perMessageDeflate: false });
    this.#sockets.on('connection', (ws) => ws.on('message', (m: Buffer) => this.#heard(ws, String(m))));
  }

  async listen(): Promise<string> {
    await new Promise<void>((r) => this.#http.listen(0, '127.0.0.1', r));
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  #heard(ws: WebSocket, text: string): void {
    const m = JSON.parse(text) as { type: string; t?: number };
    const now = Date.now();
    if (m.type === 'ping') ws.send(JSON.stringify({ type: 'pong', t: m.t, now }));
    if (m.type !== 'hello') return;
    ws.send(JSON.stringify({ type: 'welcome', version: WIRE_VERSION, origin: 'bench', now, zone: 'Asia/Shanghai', role: 'bench', topics: [], lanes: ['vehicles'] })); // prettier-ignore
    ws.send(this.#frame(0, this.#vehicles.length, now));
  }

  /** The gateway's frame of some vehicles where they are at an instant. */
  #frame(first: number, count: number, now: number): Uint8Array {
    const s = this.#startedAt === 0 ? 0 : (now - this.#startedAt) / 1000;
    const items = this.#vehicles.slice(first, first + count).map(({ key, body }, i) => {
      const [lng, lat, perS] = this.#from[first + i]!;
      const at = [Number((lng + perS * s).toFixed(7)), Number(lat.toFixed(7))] as const;
      this.told.set(key, at);
      return { key, at: now, body: { ...body, at, heading: Math.round(80 + 20 * this.#random()) } };
    });
    return encodeSignals('vehicles', 0, items);
  }

  #send(bytes: Uint8Array | string): void {
    for (const ws of this.#sockets.clients) ws.send(bytes);
  }

  /** Begins to drive; each vehicle is told once a second. */
  drive(): Course {
    this.#startedAt = Date.now();
    const perBeat = Math.ceil((this.#vehicles.length * LANE_BEAT_MS) / 1000);
    let told = 0;
    let beat = this.#startedAt;
    this.#timer = setInterval(() => {
      const now = Date.now();
      // a late timer tells more at once: the rate stays
      const due = Math.floor(((now - this.#startedAt) / 1000) * this.#vehicles.length);
      while (told + perBeat <= due) {
        const count = Math.min(perBeat, this.#vehicles.length - this.#next);
        this.#send(this.#frame(this.#next, count, now));
        this.#next = (this.#next + count) % this.#vehicles.length;
        told += count;
      }
      if (now - beat < BEAT_MS) return;
      beat = now;
      this.#send(JSON.stringify({ type: 'beat', now, upTo: 0, behindMs: 0 }));
    }, LANE_BEAT_MS);
    return { startedAt: this.#startedAt, from: this.#from };
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    for (const ws of this.#sockets.clients) ws.terminate();
    await new Promise((r) => this.#http.close(r));
  }
}
