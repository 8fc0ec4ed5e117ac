import type { Translated } from './words.ts';
import type { zhCN } from './zh-CN.ts';
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

export const en: Translated<typeof zhCN> = {
  ...common.en,
  ...access.en,
  ...cases.en,
  ...wall.en,
  ...caseWall.en,
  ...today.en,
  ...map.en,
  refusals: refusals.en,
  status: status.en,
  steer: steer.en,
};
