import alarms from './words/alarms.ts';
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

/** Every word of the screens in Chinese. A new area is a file in words/ and a line here and in en.ts. */
export const zhCN = {
  ...common.zh,
  ...access.zh,
  ...cases.zh,
  ...wall.zh,
  ...caseWall.zh,
  ...today.zh,
  ...map.zh,
  ...incident.zh,
  ...desk.zh,
  ...route.zh,
  ...roadTools.zh,
  ...places.zh,
  ...around.zh,
  ...cityWall.zh,
  ...caseFile.zh,
  ...recordings.zh,
  ownLayers: ownLayers.zh,
  missed: missed.zh,
  refusals: refusals.zh,
  alarms: alarms.zh,
  reports: reports.zh,
  reportCatalogue: reportCatalogue.zh,
  reportRecords: reportRecords.zh,
  reportSettings: reportSettings.zh,
  workIndex: workIndex.zh,
  reconcile: reconcile.zh,
  status: status.zh,
  queueWords: queues.zh,
  ivr: ivr.zh,
  steer: steer.zh,
  strategy: strategy.zh,
  blacklist: blacklist.zh,
  imports: imports.zh,
  cameras: cameras.zh,
  cities: cities.zh,
  measure: measure.zh,
  plan: plan.zh,
};
