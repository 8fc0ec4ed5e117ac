import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { chown, mkdir, readdir, rename } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  candidates,
  parseDeb822,
  parseOneLine,
  reachSettings,
  securityBeside,
  type Archive,
  type Candidate,
} from './apt-sources.ts';
import type { OsUser } from './os-user.ts';
import { architecture, PACKAGES, PG_MAJOR, RELEASE, UNWANTED, type Architecture } from './packages.ts';
import { plainEnv, run } from './run.ts';

/** The database's programs in a folder. */
export interface Engine {
  /** Folder the packages were unpacked to. */
  readonly root: string;
  readonly bin: string;
  /** What the server must find in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

export type Tell = (text: string) => void;

const KEYRINGS = ['/usr/share/keyrings/debian-archive-keyring.pgp', '/usr/share/keyrings/debian-archive-keyring.gpg'];

const engineAt = (root: string): Engine => ({
  root,
  bin: join(root, `usr/lib/postgresql/${PG_MAJOR}/bin`),
  env: { PROJ_DATA: join(root, 'usr/share/proj') },
});

/**
 * Makes sure that the programs are in `folder`/root: fetched with apt (which checks Debian's signatures), unpacked, and made to use
 * their own loader and libraries, so that the machine's older ones do not matter. A folder that was moved is only relinked.
 * @param folder belongs to `user`
 * @param mirror the option APT_MIRROR; '' for the one of the machine's apt
 * @throws with a sentence for people when the machine lacks apt or its mirror lacks the release
 */
export async function installEngine(folder: string, user: OsUser | null, mirror: string, tell: Tell): Promise<Engine> {
  const arch = await thisArchitecture();
  const engine = engineAt(join(folder, 'root'));
  const unpacked = join(engine.root, '.unpacked');
  const linked = join(engine.root, '.linked');
  const wanted = createHash('sha256')
    .update(JSON.stringify([RELEASE, PG_MAJOR, arch.name, PACKAGES, UNWANTED]))
    .digest('hex');
  if (read(unpacked) !== wanted) {
    requireZoneFiles();
    const work = join(folder, 'apt');
    rmSync(work, { recursive: true, force: true });
    rmSync(engine.root, { recursive: true, force: true });
    await own(work, user);
    const debs = await fetchPackages(work, arch, user, mirror, tell);
    const fresh = join(folder, 'root.new');
    rmSync(fresh, { recursive: true, force: true });
    await own(fresh, user);
    await unpack(debs, fresh, user, tell);
    writeFileSync(join(fresh, '.unpacked'), wanted);
    await rename(fresh, engine.root);
    rmSync(work, { recursive: true, force: true });
  }
  if (read(linked) !== engine.root) {
    await relink(engine, arch, user, tell);
    await checkClosure(engine, arch, user);
    writeFileSync(linked, engine.root);
  }
  return engine;
}

const read = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null);

async function own(folder: string, user: OsUser | null): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (user) await chown(folder, user.uid, user.gid);
}

async function thisArchitecture(): Promise<Architecture> {
  if (process.platform !== 'linux')
    throw new Error('a private database needs Debian; on other systems give DATABASE_URL of an existing server');
  const name = await run('dpkg', ['--print-architecture']).catch((e: unknown) => {
    throw new Error(
      'a private database needs Debian’s dpkg and apt, which this machine does not have; give DATABASE_URL of an existing server',
      { cause: e },
    );
  });
  const arch = architecture(name.trim());
  if (!arch)
    throw new Error(
      `there is no private database for ${name.trim()} machines (amd64 and arm64 only); give DATABASE_URL`,
    );
  for (const [tool, pkg] of [
    ['apt-get', 'apt'],
    ['dpkg-deb', 'dpkg'],
    ['tar', 'tar'],
  ] as const)
    await run(tool, ['--version']).catch((e: unknown) => {
      throw new Error(`${tool} is missing (Debian package ${pkg}); install it, or give DATABASE_URL`, { cause: e });
    });
  return arch;
}

/** Debian's server reads time zones from the system's folder, which is compiled in. */
function requireZoneFiles(): void {
  if (!existsSync('/usr/share/zoneinfo/Asia/Shanghai'))
    throw new Error('the time zone files are missing: install the Debian package tzdata (apt-get install tzdata)');
}

/** All archives of this machine's apt configuration. */
function configuredArchives(): Archive[] {
  const parts = '/etc/apt/sources.list.d';
  const files = existsSync(parts) ? readdirSync(parts).sort() : [];
  const texts = (ext: string): string[] =>
    files.filter((f) => f.endsWith(ext)).map((f) => readFileSync(join(parts, f), 'utf8'));
  const old = read('/etc/apt/sources.list') ?? '';
  return [...texts('.sources').flatMap(parseDeb822), ...[old, ...texts('.list')].flatMap(parseOneLine)];
}

/** Fetches the packages with a private apt: its own lists and cache, the machine's mirror and proxy. @returns the .deb files */
async function fetchPackages(
  work: string,
  arch: Architecture,
  user: OsUser | null,
  mirror: string,
  tell: Tell,
): Promise<string[]> {
  const tries: Candidate[] = mirror
    ? [{ main: mirror, security: securityBeside(mirror), signedBy: null }]
    : candidates(configuredArchives());
  if (tries.length === 0)
    throw new Error(
      'apt on this machine names no Debian archive (/etc/apt/sources.list*); set APT_MIRROR to one, or give DATABASE_URL',
    );
  const reach = reachSettings(await run('apt-config', ['dump']));
  const failures: string[] = [];
  for (const from of tries) {
    // with the security archive first; a mirror may lack it, and that is said aloud instead of failing
    for (const security of from.security ? [from.security, null] : [null]) {
      const env = await writeAptConfig(work, arch, { ...from, security }, reach, user);
      tell(`reading the package lists of ${RELEASE}${security ? ' and its security updates' : ''}`);
      try {
        await run('apt-get', ['-q', 'update', '--error-on=any'], { user, env, cwd: work, timeoutMs: 180_000 });
      } catch (e) {
        failures.push((e as Error).message);
        continue;
      }
      if (!security)
        tell(`the mirror has no ${RELEASE}-security: the database runs without the newest security updates`);
      return await download(work, env, user, tell);
    }
  }
  throw new Error(
    `no archive of this machine’s apt configuration gives a signed ${RELEASE} (Debian 13), which has PostgreSQL ${PG_MAJOR}; ` +
      `set APT_MIRROR to a Debian mirror, or give DATABASE_URL. What apt said:\n${failures.at(-1) ?? ''}`,
  );
}

async function writeAptConfig(
  work: string,
  arch: Architecture,
  from: Candidate,
  reach: readonly string[],
  user: OsUser | null,
): Promise<Record<string, string>> {
  for (const d of [
    '',
    'state',
    'state/lists',
    'state/lists/partial',
    'cache',
    'cache/archives',
    'cache/archives/partial',
    'none',
  ])
    await own(join(work, d), user);
  const keyring = [...(from.signedBy ? [from.signedBy] : []), ...KEYRINGS].find((f) => existsSync(f));
  if (!keyring)
    throw new Error(
      'Debian’s signing keys are missing: install the package debian-archive-keyring, or give DATABASE_URL',
    );
  const line = (uri: string, suite: string): string =>
    `deb [arch=${arch.name} signed-by=${keyring}] ${uri} ${suite} main\n`;
  writeFileSync(
    join(work, 'sources.list'),
    line(from.main, RELEASE) + (from.security ? line(from.security, `${RELEASE}-security`) : ''),
  );
  writeFileSync(join(work, 'status'), '');
  const none = join(work, 'none');
  const conf = join(work, 'apt.conf');
  writeFileSync(
    conf,
    [
      `Dir::State "${join(work, 'state')}";`,
      `Dir::State::status "${join(work, 'status')}";`,
      `Dir::Cache "${join(work, 'cache')}";`,
      `Dir::Etc::sourcelist "${join(work, 'sources.list')}";`,
      ...['sourceparts', 'preferencesparts', 'parts', 'trustedparts'].map((k) => `Dir::Etc::${k} "${none}";`),
      ...['main', 'preferences', 'trusted'].map((k) => `Dir::Etc::${k} "/dev/null";`),
      'APT::Install-Recommends "false";',
      `APT::Architecture "${arch.name}";`,
      `APT::Architectures "${arch.name}";`,
      'APT::Sandbox::User "";',
      'Acquire::Languages "none";',
      'Acquire::AllowInsecureRepositories "false";',
      'Debug::NoLocking "true";',
      'Acquire::Retries "3";',
      ...reach,
      '',
    ].join('\n'),
  );
  return { APT_CONFIG: conf };
}

async function download(work: string, env: Record<string, string>, user: OsUser | null, tell: Tell): Promise<string[]> {
  const into = join(work, 'cache/archives');
  const uris = await run('apt-get', ['-q', 'download', '--print-uris', ...PACKAGES], { user, env, cwd: into });
  const sizes = [...uris.matchAll(/^'\S+' \S+ (\d+) /gm)].map((m) => Number(m[1]));
  const total = sizes.reduce((a, b) => a + b, 0);
  const mb = (n: number): string => (n / 1e6).toFixed(0);
  const beat = setInterval(() => tell(`fetched ${mb(bytesIn(into))} of ${mb(total)} MB`), 3000);
  try {
    tell(`fetching ${sizes.length} packages, ${mb(total)} MB`);
    await run('apt-get', ['-qq', 'download', ...PACKAGES], { user, env, cwd: into, timeoutMs: 15 * 60_000 });
  } finally {
    clearInterval(beat);
  }
  const debs = (await readdir(into)).filter((f) => f.endsWith('.deb')).map((f) => join(into, f));
  if (debs.length !== PACKAGES.length)
    throw new Error(`apt fetched ${debs.length} of ${PACKAGES.length} packages into ${into}`);
  return debs;
}

function bytesIn(folder: string): number {
  let sum = 0;
  for (const e of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const s = e.isFile() ? statSync(join(e.parentPath, e.name), { throwIfNoEntry: false }) : undefined;
    sum += s?.size ?? 0;
  }
  return sum;
}

async function unpack(debs: readonly string[], root: string, user: OsUser | null, tell: Tell): Promise<void> {
  tell(`unpacking ${debs.length} packages`);
  const as = user ? { uid: user.uid, gid: user.gid } : {};
  // Debian's one usr: packages that still name /lib must land in /usr/lib
  await run('sh', ['-c', 'mkdir -p usr/lib usr/lib64 && ln -s usr/lib lib && ln -s usr/lib64 lib64'], {
    user,
    cwd: root,
  });
  const queue = [...debs];
  const worker = async (): Promise<void> => {
    for (let deb = queue.pop(); deb; deb = queue.pop()) await unpackOne(deb, root, as);
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
  // update-alternatives would do this on a system: postgis-3.control is what "create extension postgis" looks for
  const extensions = join(root, `usr/share/postgresql/${PG_MAJOR}/extension`);
  for (const f of readdirSync(extensions).filter((n) => n.endsWith('-3.control')))
    await run('ln', ['-sfn', f, f.replace('-3.control', '.control')], { user, cwd: extensions });
}

async function unpackOne(deb: string, root: string, as: { uid?: number; gid?: number }): Promise<void> {
  const exclude = UNWANTED.map((u) => `--exclude=${u}`);
  const options = { cwd: root, env: plainEnv(), ...as };
  const from = spawn('dpkg-deb', ['--fsys-tarfile', deb], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const to = spawn('tar', ['-x', '--keep-directory-symlink', '--no-same-owner', ...exclude], {
    ...options,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  from.stderr.on('data', (d: Buffer) => (said += d.toString().slice(0, 2000)));
  to.stderr.on('data', (d: Buffer) => (said += d.toString().slice(0, 2000)));
  to.stdin.on('error', () => from.kill()); // tar's own message and code tell why
  from.stdout.pipe(to.stdin);
  const ended = (c: typeof from | typeof to): Promise<number | null> =>
    new Promise((resolve, reject) => c.on('error', reject).on('close', resolve));
  const codes = await Promise.all([ended(from), ended(to)]);
  if (codes.some((c) => c !== 0)) throw new Error(`unpacking ${basename(deb)} failed: ${said.trim()}`);
}

/** Writes our loader and library folder into every program: a copy is changed and then renamed, so that a kill leaves whole files. */
async function relink(engine: Engine, arch: Architecture, user: OsUser | null, tell: Tell): Promise<void> {
  tell('linking the programs to their own libraries');
  const libs = join(engine.root, 'usr/lib', arch.triple);
  const loader = join(engine.root, arch.loader);
  const script = `set -e
for b in "$BIN"/*; do
  case $(head -c4 "$b" | tr -d '\\0') in *ELF*) ;; *) continue ;; esac
  cp "$b" "$TMP/program"
  "$LOADER" --library-path "$LIBS" "$PATCHELF" --set-interpreter "$LOADER" --force-rpath --set-rpath "$LIBS" "$TMP/program"
  mv "$TMP/program" "$b"
done`;
  await run('sh', ['-c', script], {
    user,
    env: {
      BIN: engine.bin,
      TMP: engine.root,
      LOADER: loader,
      LIBS: libs,
      PATCHELF: join(engine.root, 'usr/bin/patchelf'),
    },
  });
}

/** Names of libraries that the loader did not find, out of its `--list` output. */
export function findMissing(listing: string): string[] {
  return [...new Set([...listing.matchAll(/^\s*(\S+) => not found/gm)].map((m) => m[1]!))];
}

async function checkClosure(engine: Engine, arch: Architecture, user: OsUser | null): Promise<void> {
  const loader = join(engine.root, arch.loader);
  const libs = join(engine.root, 'usr/lib', arch.triple);
  const modules = join(engine.root, `usr/lib/postgresql/${PG_MAJOR}/lib`);
  const script =
    'for f in "$BIN/postgres" "$MODULES"/postgis-3.so "$MODULES"/timescaledb-*.so "$MODULES"/libpgrouting-*.so; do "$LOADER" --library-path "$LIBS" --list "$f" 2>&1 || true; done';
  const listing = await run('sh', ['-c', script], {
    user,
    env: { BIN: engine.bin, MODULES: modules, LOADER: loader, LIBS: libs },
  });
  const missing = findMissing(listing);
  if (missing.length > 0)
    throw new Error(
      `the package list lacks libraries that the database needs: ${missing.join(', ')} (scripts/provision/packages.ts)`,
    );
}
