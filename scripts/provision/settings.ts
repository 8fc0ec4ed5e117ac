/**
 * The private server's own files. Written anew at each start, so that a change here reaches databases that exist.
 */

/** What the server runs on. */
export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
}

export interface ServerOptions {
  readonly port: number;
  readonly machine: Machine;
  /** A test server's rows need not outlive a power cut. Everything that a person keeps is durable. */
  readonly durable: boolean;
}

const MB = 1024 * 1024;
const between = (low: number, n: number, high: number): number => Math.max(low, Math.min(high, n));

/**
 * postgresql.conf, for many small commits beside a few wide reads on a small machine. Whole file: what is not here is PostgreSQL's default.
 */
export function postgresqlConf({ port, machine, durable }: ServerOptions): string {
  const memory = Math.floor(machine.memoryBytes / MB);
  const shared = between(128, Math.floor(memory / 8), 1024);
  const settings: Record<string, string | number> = {
    // TCP on this machine only and no socket file: nothing whose path can be too long, one way in, one rule in pg_hba.conf
    listen_addresses: `'127.0.0.1'`,
    unix_socket_directories: `''`,
    port,
    max_connections: 120,
    password_encryption: `'scram-sha-256'`,
    // containers have a small /dev/shm; files in the data folder always work
    dynamic_shared_memory_type: 'mmap',
    shared_preload_libraries: `'timescaledb'`,
    'timescaledb.telemetry_level': 'off',
    // one launcher, and a scheduler for each database that has the extension (each test file has one)
    'timescaledb.max_background_workers': 16,
    max_worker_processes: 16 + 8 + machine.cores,
    max_parallel_workers: machine.cores,
    max_parallel_workers_per_gather: between(0, machine.cores - 1, 2),
    shared_buffers: `${shared}MB`,
    effective_cache_size: `${between(256, Math.floor(memory / 2), 8192)}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    // compiling a plan costs more than our queries take
    jit: 'off',
    random_page_cost: 1.1,
    effective_io_concurrency: 64,
    // facts are on disk before they are shown
    fsync: durable ? 'on' : 'off',
    synchronous_commit: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    wal_buffers: '16MB',
    wal_compression: 'lz4',
    min_wal_size: '256MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    checkpoint_completion_target: 0.9,
    // the newest-per-key tables change all the time and stay small only if they are cleaned often
    autovacuum_naptime: '15s',
    autovacuum_vacuum_scale_factor: 0.05,
    autovacuum_analyze_scale_factor: 0.05,
    autovacuum_vacuum_insert_scale_factor: 0.1,
    track_io_timing: 'on',
    timezone: `'UTC'`,
    log_timezone: `'UTC'`,
    datestyle: `'iso, ymd'`,
    lc_messages: `'C'`,
    default_text_search_config: `'pg_catalog.simple'`,
    // a week of logs, each day's file begun anew
    logging_collector: 'on',
    log_directory: `'log'`,
    log_filename: `'postgres-%a.log'`,
    log_rotation_age: '1d',
    log_rotation_size: 0,
    log_truncate_on_rotation: 'on',
    log_line_prefix: `'%m [%p] %q%u@%d %a '`,
    log_min_duration_statement: '1s',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: '10s',
  };
  const lines = Object.entries(settings).map(([k, v]) => `${k} = ${v}`);
  return `# Written by the product at each start (scripts/provision/settings.ts); changes here are lost.\n${lines.join('\n')}\n`;
}

/** pg_hba.conf: passwords for everybody, from this machine only. */
export function pgHba(): string {
  return `# Written by the product at each start. Everybody gives a password, also the superuser.\nhost all all 127.0.0.1/32 scram-sha-256\n`;
}
