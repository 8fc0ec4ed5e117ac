/**
 * Text folded for matching, never for display: full width to half width, lower case, Traditional characters to Simplified
 * ones where it is one for one, and without spaces and punctuation.
 */
export function foldText(text: string): string {
  return foldPlain(text) ?? foldAny(text);
}

function foldAny(text: string): string {
  let out = '';
  for (const ch of text.normalize('NFKC').toLowerCase()) out += folded.get(ch) ?? foldCharacter(ch);
  return out;
}

/** What became of a code: not looked at yet, left out, or not to be folded by itself; else the code that it became. */
const [NEW, DROPPED, NOT_ALONE] = [0, 1, 2];
const becomes = new Uint16Array(2 ** 16);
/** As long as texts in lists are. */
const made = new Uint16Array(512);

/**
 * Texts of nothing but ASCII, Chinese characters and full-width signs, as nearly all are: none of these joins with its neighbour, so
 * each is looked up by itself. A hundred thousand texts take a tenth of the time. @returns null of any other text
 */
function foldPlain(text: string): string | null {
  const n = foldInto(text, 0);
  return n === null ? null : String.fromCharCode.apply(null, made.subarray(0, n) as unknown as number[]);
}

/** Folds a plain text into `made` from `n` on. @returns where it ends; null where it is too long or not plain */
function foldInto(text: string, n: number): number | null {
  if (n + text.length > made.length) return null;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    let to = becomes[code]!;
    if (to === NEW) to = becomes[code] = foldCode(code);
    if (to === NOT_ALONE) return null;
    if (to !== DROPPED) made[n++] = to;
  }
  return n;
}

/** Words, all of which a text must hold, however either is written. */
export class FoldedWords {
  readonly #words: readonly string[];

  /** @param typed words with spaces between them */
  constructor(typed: string) {
    this.#words = typed.trim().split(/\s+/).map(foldText).filter(Boolean);
  }

  /**
   * Whether texts, laid one behind the other, hold each word. Of plain texts no string is made and nothing is kept: a list of a hundred
   * thousand is looked through in less time than their folded texts take to make.
   */
  in(texts: readonly string[]): boolean {
    let n: number | null = 0;
    for (const text of texts) if ((n = foldInto(text, n)) === null) break;
    if (n !== null) {
      const length = n;
      return this.#words.every((w) => isMade(w, length));
    }
    const all = foldText(texts.join(' '));
    return this.#words.every((w) => all.includes(w));
  }
}

/** Whether a folded word stands among the first `length` codes of `made`. */
function isMade(word: string, length: number): boolean {
  const first = word.charCodeAt(0);
  for (let at = 0; at <= length - word.length; at++) {
    if (made[at] !== first) continue;
    let k = 1;
    while (k < word.length && made[at + k] === word.charCodeAt(k)) k++;
    if (k === word.length) return true;
  }
  return false;
}

function foldCode(code: number): number {
  const alone =
    (code >= 0x20 && code < 0x7f) || (code >= 0x4e00 && code <= 0x9fff) || (code >= 0xff01 && code <= 0xff5e);
  if (!alone) return NOT_ALONE;
  const to = foldAny(String.fromCharCode(code));
  return to === '' ? DROPPED : to.length === 1 ? to.charCodeAt(0) : NOT_ALONE;
}

/** What characters became: texts are made of a few thousand, and asking each what it is costs more than all the rest. */
const folded = new Map<string, string>();
const MOST_FOLDED = 20_000;

function foldCharacter(ch: string): string {
  const out = /[\p{L}\p{N}]/u.test(ch) ? (SIMPLE.get(ch) ?? ch) : '';
  if (folded.size < MOST_FOLDED) folded.set(ch, out);
  return out;
}

/** Pairs of Traditional and Simplified, of the characters that names of places, roads, bodies and districts are made of. */
const PAIRS = `
區区 縣县 鄉乡 鎮镇 裡里 裏里 號号 樓楼 門门 東东 龍龙 鳳凤 鳥鸟 馬马 魚鱼 鳴鸣 鶴鹤 鷺鹭 鴻鸿 麗丽 麥麦 黃黄 齊齐 園园 圍围 國国 圖图 團团
場场 塊块 壩坝 墻墙 壯壮 壽寿 夢梦 夾夹 奧奥 婦妇 孫孙 學学 寧宁 實实 寶宝 對对 導导 將将 專专 尋寻 層层 屬属 岡冈 島岛 峽峡 嶺岭 嶽岳 巖岩 幣币
師师 帶带 幫帮 庫库 廈厦 廟庙 廠厂 廣广 廳厅 張张 強强 彌弥 後后 從从 復复 徑径 恆恒 慶庆 應应 懷怀 戰战 戲戏 戶户 擁拥 據据 擋挡 採采 掃扫 換换
攝摄 數数 敵敌 斷断 時时 晉晋 暉晖 暢畅 會会 條条 楊杨 榮荣 構构 槍枪 樂乐 樑梁 標标 樹树 橋桥 機机 橫横 檔档 檢检 櫃柜 權权 歐欧 歡欢 歲岁 歷历
殘残 氣气 決决 沒没 沖冲 況况 洩泄 涼凉 淨净 淺浅 渾浑 湧涌 湯汤 溝沟 準准 滅灭 滬沪 滿满 漁渔 漲涨 漢汉 潔洁 澤泽 濕湿 濟济 瀾澜 灣湾 灘滩 災灾
為为 烏乌 無无 煙烟 煉炼 熱热 燈灯 營营 爐炉 爭争 牆墙 牽牵 獅狮 獲获 獻献 環环 現现 產产 畝亩 畢毕 畫画 異异 當当 療疗 瘋疯 發发 盜盗 盡尽 監监
盤盘 盧卢 眾众 矯矫 砲炮 硯砚 碼码 磚砖 礎础 礦矿 礙碍 祿禄 禦御 禪禅 禮礼 種种 稅税 穀谷 積积 穩稳 窩窝 窮穷 竄窜 競竞 筆笔 節节 範范 築筑 簡简
籃篮 籠笼 糧粮 紀纪 紅红 紋纹 純纯 紙纸 級级 紡纺 細细 終终 組组 結结 絡络 給给 統统 絲丝 經经 綠绿 維维 綱纲 網网 緊紧 線线 緣缘 編编 緩缓 縱纵
總总 繁繁 織织 繞绕 繼继 續续 罰罚 羅罗 義义 習习 聖圣 聞闻 聯联 聲声 職职 聽听 肅肃 脫脱 脈脉 腦脑 腳脚 膠胶 臟脏 臨临 臺台 與与 興兴 舉举 舊旧
艙舱 艦舰 艱艰 蘭兰 莊庄 華华 萬万 葉叶 著着 葦苇 蒼苍 蓋盖 蓮莲 蔣蒋 薦荐 薩萨 藍蓝 藝艺 藥药 蘆芦 蘇苏 蘋苹 處处 虛虚 蟲虫 蠶蚕 術术 衛卫 衝冲
裝装 複复 西西 見见 規规 視视 親亲 覺觉 覽览 觀观 觸触 計计 訊讯 訓训 託托 記记 訪访 設设 許许 訴诉 診诊 註注 詐诈 評评 詞词 試试 詩诗 話话 該该
詳详 認认 誌志 語语 誠诚 說说 課课 調调 談谈 請请 論论 諮咨 謀谋 證证 識识 警警 議议 護护 讀读 變变 讓让 豐丰 豬猪 貓猫 貝贝 負负 財财 貨货 販贩
貫贯 責责 貴贵 買买 費费 貿贸 賀贺 資资 賊贼 賓宾 賞赏 賣卖 質质 賽赛 贈赠 趕赶 趙赵 跡迹 踐践 車车 軌轨 軍军 軟软 軸轴 較较 載载 輔辅 輕轻 輛辆
輪轮 輸输 轄辖 轉转 辦办 農农 邊边 遷迁 過过 運运 達达 違违 遠远 適适 選选 遺遗 還还 郵邮 鄰邻 鄭郑 醫医 釋释 針针 鈴铃 銀银 銅铜 銳锐 錄录 錢钱
錦锦 錫锡 鋼钢 鍋锅 鍵键 鎖锁 鏡镜 鐘钟 鐵铁 鑒鉴 鑫鑫 長长 閉闭 開开 閑闲 間间 閘闸 閣阁 闆板 闊阔 關关 陰阴 陳陈 陸陆 陽阳 隊队 階阶 際际 隨随
險险 隱隐 雙双 雜杂 離离 難难 雲云 電电 霧雾 靈灵 靜静 韓韩 響响 頁页 頂顶 項项 順顺 須须 預预 領领 頭头 題题 顏颜 願愿 類类 顧顾 風风 飛飞 飯饭
飲饮 館馆 養养 餐餐 餘余 駐驻 駕驾 驗验 驛驿 騎骑 騷骚 驅驱 髒脏 鬧闹 鬥斗 魯鲁 鮮鲜 鹽盐 麵面 點点 黨党 鼎鼎 龜龟 溫温 啟启 臥卧 產产 戀恋 僑侨
億亿 優优 兒儿 兩两 冊册 凍冻 別别 則则 剛刚 創创 劃划 劇剧 劉刘 動动 務务 勝胜 勞劳 勢势 匯汇 協协 單单 參参 員员 問问 啞哑 喚唤 喪丧 噸吨 嚴严
億亿 個个 倉仓 備备 傳传 債债 傷伤 傾倾 僅仅 價价 儀仪 傑杰 來来 併并 並并 俠侠 側侧 偵侦 偉伟 亂乱 亞亚 產产 佈布 佔占 濱滨 潭潭 漵溆 滄沧 淚泪
`;
const SIMPLE = new Map(
  PAIRS.trim()
    .split(/\s+/)
    .filter((p) => p.length === 2 && p[0] !== p[1])
    .map((p) => [p[0]!, p[1]!] as const),
);
