//! Names to make disease groups from: the major diagnostic categories (MDC) and what is treated in
//! them. Codes look like those of CHS-DRG; names, relations and costs are invented.

use MdcSex::{Any, Female, Male};

/// Who is found in a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MdcSex {
    Any,
    Male,
    Female,
}

/// One major diagnostic category.
pub(crate) struct Mdc {
    pub(crate) letter: char,
    /// Letter of the ICD-10 chapter its main diagnoses come from.
    pub(crate) chapter: char,
    /// Two digits its procedure codes begin with.
    pub(crate) procedures: u64,
    /// How many of 1000 cases fall in it, roughly.
    pub(crate) share: u64,
    pub(crate) sex: MdcSex,
    pub(crate) ages: (u64, u64),
    pub(crate) medical: [&'static str; 10],
    /// Operations; the last is an examination or minor procedure.
    pub(crate) surgical: [&'static str; 6],
}

#[rustfmt::skip]
pub(crate) const MDCS: [Mdc; 21] = [
    Mdc { letter: 'B', chapter: 'G', procedures: 1, share: 110, sex: Any, ages: (0, 120),
        medical: ["脑梗死", "脑出血", "短暂性脑缺血", "癫痫", "眩晕综合征", "周围神经病", "中枢神经感染", "帕金森病", "头痛", "脱髓鞘病"],
        surgical: ["开颅手术", "脑血管介入治疗", "脊髓手术", "周围神经手术", "颅骨修补手术", "脑血管造影"] },
    Mdc { letter: 'C', chapter: 'H', procedures: 13, share: 45, sex: Any, ages: (0, 120),
        medical: ["角膜病", "葡萄膜炎", "青光眼", "视网膜病", "视神经病", "眼外伤", "结膜病", "眼睑病", "玻璃体病", "屈光异常"],
        surgical: ["白内障手术", "玻璃体手术", "青光眼手术", "眼眶手术", "眼肌手术", "眼底激光治疗"] },
    Mdc { letter: 'D', chapter: 'J', procedures: 21, share: 45, sex: Any, ages: (0, 120),
        medical: ["突发性耳聋", "中耳炎", "慢性鼻窦炎", "扁桃体炎", "喉炎", "鼻出血", "口腔感染", "腮腺炎", "梅尼埃病", "咽部肿物"],
        surgical: ["喉部手术", "鼻窦手术", "中耳手术", "腮腺手术", "扁桃体切除术", "喉镜检查"] },
    Mdc { letter: 'E', chapter: 'J', procedures: 33, share: 135, sex: Any, ages: (0, 120),
        medical: ["呼吸系统肿瘤", "肺栓塞", "肺结核", "肺炎", "肺间质病", "慢性气道阻塞病", "胸部创伤", "急性支气管炎", "胸腔积液", "哮喘"],
        surgical: ["肺叶切除术", "胸腔镜手术", "胸壁手术", "气管手术", "纵隔手术", "支气管镜治疗"] },
    Mdc { letter: 'F', chapter: 'I', procedures: 36, share: 125, sex: Any, ages: (0, 120),
        medical: ["急性心肌梗死", "心力衰竭", "高血压", "心绞痛", "心律失常", "瓣膜病", "静脉血栓", "心肌病", "动脉粥样硬化", "晕厥"],
        surgical: ["冠状动脉搭桥术", "冠状动脉支架植入术", "瓣膜手术", "起搏器植入术", "外周血管手术", "冠状动脉造影"] },
    Mdc { letter: 'G', chapter: 'K', procedures: 45, share: 95, sex: Any, ages: (0, 120),
        medical: ["消化道出血", "胃溃疡", "肠梗阻", "急性胃肠炎", "炎症性肠病", "慢性胃炎", "食管炎", "便秘", "肠息肉", "腹痛"],
        surgical: ["结直肠切除术", "胃切除术", "阑尾切除术", "疝修补术", "肛肠手术", "内镜下切除术"] },
    Mdc { letter: 'H', chapter: 'K', procedures: 51, share: 50, sex: Any, ages: (0, 120),
        medical: ["肝硬化", "急性胰腺炎", "胆石症", "病毒性肝炎", "脂肪肝", "胆管炎", "肝脓肿", "慢性胰腺炎", "酒精性肝病", "胆囊息肉"],
        surgical: ["肝切除术", "胆囊切除术", "胆总管手术", "胰腺手术", "脾切除术", "胆胰管造影"] },
    Mdc { letter: 'I', chapter: 'M', procedures: 81, share: 85, sex: Any, ages: (0, 120),
        medical: ["腰椎间盘突出", "颈椎病", "骨关节炎", "类风湿关节炎", "骨质疏松", "骨髓炎", "四肢骨折", "脊柱骨折", "痛风", "肌腱炎"],
        surgical: ["髋关节置换术", "膝关节置换术", "脊柱融合术", "骨折内固定术", "关节镜手术", "内固定取出术"] },
    Mdc { letter: 'J', chapter: 'L', procedures: 86, share: 30, sex: Any, ages: (0, 120),
        medical: ["蜂窝织炎", "带状疱疹", "湿疹", "银屑病", "荨麻疹", "皮肤溃疡", "乳腺炎", "大疱病", "药疹", "浅表肿物"],
        surgical: ["乳房切除术", "皮瓣移植术", "植皮术", "清创手术", "乳腺肿物切除术", "皮肤活检"] },
    Mdc { letter: 'K', chapter: 'E', procedures: 6, share: 60, sex: Any, ages: (0, 120),
        medical: ["糖尿病", "甲状腺功能亢进", "甲状腺炎", "电解质紊乱", "肥胖症", "垂体病", "肾上腺病", "低血糖症", "营养不良", "代谢综合征"],
        surgical: ["甲状腺切除术", "肾上腺手术", "甲状旁腺手术", "垂体手术", "减重手术", "甲状腺穿刺"] },
    Mdc { letter: 'L', chapter: 'N', procedures: 55, share: 60, sex: Any, ages: (0, 120),
        medical: ["肾功能不全", "肾病综合征", "泌尿系感染", "肾小球肾炎", "尿路结石", "尿潴留", "肾囊肿", "急性肾损伤", "血尿", "膀胱炎"],
        surgical: ["肾切除术", "输尿管镜碎石术", "膀胱手术", "肾移植术", "尿道手术", "体外碎石"] },
    Mdc { letter: 'M', chapter: 'N', procedures: 60, share: 15, sex: Male, ages: (18, 120),
        medical: ["前列腺增生", "前列腺炎", "睾丸炎", "附睾炎", "精索静脉曲张", "前列腺恶性肿瘤", "包皮炎", "阴囊水肿", "睾丸扭转", "不育症"],
        surgical: ["前列腺切除术", "睾丸手术", "精索手术", "阴茎手术", "鞘膜手术", "前列腺穿刺"] },
    Mdc { letter: 'N', chapter: 'N', procedures: 68, share: 35, sex: Female, ages: (15, 120),
        medical: ["盆腔炎", "异常子宫出血", "卵巢囊肿", "子宫内膜异位", "宫颈炎", "子宫肌瘤", "外阴炎", "绝经综合征", "宫颈病变", "子宫脱垂"],
        surgical: ["子宫切除术", "附件手术", "子宫肌瘤剔除术", "盆底修复术", "宫颈手术", "宫腔镜检查"] },
    Mdc { letter: 'O', chapter: 'O', procedures: 74, share: 50, sex: Female, ages: (20, 45),
        medical: ["阴道分娩", "先兆流产", "妊娠期高血压", "妊娠期糖尿病", "产后出血", "早产", "胎膜早破", "妊娠剧吐", "产褥感染", "引产"],
        surgical: ["剖宫产术", "异位妊娠手术", "产科宫颈环扎术", "产后清宫术", "助产手术", "羊水穿刺"] },
    Mdc { letter: 'Q', chapter: 'D', procedures: 40, share: 20, sex: Any, ages: (0, 120),
        medical: ["贫血", "血小板减少", "粒细胞减少", "凝血障碍", "过敏性紫癜", "再生障碍性贫血", "脾功能亢进", "免疫缺陷", "溶血病", "淋巴结炎"],
        surgical: ["淋巴结清扫术", "脾介入手术", "胸腺手术", "淋巴管手术", "血管瘤手术", "骨髓穿刺"] },
    Mdc { letter: 'R', chapter: 'C', procedures: 92, share: 70, sex: Any, ages: (0, 120),
        medical: ["恶性肿瘤化学治疗", "恶性肿瘤靶向治疗", "白血病", "淋巴瘤", "骨髓瘤", "恶性肿瘤支持治疗", "骨髓增生异常", "恶性肿瘤随诊", "恶性肿瘤免疫治疗", "肿瘤疼痛"],
        surgical: ["恶性肿瘤根治术", "骨髓移植术", "肿瘤介入治疗", "肿瘤消融术", "输液港植入术", "放射治疗"] },
    Mdc { letter: 'S', chapter: 'A', procedures: 86, share: 25, sex: Any, ages: (0, 120),
        medical: ["脓毒症", "病毒感染", "不明原因发热", "寄生虫病", "术后感染", "肠道传染病", "结核病", "真菌感染", "流行性感冒", "疟疾"],
        surgical: ["感染清创术", "脓肿引流术", "感染植入物取出术", "坏死组织切除术", "感染腔隙手术", "穿刺引流"] },
    Mdc { letter: 'T', chapter: 'F', procedures: 94, share: 25, sex: Any, ages: (12, 120),
        medical: ["精神分裂症", "双相障碍", "抑郁障碍", "焦虑障碍", "失眠", "器质性精神障碍", "应激障碍", "躯体形式障碍", "痴呆", "强迫障碍"],
        surgical: ["精神疾患手术", "神经调控手术", "迷走神经刺激术", "脑深部电极植入术", "精神科置管术", "电休克治疗"] },
    Mdc { letter: 'V', chapter: 'T', procedures: 79, share: 20, sex: Any, ages: (0, 120),
        medical: ["软组织损伤", "药物中毒", "农药中毒", "动物咬伤", "过敏反应", "颅脑损伤", "开放性伤口", "中暑", "异物损伤", "手术并发症"],
        surgical: ["多处创伤手术", "血管损伤修复术", "肌腱修复术", "神经损伤修复术", "创面修复术", "伤口缝合"] },
    Mdc { letter: 'W', chapter: 'T', procedures: 86, share: 5, sex: Any, ages: (0, 120),
        medical: ["大面积烧伤", "局部烧伤", "化学烧伤", "电烧伤", "吸入性损伤", "冻伤", "烫伤", "烧伤后瘢痕", "烧伤感染", "日光损伤"],
        surgical: ["烧伤植皮术", "烧伤切痂术", "瘢痕松解术", "皮瓣修复术", "烧伤截肢术", "烧伤换药"] },
    Mdc { letter: 'X', chapter: 'Z', procedures: 93, share: 20, sex: Any, ages: (0, 120),
        medical: ["康复治疗", "术后复查", "健康查体", "体征异常", "姑息治疗", "术后恢复", "功能训练", "随访观察", "戒断观察", "疫苗反应"],
        surgical: ["康复期手术", "造口关闭术", "整形修复术", "义肢手术", "装置更换术", "导管维护"] },
];

/// Diseases that traditional Chinese medicine treats well (中医优势病种), with their category.
#[rustfmt::skip]
pub(crate) const TCM: [(char, &str); 32] = [
    ('B', "中风病恢复期"), ('B', "面瘫病"), ('B', "眩晕病"), ('B', "头痛病"), ('B', "不寐病"),
    ('E', "咳嗽病"), ('E', "喘病"), ('E', "肺胀病"), ('F', "胸痹心痛病"), ('F', "心悸病"), ('F', "心衰病"),
    ('G', "胃脘痛"), ('G', "便秘病"), ('G', "泄泻病"), ('G', "痔病"), ('H', "胆胀病"), ('H', "黄疸病"),
    ('I', "腰痛病"), ('I', "项痹病"), ('I', "膝痹病"), ('I', "肩痹病"), ('I', "骨折病"),
    ('J', "蛇串疮"), ('J', "湿疮"), ('J', "白疕"), ('K', "消渴病"), ('K', "瘿病"), ('L', "水肿病"), ('L', "淋证"),
    ('M', "精癃病"), ('N', "盆腔炎病"), ('V', "伤筋病"),
];
