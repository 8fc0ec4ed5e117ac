import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig, type Config } from '#domain/config.ts';
import { assertPortFree } from '#scripts/provision/cluster.ts';
import { endFamily, FAMILY } from './family.ts';
import { LogFile } from './log-file.ts';
import type { Service } from './services.ts';
import { Worker, type Ending } from './worker.ts';

/** What a service has after SIGTERM before its group is killed. Its own promise is 5 s. */
const GRACE_MS = 6000;

/** A service with the reason why it does not run, or null. */
export interface Planned {
  readonly service: Service;
  readonly skipped: string | null;
}

/**
 * Which services run, and the environment they all share: the given one, and what the services that run offer (a simulator's address).
 * A service whose file is not there is skipped like one that the configuration does not ask for, and the reason is told.
 */
export function plan(
  services: readonly Service[],
  env: Readonly<Record<string, string | undefined>>,
  hasFile: (file: string) => boolean,
): { planned: Planned[]; config: Config; env: Record<string, string | undefined> } {
  const { config: given } = parseConfig(env);
  const planned = services.map((service) => ({
    service,
    skipped: service.skip(given) ?? (hasFile(service.file) ? null : `there is no ${service.file}`),
  }));
  const shared: Record<string, string | undefined> = { ...env };
  for (const { service, skipped } of planned) if (skipped === null) Object.assign(shared, service.offers?.(given)); // it runs because no real address was given
  return { planned, config: parseConfig(shared).config, env: shared };
}

/** Groups services so that each group needs only earlier ones. @throws when they wait for one another in a circle */
export function inWaves(services: readonly Service[]): Service[][] {
  const names = new Set(services.map((s) => s.name));
  const done = new Set<string>();
  const waves: Service[][] = [];
  for (let left = [...services]; left.length > 0;) {
    const wave = left.filter((s) => (s.after ?? []).every((a) => done.has(a) || !names.has(a)));
    if (wave.length === 0) throw new Error(`services wait for one another: ${left.map((s) => s.name).join(', ')}`);
    for (const s of wave) done.add(s.name);
    waves.push(wave);
    left = left.filter((s) => !done.has(s.name));
  }
  return waves;
}

export interface SupervisorOptions {
  readonly services: readonly Service[];
  /** Environment of every process; DATABASE_URL included. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly checkout: string;
  readonly logs: string;
  /** Folder of the built screens. */
  readonly screens: string;
  /** Marks every process that comes of this supervisor (family.ts). */
  readonly mark: string;
  readonly level: string;
  readonly onStarted?: (name: string, pid: number) => void;
  readonly onEnded?: (name: string, ending: Ending, expected: boolean) => void;
}

/** Runs the services as processes, keeps them running, and stops them in reverse order. */
export class Supervisor {
  readonly #o: SupervisorOptions;
  readonly #waves: Worker[][] = [];
  readonly #logs: LogFile[] = [];
  #stopping: Promise<void> | null = null;

  constructor(options: SupervisorOptions) {
    this.#o = options;
  }

  /** Ends what an earlier run with the same mark left. @returns how many processes there were */
  async endRemains(): Promise<number> {
    return await endFamily(this.#o.mark, GRACE_MS);
  }

  /** @throws about the first port that somebody else has */
  async checkPorts(config: Config): Promise<void> {
    for (const s of this.#o.services)
      for (const { option, port, host } of s.ports?.(config) ?? []) await assertPortFree(port, option, s.what, host);
  }

  /**
   * Starts everything, each service as soon as those it needs are ready, and waits until all are.
   * @throws when a required service is not ready in time; what was started still runs then, and is ended by stop()
   */
  async start(tell: (text: string) => void): Promise<void> {
    const ready = new Map<string, Promise<void>>();
    for (const wave of inWaves(this.#o.services)) {
      const workers: Worker[] = [];
      this.#waves.push(workers);
      for (const s of wave) ready.set(s.name, this.#startOne(s, ready, workers, tell));
    }
    await Promise.all(ready.values());
  }

  async #startOne(
    s: Service,
    ready: ReadonlyMap<string, Promise<void>>,
    workers: Worker[],
    tell: (text: string) => void,
  ): Promise<void> {
    await Promise.all((s.after ?? []).map((name) => ready.get(name)));
    if (this.#stopping) return;
    const worker = this.#worker(s);
    workers.push(worker);
    worker.start();
    await this.#untilReady(s, worker, tell);
  }

  #worker(s: Service): Worker {
    const log = new LogFile(join(this.#o.logs, `${s.name}.log`));
    this.#logs.push(log);
    const coarser = ['warn', 'error', 'fatal'].includes(this.#o.level);
    return new Worker({
      name: s.name,
      checkout: this.#o.checkout,
      file: s.file,
      args: s.args?.({ screens: this.#o.screens }) ?? [],
      env: { ...this.#o.env, LOG_LEVEL: coarser ? 'info' : this.#o.level, [FAMILY]: this.#o.mark },
      log,
      level: this.#o.level,
      started: (pid) => this.#o.onStarted?.(s.name, pid),
      ended: (ending) => this.#o.onEnded?.(s.name, ending, this.#stopping !== null),
    });
  }

  async #untilReady(s: Service, w: Worker, tell: (text: string) => void): Promise<void> {
    const began = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((r) => {
      timer = setTimeout(() => r(`was not ready within ${s.readyWithinS} s`), s.readyWithinS * 1000);
    });
    const refused = w.refused.then(() => 'refuses its configuration');
    const trouble = await Promise.race([w.ready.then(() => null), late, refused]);
    clearTimeout(timer);
    if (trouble === null) return tell(`${s.name} ready, ${((performance.now() - began) / 1000).toFixed(1)} s`);
    if (this.#stopping) return;
    const lines = w.tail.slice(-6).join('\n      ');
    const text = `${s.name} (${s.what}) ${trouble}; its last lines:\n      ${lines}\n      more in ${join(this.#o.logs, `${s.name}.log`)}`;
    if (s.required) throw new Error(text);
    tell(`${text}\n      it is tried again and again`);
  }

  /** Pids by name of what runs now. */
  pids(): Map<string, number> {
    return new Map(this.#waves.flat().flatMap((w) => (w.pid === null ? [] : [[w.name, w.pid] as const])));
  }

  /** Stops for good those whose name the test names; the others go on. */
  async stopOnly(which: (name: string) => boolean): Promise<void> {
    for (const wave of this.#waves.toReversed())
      await Promise.all(wave.filter((w) => which(w.name)).map((w) => w.stop(GRACE_MS)));
  }

  /** Stops everything, last started first; leaves no process. Calling it again waits for the first call. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    await this.#stopping;
  }

  async #stop(): Promise<void> {
    for (const wave of this.#waves.toReversed()) await Promise.all(wave.map((w) => w.stop(GRACE_MS)));
    await endFamily(this.#o.mark, 1000);
    for (const l of this.#logs) l.close();
  }
}

export const fileIn = (checkout: string) => (file: string) => existsSync(join(checkout, file));
