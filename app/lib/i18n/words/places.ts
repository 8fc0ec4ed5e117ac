import type { Translated } from '../words.ts';

/** Addresses: what was found, how near, and what a point is called. */
const zh = {
  places: {
    levels: {
      house: '门牌',
      interpolated: '推算门牌',
      crossing: '路口',
      landmark: '地标',
      street: '仅到道路',
      district: '仅到区域',
    },
    precision: '精度',
    within: (distance: string) => `误差约 ${distance}`,
    reason: '依据',
    district: '区划',
    road: '最近道路',
    house: '最近门牌',
    landmark: '最近地标',
    away: (name: string, distance: string) => `${name}（${distance}）`,
    locate: '按地址定位',
    locating: '该诉求没有坐标，以下为按地址推算的位置：',
    noneFound: '在本市地名库中找不到该地址',
    show: '在地图上显示',
    hint: '位置仅供参考，不会写回来源系统；登记突发事件时会带入所选位置。',
  },
};

const en: Translated<typeof zh> = {
  places: {
    levels: {
      house: 'House number',
      interpolated: 'Estimated number',
      crossing: 'Crossing',
      landmark: 'Landmark',
      street: 'Street only',
      district: 'Area only',
    },
    precision: 'Precision',
    within: (distance: string) => `within about ${distance}`,
    reason: 'Based on',
    district: 'Area',
    road: 'Nearest road',
    house: 'Nearest number',
    landmark: 'Nearest landmark',
    away: (name: string, distance: string) => `${name} (${distance})`,
    locate: 'Locate by address',
    locating: 'This case has no position. By its address it may be here:',
    noneFound: 'The gazetteer of this city does not know the address',
    show: 'Show on the map',
    hint: 'For guidance only: it is not written back to the source. An incident recorded from here takes the chosen position.',
  },
};

export default { zh, en };
