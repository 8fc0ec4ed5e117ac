/**
 * The first thing that runs: plain JavaScript without dependencies, for any Node from 20 on. Makes node_modules match package-lock.json,
 * then hands over to the Node 24 that comes with it.
 *   node scripts/boot.mjs start | test | run FILE arguments…
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECKOUT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const MODULES = join(CHECKOUT, 'node_modules');
const NODE = join(MODULES, '.bin/node');
/** In node_modules, so that it goes when node_modules goes. */
const MARKER = join(MODULES, '.watchfloor-lock');
const STATE = join(CHECKOUT, '.watchfloor');

const say = (text) => process.stderr.write(`${text}\n`);
const fail = (text) => {
  say(`watchfloor: ${text}`);
  process.exit(1);
};
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));

const [command, ...rest] = process.argv.slice(2);
const target = { start: 'scripts/start.ts', test: 'scripts/test.ts', run: 'scripts/run-with-db.ts' }[command];
if (!target || (command === 'run' && rest.length === 0)) fail('usage: boot.mjs start | test | run FILE arguments…');
if (Number(process.versions.node.split('.')[0]) < 20)
  fail(`Node ${process.versions.node} is too old: 20 or newer is needed`);

await installPackages();
await handOver();

/** Whether node_modules holds just what package-lock.json asks for, by npm's own record of what it put there. */
function matchesLock() {
  const record = join(MODULES, '.package-lock.json');
  if (!existsSync(record) || !existsSync(NODE)) return false;
  try {
    const have = JSON.parse(readFileSync(record, 'utf8')).packages;
    const want = JSON.parse(readFileSync(join(CHECKOUT, 'package-lock.json'), 'utf8')).packages;
    const extra = Object.keys(have).some((k) => !want[k]);
    const lacks = Object.entries(want).some(
      ([k, p]) =>
        k !== '' && !(have[k] ? have[k].version === p.version && have[k].integrity === p.integrity : p.optional),
    );
    return !extra && !lacks;
  } catch {
    return false; // half written: npm ci makes it anew
  }
}

function sha256(parts) {
  return parts.reduce((h, p) => h.update(p), createHash('sha256')).digest('hex');
}

/** What the packages must be made from: the lock, and our patches, which the install lays over them. */
function wanted() {
  const patches = join(CHECKOUT, 'patches');
  const files = existsSync(patches) ? readdirSync(patches).sort() : [];
  return {
    lock: sha256([readFileSync(join(CHECKOUT, 'package-lock.json'))]),
    patches: sha256(files.map((f) => readFileSync(join(patches, f)))),
  };
}

async function installPackages() {
  const { lock, patches } = wanted();
  const hash = `${lock} ${patches}`;
  const marked = () => (existsSync(MARKER) ? readFileSync(MARKER, 'utf8') : null);
  const ready = () => existsSync(NODE) && marked() === hash;
  if (ready()) return;
  mkdirSync(STATE, { recursive: true });
  const release = await takeInstallLock();
  try {
    if (ready()) return; // another process installed while this one waited
    const patchedOtherwise = marked() !== null && !marked().endsWith(` ${patches}`);
    if (!matchesLock() || patchedOtherwise) {
      const user = runningFromHere();
      if (user)
        fail(
          `package-lock.json has changed, and process ${user} still runs with the packages of before; stop it first`,
        );
      say('▸ npm packages: installing (about a minute)');
      const began = Date.now();
      await npmCi();
      say(`✓ npm packages: ${((Date.now() - began) / 1000).toFixed(1)} s`);
    }
    if (!existsSync(NODE))
      fail(
        'npm ci brought no node_modules/.bin/node: its install script was not allowed to run (npm config ignore-scripts)',
      );
    writeFileSync(MARKER, hash);
  } finally {
    release();
  }
}

/** A process whose Node is the one in node_modules: taking the packages away beneath it would break it at its next import. */
function runningFromHere() {
  const inside = existsSync(MODULES) ? `${realpathSync(MODULES)}/` : null;
  const program = (pid) => {
    try {
      return readlinkSync(`/proc/${pid}/exe`);
    } catch {
      return ''; // gone, or another user's
    }
  };
  const pids = existsSync('/proc') ? readdirSync('/proc').filter((n) => /^\d+$/.test(n)) : [];
  return inside === null
    ? undefined
    : pids.find((pid) => Number(pid) !== process.pid && program(pid).startsWith(inside));
}

/** `npm ci` with its output kept for the case that it fails. */
function npmCi() {
  return new Promise((done) => {
    // npm's own variables of an outer `npm start` would be taken for settings of this one
    const env = Object.fromEntries(Object.entries(process.env).filter(([k]) => !/^npm_(?!config_)/.test(k)));
    const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--include=dev', '--loglevel=warn'], {
      cwd: CHECKOUT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const keep = (d) => (said = (said + d).slice(-6000));
    npm.stdout.on('data', keep);
    npm.stderr.on('data', keep);
    const beat = setInterval(() => say('  npm packages: still installing'), 15_000);
    npm.on('error', (e) => fail(e.code === 'ENOENT' ? 'the program npm is missing' : e.message));
    npm.on('close', (code) => {
      clearInterval(beat);
      if (code !== 0) fail(`npm ci failed:\n${said.trim()}`);
      done();
    });
  });
}

/** One installer at a time; a lock whose process is gone is taken over. */
async function takeInstallLock() {
  const path = join(STATE, 'install.lock');
  const mine = `${path}.${process.pid}`;
  const me = `${process.pid} ${startOf(process.pid)}`;
  for (let told = false; ;) {
    writeFileSync(mine, me);
    try {
      linkSync(mine, path);
      return () => rmSync(path, { force: true });
    } catch (e) {
      if (e.code !== 'EEXIST') throw e;
    } finally {
      rmSync(mine, { force: true });
    }
    const holder = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const [pid, started] = holder.split(' ');
    if (pid && startOf(pid) !== started) takeAside(path, holder);
    else {
      if (!told) say(`  npm packages: waiting for process ${pid}, which installs them`);
      told = true;
      await sleep(300);
    }
  }
}

/** Removes a stale lock, and nothing but that: between our look and the rename another may have taken it. */
function takeAside(path, stale) {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, path);
  } catch (e) {
    if (e.code !== 'ENOENT' && e.code !== 'EEXIST') throw e;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Start time of a process in ticks since boot; '' when there is none. */
function startOf(pid) {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return '';
  }
}

/**
 * Runs the real program and ends as it ends. Signals are passed on and then waited for. The pipe on descriptor 3 closes when this
 * process dies in whatever way, which is how the other side learns of a kill -9.
 */
async function handOver() {
  const child = spawn(NODE, [join(CHECKOUT, target), ...rest], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: {
      ...process.env,
      WATCHFLOOR_LIFELINE: '3',
      PATH: `${join(MODULES, '.bin')}:${process.env.PATH}`,
      // stripping types and compiling is more than half of a process's start; one entry per file, so it stays small
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(STATE, 'node-cache'),
    },
  });
  child.stdio[3].on('error', () => {});
  for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(s, () => child.kill(s));
  child.on('error', (e) => fail(`${NODE} cannot be started: ${e.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
