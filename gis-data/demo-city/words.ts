/** Words that names are made of, with their pinyin. A name is Chinese first; the English one is pinyin with a translated kind. */

export interface Word {
  readonly zh: string;
  readonly en: string;
}

/** '文wen 金jin' or '状元:zhuangyuan' to words, pinyin with a capital. */
const words = (list: string): Word[] =>
  list
    .trim()
    .split(/\s+/)
    .map((s) => {
      const m = /^(\p{Script=Han}+):?([a-z]+)$/u.exec(s);
      if (!m) throw new Error(`broken promise: no word in “${s}”`);
      return { zh: m[1]!, en: m[2]! };
    });

export const capital = (pinyin: string): string => pinyin.charAt(0).toUpperCase() + pinyin.slice(1);

/** Two syllables in one word; an apostrophe where they would run together (Xi'an). */
export const joined = (a: Word, b: Word): Word => ({
  zh: a.zh + b.zh,
  en: capital(a.en) + (/^[aeo]/.test(b.en) ? `'${b.en}` : b.en),
});

export const FIRST = words(`
文wen 金jin 玉yu 桂gui 梅mei 兰lan 竹zhu 菊ju 荷he 莲lian 柳liu 松song 柏bai 枫feng 桃tao 杏xing 樱ying 紫zi 青qing 碧bi 翠cui 丹dan 红hong 银yin 宝bao
华hua 锦jin 秀xiu 瑞rui 祥xiang 福fu 康kang 安an 宁ning 和he 顺shun 泰tai 永yong 长chang 春chun 秋qiu 晨chen 云yun 霞xia 星xing 明ming 清qing 凤feng
龙long 鹤he 鹭lu 燕yan 鹿lu 学xue 书shu 墨mo 江jiang 湖hu 溪xi 泉quan 石shi 望wang 临lin 迎ying 朝chao 映ying 听ting 观guan 新xin 兴xing 旺wang 盛sheng
昌chang 隆long 广guang 惠hui 仁ren 义yi 崇chong 景jing 恒heng 嘉jia 百bai 万wan 双shuang 平ping 沁qin 润run 澄cheng 曙shu`);

export const SECOND = words(`
园yuan 台tai 亭ting 阁ge 桥qiao 塘tang 湾wan 浦pu 洲zhou 渡du 溪xi 泉quan 井jing 山shan 岗gang 岭ling 峰feng 林lin 花hua 香xiang 荫yin 风feng 光guang
辉hui 阳yang 霞xia 云yun 月yue 星xing 城cheng 坊fang 府fu 庄zhuang 乐le 康kang 宁ning 安an 和he 平ping 德de 贤xian 才cai 昌chang 盛sheng 兴xing 达da
通tong 源yuan 丰feng 村cun 墩dun 堤di 滨bin 波bo 瑞rui 谷gu 畔pan 沙sha 麓lu 田tian 池chi 堰yan 港gang 矶ji 树shu 雨yu 雪xue 虹hong 泽ze 陵ling 浜bang 屿yu`);

/** Great streets: what every Chinese city has. */
export const GREAT = words(`
和平:heping 胜利:shengli 光华:guanghua 新华:xinhua 文化:wenhua 长江:changjiang 黄山:huangshan 泰山:taishan 昆仑:kunlun 天山:tianshan 长安:changan
复兴:fuxing 振兴:zhenxing 创业:chuangye 科技:keji 奥体:aoti 迎春:yingchun 幸福:xingfu 团结:tuanjie 民主:minzhu 民生:minsheng 北京:beijing 上海:shanghai
南京:nanjing 广州:guangzhou 天津:tianjin 重庆:chongqing 武汉:wuhan 成都:chengdu 青岛:qingdao 厦门:xiamen 苏州:suzhou 杭州:hangzhou 桂林:guilin 洛阳:luoyang
昆明:kunming 贵阳:guiyang 兰州:lanzhou 太原:taiyuan 延安:yanan 遵义:zunyi 珠江:zhujiang 黄河:huanghe 淮河:huaihe 汉江:hanjiang 洞庭:dongting 太湖:taihu
巢湖:chaohu 庐山:lushan 峨眉:emei 华山:huashan 衡山:hengshan 嵩山:songshan 天目:tianmu 雁荡:yandang 五星:wuxing 红旗:hongqi 朝阳:chaoyang 向阳:xiangyang
东风:dongfeng 前进:qianjin 光明:guangming 友谊:youyi 劳动:laodong 青年:qingnian 少年:shaonian 健康:jiankang 体育:tiyu 工农:gongnong 公园:gongyuan 湖滨:hubin
江滨:jiangbin 望江:wangjiang 临江:linjiang 镜湖:jinghu 月湖:yuehu 南湖:nanhu 云台:yuntai 青峰:qingfeng 栖霞:qixia 凤凰:fenghuang 龙泉:longquan 大学:daxue
学院:xueyuan 书院:shuyuan 文昌:wenchang 状元:zhuangyuan 鼓楼:gulou 钟楼:zhonglou 府前:fuqian 花园:huayuan 会展:huizhan 金融:jinrong 世贸:shimao 软件:ruanjian
创新:chuangxin 智慧:zhihui 高新:gaoxin 开元:kaiyuan 开泰:kaitai 同仁:tongren 同德:tongde 怀德:huaide 崇文:chongwen 宣武:xuanwu 兴业:xingye 富强:fuqiang
民族:minzu 国泰:guotai 锦绣:jinxiu 南山:nanshan 西湖:xihu 东湖:donghu 北固:beigu 滨湖:binhu 丽江:lijiang 香江:xiangjiang 松江:songjiang 澜沧江:lancangjiang
黑龙江:heilongjiang 鸭绿江:yalujiang 岳阳:yueyang 襄阳:xiangyang 信阳:xinyang 邯郸:handan 泉州:quanzhou 漳州:zhangzhou 温州:wenzhou 绍兴:shaoxing 扬州:yangzhou
镇江:zhenjiang 无锡:wuxi 常州:changzhou 合肥:hefei 芜湖:wuhu 安庆:anqing 池州:chizhou 九江:jiujiang 景德:jingde 赣州:ganzhou 长沙:changsha 衡阳:hengyang`);

/** Lanes of the old town: trades, wells, temples. */
export const LANES = words(`
状元:zhuangyuan 打铁:datie 油坊:youfang 豆腐:doufu 磨盘:mopan 钞库:chaoku 箍桶:gutong 糖坊:tangfang 剪子:jianzi 评事:pingshi 马道:madao 学宫:xuegong
文庙:wenmiao 城隍:chenghuang 关帝:guandi 土地:tudi 药王:yaowang 鲁班:luban 三元:sanyuan 四牌楼:sipailou 五福:wufu 六角井:liujiaojing 七家湾:qijiawan
八仙:baxian 九曲:jiuqu 十字:shizi 甜水井:tianshuijing 苦竹:kuzhu 石榴:shiliu 枣树:zaoshu 银杏:yinxing 皂角:zaojiao 梧桐:wutong 槐树:huaishu 棉花:mianhua
绸布:choubu 染坊:ranfang 针线:zhenxian 纸马:zhima 灯笼:denglong 毛笔:maobi 砚池:yanchi 书铺:shupu 茶亭:chating 酒坊:jiufang 米市:mishi 鱼市:yushi
柴市:chaishi 骡马:luoma 菜根:caigen 钱庄:qianzhuang 当铺:dangpu 盐仓:yancang 粮仓:liangcang 箭道:jiandao 校场:jiaochang 旗杆:qigan 衙前:yaqian 府学:fuxue
乌衣:wuyi 桃叶:taoye 桐荫:tongyin 水巷:shuixiang 月牙:yueya 一人:yiren 仓桥:cangqiao 小桥:xiaoqiao 石坝:shiba 明瓦:mingwa 铜作:tongzuo 银作:yinzuo`);

export const BEFORE = words('东dong 西xi 南nan 北bei 前qian 后hou 大da 小xiao');

/** Streets (街道) by district, then towns (镇), in the order of the districts. */
export const STREETS: readonly { readonly urban: readonly Word[]; readonly rural: readonly Word[] }[] = [
  { urban: words('鼓楼:gulou 文庙:wenmiao 东关:dongguan 清河坊:qinghefang 南门:nanmen 中山:zhongshan 北门桥:beimenqiao 大观:daguan 永安:yongan 朝天门:chaotianmen'), rural: words('太平:taiping') },
  { urban: words('西津渡:xijindu 月湖:yuehu 学府:xuefu 五里亭:wuliting 桃花坞:taohuawu 栖霞:qixia 杏林:xinglin 青溪:qingxi 仓前:cangqian 三桥:sanqiao'), rural: words('龙泉:longquan 沙河:shahe 官塘:guantang 柳林:liulin 陶庄:taozhuang') },
  { urban: words('站前:zhanqian 云台:yuntai 红梅:hongmei 五塘:wutang 狮子山:shizishan 长庆:changqing 新河:xinhe 和平:heping'), rural: words('石桥:shiqiao 双泉:shuangquan 云溪:yunxi 竹海:zhuhai 洪桥:hongqiao') },
  { urban: words('镜湖:jinghu 钟灵:zhongling 运河:yunhe 青峰:qingfeng 科学园:kexueyuan 鹤鸣:heming 江东:jiangdong 梅岭:meiling 东塘:dongtang 翠屏:cuiping'), rural: words('大青:daqing 马厂:machang 新渡:xindu 蓝田:lantian 枫林:fenglin') },
  { urban: words('滨江:binjiang 世纪:shiji 南湖:nanhu 会展:huizhan 江南:jiangnan 高铁:gaotie 望江:wangjiang 白马:baima 金桥:jinqiao'), rural: words('浦口:pukou') },
  { urban: words('凤凰:fenghuang 白石:baishi 江心洲:jiangxinzhou 开发区:kaifaqu 华山:huashan 临港:lingang 紫金:zijin 幸福:xingfu'), rural: words('天目:tianmu 芦荻:ludi 洲头:zhoutou 宣桥:xuanqiao 沙洲:shazhou') },
  { urban: words('金牛:jinniu 东苕:dongtiao 建业:jianye 光华:guanghua 花桥:huaqiao 万寿:wanshou 迎宾:yingbin 桂园:guiyuan'), rural: words('九华:jiuhua 东坝:dongba 黄渡:huangdu 石湖:shihu 牛首:niushou 秋浦:qiupu') },
  { urban: words('南浦:nanpu 新桥:xinqiao 禄口:lukou'), rural: words('白鹭:bailu 官渡:guandu 丹阳:danyang 湖熟:hushu 横山:hengshan 古城:gucheng 溪口:xikou 梅村:meicun') },
]; // prettier-ignore

export const DISTRICTS: readonly Word[] = words(
  '鼓楼:gulou 西津:xijin 云台:yuntai 镜湖:jinghu 滨江:binjiang 凤栖:fengqi 东江:dongjiang 南浦:nanpu',
);

export const ESTATE_KINDS: readonly Word[] = [
  { zh: '花园', en: 'Garden' },
  { zh: '小区', en: 'Residence' },
  { zh: '苑', en: 'Court' },
  { zh: '家园', en: 'Homes' },
  { zh: '新村', en: 'New Village' },
  { zh: '公寓', en: 'Apartments' },
  { zh: '名邸', en: 'Mansion' },
  { zh: '华府', en: 'Manor' },
  { zh: '雅居', en: 'Villa' },
  { zh: '里', en: 'Li' },
];
