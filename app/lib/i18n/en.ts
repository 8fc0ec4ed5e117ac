import alarms from './words/alarms.ts';
import type { Translated } from './words.ts';
import type { zhCN } from './zh-CN.ts';
import around from './words/around.ts';
import access from './words/access.ts';
import cases from './words/cases.ts';
import common from './words/common.ts';
import blacklist from './words/blacklist.ts';
import caseFile from './words/case-file.ts';
import cameras from './words/cameras.ts';
import cities from './words/cities.ts';
import cityWall from './words/city-wall.ts';
import desk from './words/desk.ts';
import imports from './words/imports.ts';
import incident from './words/incident.ts';
import ivr from './words/ivr.ts';
import map from './words/map.ts';
import measure from './words/measure.ts';
import ownLayers from './words/own-layers.ts';
import recordings from './words/recordings.ts';
import places from './words/places.ts';
import plan from './words/plan.ts';
import roadTools from './words/road-tools.ts';
import route from './words/route.ts';
import queues from './words/queues.ts';
import missed from './words/missed.ts';
import reconcile from './words/reconcile.ts';
import refusals from './words/refusals.ts';
import reportCatalogue from './words/report-catalogue.ts';
import reportRecords from './words/report-records.ts';
import reportSettings from './words/report-settings.ts';
import reports from './words/reports.ts';
import status from './words/status.ts';
import steer from './words/steer.ts';
import strategy from './words/strategy.ts';
import today from './words/today.ts';
import caseWall from './words/case-wall.ts';
import wall from './words/wall.ts';
import workIndex from './words/work-index.ts';

export const en: Translated<typeof zhCN> = {
  ...common.en,
  ...access.en,
  ...cases.en,
  ...wall.en,
  ...caseWall.en,
  ...today.en,
  ...map.en,
  ...incident.en,
  ...desk.en,
  ...route.en,
  ...roadTools.en,
  ...places.en,
  ...around.en,
  ...cityWall.en,
  ...caseFile.en,
  ...recordings.en,
  ownLayers: ownLayers.en,
  missed: missed.en,
  refusals: refusals.en,
  alarms: alarms.en,
  reports: reports.en,
  reportCatalogue: reportCatalogue.en,
  reportRecords: reportRecords.en,
  reportSettings: reportSettings.en,
  workIndex: workIndex.en,
  reconcile: reconcile.en,
  status: status.en,
  queueWords: queues.en,
  ivr: ivr.en,
  steer: steer.en,
  strategy: strategy.en,
  blacklist: blacklist.en,
  imports: imports.en,
  cameras: cameras.en,
  cities: cities.en,
  measure: measure.en,
  plan: plan.en,
};
