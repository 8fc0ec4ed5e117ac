import type { CaseType } from '#domain/cases/case.ts';

/** What the demo's citizens ask for. Texts hold {place}, where it happens; shares are of all cases. */
export interface Topic {
  readonly category: readonly string[];
  readonly unit: string;
  readonly share: number;
  readonly types: readonly CaseType[];
  /** Share of urgent ones. */
  readonly urgent: number;
  readonly texts: readonly string[];
}

export const TOPICS: readonly Topic[] = [
  {
    category: ['交通运输', '违章停车'],
    unit: '市公安交警支队',
    share: 11,
    types: ['complaint', 'help'],
    urgent: 0.02,
    texts: [
      '{place}路边车辆长期违停，影响通行',
      '{place}消防通道被私家车堵住，请尽快处理',
      '{place}门口人行道停满电动车，行人只能走机动车道',
    ],
  },
  {
    category: ['市容环卫', '占道经营'],
    unit: '市城管局',
    share: 9,
    types: ['complaint'],
    urgent: 0,
    texts: [
      '{place}流动摊贩占道经营，早晚高峰拥堵',
      '{place}烧烤摊占用人行道，油烟很大',
      '{place}水果摊占道，地面污水横流',
    ],
  },
  {
    category: ['噪音扰民', '施工噪音'],
    unit: '市生态环境局',
    share: 9,
    types: ['complaint'],
    urgent: 0.01,
    texts: [
      '{place}工地夜间施工，噪音很大无法休息',
      '{place}凌晨打桩声扰民，请核实是否有夜间施工许可',
      '{place}装修电钻周末施工影响老人休息',
    ],
  },
  {
    category: ['噪音扰民', '社会生活噪音'],
    unit: '市公安局',
    share: 6,
    types: ['complaint'],
    urgent: 0,
    texts: ['{place}广场舞音响声音过大', '{place}酒吧深夜音乐扰民', '{place}商铺高音喇叭循环播放促销广告'],
  },
  {
    category: ['公用事业', '供水'],
    unit: '市水务集团',
    share: 6,
    types: ['help', 'consultation'],
    urgent: 0.06,
    texts: [
      '{place}自来水水压偏低，高层用水困难',
      '{place}水表读数异常，请求上门核查',
      '{place}附近水管渗漏，路面积水',
    ],
  },
  {
    category: ['公用事业', '供电'],
    unit: '市供电公司',
    share: 4,
    types: ['help', 'consultation'],
    urgent: 0.08,
    texts: ['{place}小区频繁跳闸停电', '{place}电线低垂存在安全隐患', '咨询{place}计划停电时间'],
  },
  {
    category: ['公用事业', '燃气'],
    unit: '市燃气公司',
    share: 3,
    types: ['help', 'complaint'],
    urgent: 0.25,
    texts: ['{place}楼道闻到燃气味，请派人检查', '{place}燃气表不走字，请求更换', '{place}燃气改造后未恢复路面'],
  },
  {
    category: ['市政设施', '道路破损'],
    unit: '市住建局',
    share: 6,
    types: ['help', 'suggestion'],
    urgent: 0.04,
    texts: ['{place}路面坑洼，电动车容易摔倒', '{place}井盖松动，车辆经过异响', '{place}人行道地砖破损，老人出行不便'],
  },
  {
    category: ['市政设施', '路灯照明'],
    unit: '市住建局',
    share: 5,
    types: ['help'],
    urgent: 0.01,
    texts: ['{place}路灯连续三盏不亮', '{place}小区外道路没有路灯，夜间出行不安全', '{place}路灯白天常亮浪费电'],
  },
  {
    category: ['住房物业', '物业服务'],
    unit: '市房管局',
    share: 9,
    types: ['complaint', 'help'],
    urgent: 0.01,
    texts: [
      '{place}小区电梯故障多日未修',
      '{place}物业不作为，垃圾未及时清运',
      '{place}物业擅自提高停车费',
      '{place}小区楼顶漏水物业推诿',
    ],
  },
  {
    category: ['环境保护', '异味污染'],
    unit: '市生态环境局',
    share: 4,
    types: ['complaint', 'report'],
    urgent: 0.05,
    texts: ['{place}垃圾中转站异味明显', '{place}餐馆油烟直排，居民不敢开窗', '{place}河道水体发黑有臭味'],
  },
  {
    category: ['劳动保障', '工资待遇'],
    unit: '市人社局',
    share: 6,
    types: ['complaint', 'consultation', 'report'],
    urgent: 0.02,
    texts: ['{place}附近工地拖欠工人工资两个月', '{place}某公司离职后未结清工资', '咨询失业保险金申领条件'],
  },
  {
    category: ['医疗社保', '医保政策'],
    unit: '市医保局',
    share: 7,
    types: ['consultation'],
    urgent: 0,
    texts: ['咨询异地就医备案流程', '咨询居民医保缴费截止时间', '咨询门诊慢特病办理需要哪些材料'],
  },
  {
    category: ['教育文体', '入学转学'],
    unit: '市教育局',
    share: 4,
    types: ['consultation', 'suggestion'],
    urgent: 0,
    texts: ['咨询{place}学区划分', '咨询外来务工子女入学条件', '建议{place}学校门口增设护学岗'],
  },
  {
    category: ['市场监管', '消费纠纷'],
    unit: '市市场监管局',
    share: 8,
    types: ['complaint', 'report'],
    urgent: 0.01,
    texts: ['{place}健身房关门跑路，预付卡无法退费', '{place}超市售卖过期食品', '{place}商家拒绝开具发票'],
  },
  {
    category: ['公共交通', '公交地铁'],
    unit: '市交通局',
    share: 5,
    types: ['complaint', 'suggestion', 'praise'],
    urgent: 0,
    texts: ['{place}公交站候车时间过长', '建议{place}增设公交站点', '表扬公交司机在{place}帮助老人'],
  },
  {
    category: ['户籍证照', '户籍办理'],
    unit: '市公安局',
    share: 4,
    types: ['consultation'],
    urgent: 0,
    texts: ['咨询人才落户需要的材料', '咨询身份证补办流程', '咨询居住证办理地点'],
  },
  {
    category: ['社会治安', '安全隐患'],
    unit: '市应急局',
    share: 3,
    types: ['help', 'report'],
    urgent: 0.18,
    texts: ['{place}外墙瓷砖脱落，砸到车辆', '{place}充电棚私拉电线，有火灾隐患', '{place}老旧广告牌摇摇欲坠'],
  },
];

/** Something that many report at once: a burst of cases of one kind around one place. */
export interface Happening {
  readonly category: readonly string[];
  readonly unit: string;
  readonly type: CaseType;
  readonly texts: readonly string[];
  readonly cases: number;
  readonly minutes: number;
  readonly radiusM: number;
}

export const HAPPENINGS: readonly Happening[] = [
  {
    category: ['公用事业', '供水'],
    unit: '市水务集团',
    type: 'help',
    texts: [
      '{place}整栋楼突然停水，没有接到通知',
      '{place}停水了，什么时候恢复供水',
      '{place}家里没有水，周边小区都停水',
    ],
    cases: 26,
    minutes: 50,
    radiusM: 700,
  },
  {
    category: ['环境保护', '异味污染'],
    unit: '市生态环境局',
    type: 'complaint',
    texts: ['{place}空气中有刺鼻的化工气味', '{place}一带闻到刺鼻气味，头晕恶心', '{place}刺鼻气味很重，不敢开窗'],
    cases: 18,
    minutes: 40,
    radiusM: 900,
  },
  {
    category: ['公用事业', '供电'],
    unit: '市供电公司',
    type: 'help',
    texts: ['{place}突然停电，电梯停运', '{place}小区全部停电，请问何时来电', '{place}停电已经半小时，家中有病人'],
    cases: 22,
    minutes: 45,
    radiusM: 800,
  },
  {
    category: ['市政设施', '道路破损'],
    unit: '市住建局',
    type: 'help',
    texts: ['{place}路面塌陷，请尽快围挡', '{place}马路塌了一个坑，很危险', '{place}路面塌陷车辆绕行'],
    cases: 12,
    minutes: 30,
    radiusM: 300,
  },
];
