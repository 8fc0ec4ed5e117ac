import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The checkout: the folder that holds package.json. */
export const CHECKOUT = resolve(import.meta.dirname, '../..');

const SYSTEM_PARENT = '/var/lib/watchfloor';

/** What the choice of a folder depends on; given, so that it can be tested without being root. */
export interface Surroundings {
  readonly checkout: string;
  /** The option WATCHFLOOR_DIR; '' when not given. */
  readonly wanted: string;
  readonly isRoot: boolean;
  /** Permission bits of a folder. */
  readonly mode: (folder: string) => number;
}

/** Whether any user may pass through every folder from the root down to this one. */
export function enterableByAll(folder: string, mode: (folder: string) => number): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if ((mode(at) & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * Where database, logs and caches live. PostgreSQL refuses to run as root, so root's database belongs to a plain system user,
 * and that user cannot reach a folder inside a home of mode 0700: then it lives below /var/lib.
 */
export function chooseStateDir({ checkout, wanted, isRoot, mode }: Surroundings): string {
  if (wanted !== '') return resolve(checkout, wanted);
  if (!isRoot || enterableByAll(checkout, mode)) return join(checkout, '.watchfloor');
  const name = createHash('sha256').update(checkout).digest('hex').slice(0, 12);
  return join(SYSTEM_PARENT, name);
}

const passable = (folder: string): string[] => (dirname(folder) === SYSTEM_PARENT ? [SYSTEM_PARENT, folder] : [folder]);

/**
 * The state folder of this checkout, made if it is not there.
 * @param wanted the option WATCHFLOOR_DIR
 * @throws with a sentence for people when it cannot be written
 */
export function stateDir(wanted: string): string {
  const isRoot = process.getuid?.() === 0;
  const folder = chooseStateDir({ checkout: CHECKOUT, wanted, isRoot, mode: (f) => statSync(f).mode });
  try {
    mkdirSync(folder, { recursive: true, mode: isRoot ? 0o711 : 0o700 });
    // The database's user passes through it, but lists nothing; whatever umask root has.
    if (isRoot && wanted === '') for (const f of passable(folder)) chmodSync(f, 0o711);
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (e) {
    throw new Error(
      `the state folder ${folder} cannot be written (${(e as Error).message}); own it, or set WATCHFLOOR_DIR to another folder`,
      { cause: e },
    );
  }
  if (isRoot && !enterableByAll(folder, (f) => statSync(f).mode))
    throw new Error(
      `the state folder ${folder} cannot be entered by the database's system user; set WATCHFLOOR_DIR to a folder that others may pass through`,
    );
  return realpathSync(folder); // what /proc says of a process's folder is the real path
}
