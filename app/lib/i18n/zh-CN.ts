import access from './words/access.ts';
import cases from './words/cases.ts';
import common from './words/common.ts';
import map from './words/map.ts';
import refusals from './words/refusals.ts';
import status from './words/status.ts';
import steer from './words/steer.ts';
import today from './words/today.ts';
import caseWall from './words/case-wall.ts';
import wall from './words/wall.ts';

/** Every word of the screens in Chinese. A new area is a file in words/ and a line here and in en.ts. */
export const zhCN = {
  ...common.zh,
  ...access.zh,
  ...cases.zh,
  ...wall.zh,
  ...caseWall.zh,
  ...today.zh,
  ...map.zh,
  refusals: refusals.zh,
  status: status.zh,
  steer: steer.zh,
};
