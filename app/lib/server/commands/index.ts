import type { Command } from './command.ts';
import { AROUND_COMMANDS } from './around.ts';
import { BLACKLIST_COMMANDS } from './blacklist.ts';
import { CAMERA_COMMANDS } from './cameras.ts';
import { BLOCK_COMMANDS } from './blocks.ts';
import { CASE_COMMANDS } from './cases.ts';
import { CITY_COMMANDS } from './cities.ts';
import { INCIDENT_COMMANDS } from './incidents.ts';
import { PLAN_COMMANDS } from './plan.ts';
import { RECORDING_COMMANDS } from './recordings.ts';
import { LAYER_COMMANDS } from './layers.ts';
import { MISSED_COMMANDS } from './missed.ts';
import { ROUTE_COMMANDS } from './routes.ts';
import { STEER_COMMANDS } from './steer.ts';

/** Every command of the desks by name: `POST /map/commands/<name>`. */
export const DESK_COMMANDS: Readonly<Record<string, Command>> = {
  ...INCIDENT_COMMANDS,
  ...ROUTE_COMMANDS,
  ...BLOCK_COMMANDS,
  ...AROUND_COMMANDS,
  ...CASE_COMMANDS,
  ...STEER_COMMANDS,
  ...BLACKLIST_COMMANDS,
  ...PLAN_COMMANDS,
  ...RECORDING_COMMANDS,
  ...MISSED_COMMANDS,
  ...CAMERA_COMMANDS,
  ...CITY_COMMANDS,
  ...LAYER_COMMANDS,
};
