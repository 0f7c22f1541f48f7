//! The steps of a settlement, each with its name, formula and public source.

use crate::{Lang, Text};
use serde::{Serialize, Serializer};
use std::fmt;

macro_rules! rules {
    ($($(#[doc = $doc:literal])* $name:ident $id:literal, $zh:literal / $en:literal, $formula:literal $(/ $formula_en:literal)?, $source_zh:literal / $source_en:literal;)*) => {
        /// One step of the arithmetic, as docs/SETTLEMENT.md §5 numbers them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Rule { $($(#[doc = $doc])* $name,)* }

        impl Rule {
            /// Every rule, in the order of the settlement.
            pub const ALL: &'static [Rule] = &[$(Rule::$name,)*];

            /// The stable name that programs read.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Rule::$name => $id,)* }
            }

            /// The name for people.
            #[must_use]
            pub fn title(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Rule::$name, Lang::Zh) => $zh, (Rule::$name, Lang::En) => $en,)* }
            }

            /// The formula in symbols, and in words where symbols do not say it; ⟦ ⟧ is the step's one
            /// rounding.
            #[must_use]
            pub fn formula(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $($((Rule::$name, Lang::En) => $formula_en,)? (Rule::$name, _) => $formula,)*
                }
            }

            /// The published rule that the step comes from, or that regions differ and the region's
            /// policy decides.
            #[must_use]
            pub fn source(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Rule::$name, Lang::Zh) => $source_zh, (Rule::$name, Lang::En) => $source_en,)* }
            }
        }
    };
}

rules! {
    /// What the fund owes for an item paid apart.
    ApartDue "apart-due", "除外支付应付" / "fund due for an item paid apart", "a = ⟦I × share⟧m",
        "药品与服务分开、耗材除外支付：中共中央 国务院关于深化医疗保障制度改革的意见（2020）（十一）；项目与比例由统筹区政策规定" / "drugs and devices paid apart from services: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020), (11); items and shares are the region's policy";
    /// The cost less the items paid apart.
    ApartCost "apart-cost", "除外后的费用" / "cost without the items paid apart", "medfee′ = medfee − Σ I",
        "由统筹区政策规定（除外支付）" / "the region's policy (items paid apart)";
    /// The booked fund less what the fund owes for the items.
    ApartBilled "apart-billed", "除外后的统筹记账" / "booked fund without the items paid apart", "hifp′ = max(0, min(hifp − Σ a, medfee′))",
        "项目默认，未确认（除外支付的记账怎样分）" / "this project's default, unconfirmed (how the booked fund is shared with items paid apart)";
    /// The booked fund that goes with an item.
    ApartBooked "apart-booked", "除外项目的统筹记账" / "booked fund of an item paid apart", "min(a, hifp − hifp′ − 此前各项 Σa) + min(I − a, hifp − hifp′ − Σa − 此前各项超出其应付之数)" / "min(a, hifp − hifp′ − Σa before) + min(I − a, hifp − hifp′ − Σa − what items before took beyond theirs)",
        "项目默认，未确认（除外支付的记账怎样分）" / "this project's default, unconfirmed (how the booked fund is shared with items paid apart)";
    /// The bonuses of a hospital.
    CoefficientBonus "coefficient-bonus", "机构系数加成" / "bonus of the hospital coefficient", "b = min(max(bonuses) | Σ bonuses, at_most)",
        "DIP 机构系数：级别、专科、CMI、考核、协议等加成（已公布，条款待核）；数值与合并方式由统筹区政策规定" / "DIP hospital coefficient: bonuses for level, specialty, CMI, assessment, agreement (published, article to be checked); figures and how they combine are the region's policy";
    /// The coefficient of a hospital for a group.
    HospitalCoefficient "hospital-coefficient", "机构系数" / "hospital coefficient", "k = ⟦basic [+ b | × (1 + b)]⟧k",
        "DRG 点数法：机构或等级在该病组的例均费用 ÷ 病组例均费用，新增病组为 1；DIP：基本系数加加成（已公布，条款待核）" / "DRG points: mean cost of the hospital or level in the group ÷ the group's, 1 for a new group; DIP: basic coefficient and bonuses (published, article to be checked)";
    /// The coefficient held within its bounds.
    CoefficientBounded "coefficient-bounded", "机构系数上下限" / "bounds of the hospital coefficient", "k = min(max(k, from), to)",
        "由统筹区政策规定（系数上下限；未见公布数值，未确认）" / "the region's policy (bounds of the coefficient; no published number found, unconfirmed)";
    /// Case cost against the group's mean cost.
    CostRatio "cost-ratio", "倍率" / "cost ratio", "x = medfee ÷ mean_cost",
        "国家 DIP 偏差病例规则（已公布，条款待核）；界限由统筹区政策规定" / "national DIP rule on deviation cases (published, article to be checked); the bounds are the region's policy";
    /// Case cost against the mean cost of the group's sub-type.
    CostRatioSubType "cost-ratio-sub-type", "倍率（与亚型比）" / "cost ratio against the sub-type", "x = medfee ÷ (mean_cost × f)",
        "辅助目录系数：DIP 技术规范，医保办发〔2020〕50号（条款待核）；比较对象由统筹区政策规定" / "auxiliary factors: DIP technical specification, 医保办发〔2020〕50号 (article to be checked); what is compared is the region's policy";
    /// Case cost against the payment standard of a normal case.
    CostRatioStandard "cost-ratio-standard", "倍率（与支付标准比）" / "cost ratio against the payment standard", "x = medfee ÷ (mean_cost [× f] × k)",
        "费用与支付标准比（DRG 费用极高、极低）：已公布，条款待核；比较对象由统筹区政策规定" / "cost against the payment standard (extreme DRG cases): published, article to be checked; what is compared with is the region's policy";
    /// Which class the ratio puts the case in.
    CaseClass "case-class", "病例类别" / "case class", "低倍率 x < low | 高倍率 x > high | 其间为正常（恰在界上依 inclusive）" / "low: x < low | high: x > high | normal: between (bounds inside as `inclusive` says)",
        "国家 DIP 偏差病例规则（已公布，条款待核）；界限由统筹区政策规定" / "national DIP rule on deviation cases (published, article to be checked); the bounds are the region's policy";
    /// Points of a normal case.
    PointsNormal "points-normal", "正常病例点数" / "points of a normal case", "points = ⟦base × k⟧p",
        "DRG 点数法：基准点数 × 调整系数（已公布，条款待核）" / "DRG point method: base points × coefficient (published, article to be checked)";
    /// Points of a normal case with an auxiliary factor.
    PointsNormalFactor "points-normal-factor", "正常病例点数（含辅助目录系数）" / "points of a normal case with an auxiliary factor",
        "points = ⟦base × f × k⟧p", "病种分值 × 辅助目录系数 × 机构系数：DIP 技术规范，医保办发〔2020〕50号（条款待核）" / "score × auxiliary factor × hospital coefficient: DIP technical specification, 医保办发〔2020〕50号 (article to be checked)";
    /// Points of a low outlier.
    PointsLow "points-low", "低倍率病例点数" / "points of a low outlier", "points = ⟦base × medfee ÷ mean_cost⟧p",
        "国家 DIP 偏差病例规则（已公布，条款待核）；界限由统筹区政策规定" / "national DIP rule on deviation cases (published, article to be checked); the bounds are the region's policy";
    /// Points of a high outlier.
    PointsHigh "points-high", "高倍率病例点数" / "points of a high outlier",
        "points = ⟦base × (medfee ÷ mean_cost − high + 1)⟧p",
        "国家 DIP 偏差病例规则（已公布，条款待核）；界限由统筹区政策规定" / "national DIP rule on deviation cases (published, article to be checked); the bounds are the region's policy";
    /// Points of a high outlier of a sub-type.
    PointsHighSubType "points-high-sub-type", "高倍率病例点数（亚型）" / "points of a high outlier of a sub-type",
        "points = ⟦base × f × (medfee ÷ (mean_cost × f) − high + 1)⟧p",
        "辅助目录系数：DIP 技术规范，医保办发〔2020〕50号（条款待核）；比较对象由统筹区政策规定" / "auxiliary factors: DIP technical specification, 医保办发〔2020〕50号 (article to be checked); what is compared is the region's policy";
    /// Points of a low outlier that is compared with the payment standard.
    PointsLowStandard "points-low-standard", "低倍率病例点数（与支付标准比）" / "points of a low outlier against the payment standard",
        "points = ⟦base [× f] × x⟧p", "低倍率按费用计点（已公布，条款待核）；比较对象由统筹区政策规定" / "low outliers by their cost (published, article to be checked); what is compared with is the region's policy";
    /// Points of a low outlier with its coefficient.
    PointsLowKept "points-low-kept", "低倍率病例点数（乘系数）" / "points of a low outlier, coefficient kept",
        "points = ⟦base [× f] × k × x⟧p", "低倍率按费用计点（已公布，条款待核）；是否乘系数由统筹区政策规定" / "low outliers by their cost (published, article to be checked); whether the coefficient counts is the region's policy";
    /// Points of a low outlier that at the bound are those of a normal case.
    PointsLowCarried "points-low-carried", "低倍率病例点数（界限处连续）" / "points of a low outlier, carried on from the bound",
        "points = ⟦base [× f] × k × x ÷ low⟧p", "由统筹区政策规定（界限处连续；未见公布算法，未确认）" / "the region's policy (continuous at the bound; no published arithmetic found, unconfirmed)";
    /// Points of a high outlier with a share of what lies above the bound.
    PointsHighShare "points-high-share", "高倍率病例点数（超出部分按比例）" / "points of a high outlier, a share of the excess",
        "points = ⟦base [× f] × (1 + (x − high) × share)⟧p", "高倍率超出部分按比例计点，通行做法；比例由统筹区政策规定" / "a share of what lies above the bound, established practice; the share is the region's policy";
    /// Points of a high outlier with its coefficient.
    PointsHighKept "points-high-kept", "高倍率病例点数（乘系数）" / "points of a high outlier, coefficient kept",
        "points = ⟦base [× f] × k × (1 + (x − high) × share)⟧p", "由统筹区政策规定（高倍率是否乘系数）" / "the region's policy (whether the coefficient of a high outlier counts)";
    /// Points of a high outlier that at the bound are those of a normal case.
    PointsHighCarried "points-high-carried", "高倍率病例点数（界限处连续）" / "points of a high outlier, carried on from the bound",
        "points = ⟦base [× f] × (k [× f] + (x − high) × share)⟧p", "济宁 DIP：x − 2 + 机构系数（已公布，文件待核）；DRG 点数法 P×k + P×(倍率 − 界限)×比例，通行做法；由统筹区政策规定" / "Jining DIP: x − 2 + hospital factor (published, document to be checked); DRG points P × k + P × (ratio − bound) × share, established practice; the region's policy";
    /// Whether a high outlier lies beyond the extreme bound.
    ExtremeCase "extreme-case", "极高倍率" / "extreme case", "极高倍率 x > extreme（恰在界上依 inclusive）" / "extreme: x > extreme (bound inside as `inclusive` says)",
        "国家 DIP 规则：x 大于 5 为极高费用（已公布，条款待核）；界限与支付由统筹区政策规定" / "national DIP rule: x above 5 is extreme (published, article to be checked); the bound and what is paid are the region's policy";
    /// Points of an extreme case that is paid as a normal one.
    PointsExtremeNormal "points-extreme-normal", "极高倍率病例点数（按正常病例）" / "points of an extreme case, as a normal one",
        "points = ⟦base [× f] × k⟧p", "济宁 DIP：x > 5 只计机构系数（已公布，文件待核）；由统筹区政策规定" / "Jining DIP: x > 5 takes the factor only (published, document to be checked); the region's policy";
    /// Points of an extreme case that is paid as one at the bound.
    PointsExtremeCapped "points-extreme-capped", "极高倍率病例点数（封顶）" / "points of an extreme case, held at the bound",
        "points = 倍率恰为 extreme 的高倍率病例点数" / "points = points of a high outlier with x = extreme", "由统筹区政策规定（极高倍率封顶；未见公布数值，未确认）" / "the region's policy (extreme cases held at the bound; no published number found, unconfirmed)";
    /// The support of a hospital.
    Support "support", "扶持" / "support of a hospital", "s = min(max(bonuses) | Σ bonuses, at_most)",
        "某市 DIP 办法：扶持 5–15%，只取最高一项（已公布，文件待核）；类别、数值与合并方式由统筹区政策规定" / "a city's DIP rule: support of 5–15 %, the highest only (published, document to be checked); kinds, figures and how they combine are the region's policy";
    /// Points with support and assessment.
    PointsSupported "points-supported", "扶持与考核后的点数" / "points with support and assessment", "points = ⟦points × (1 + s) × a⟧p",
        "某市 DIP 办法：最终分值 =（初始分值 + 初始分值 × 扶持）× 年度 DIP 考核系数（已公布，文件待核）；初始分值先舍入为本项目的决定，未确认" / "a city's DIP rule: final score = (initial + initial × support) × yearly DIP assessment coefficient (published, document to be checked); that the initial score is rounded first is this project's decision, unconfirmed";
    /// Points of an ungrouped case.
    PointsUngrouped "points-ungrouped", "未入组病例点数" / "points of an ungrouped case",
        "points = ⟦medfee ÷ mean_cost_all × scale × share⟧p", "由统筹区政策规定（未入组病例）" / "the region's policy (ungrouped cases)";
    /// The group that a group is paid as.
    PaidAs "paid-as", "同病同效同价" / "paid as another group", "group → paid_as",
        "中西医同病同效同价：河南省“十四五”医疗保障发展规划第五章；病组对应由统筹区政策规定" / "equal pay for equal effect: Henan's 14th five-year plan, chapter 5; which group goes by which is the region's policy";
    /// The factor of a method, with the auxiliary one.
    MethodFactor "method-factor", "付费方式系数" / "factor of the method", "f = factor [× auxiliary]",
        "日间手术、中医优势病种按病组支付标准的比例，空白病组、未完成住院按费用折算的比例：由统筹区政策规定" / "day surgery and TCM at a share of the group's standard, blank groups and incomplete stays at a share of what they cost: the region's policy";
    /// Cost ratio against the mean cost at the method's factor.
    CostRatioMethod "cost-ratio-method", "倍率（与乘付费方式系数的均费比）" / "cost ratio against the mean cost at the method's factor", "x = medfee ÷ (mean_cost × f)",
        "按病组支付标准的比例付费：系数与比较对象由统筹区政策规定" / "payment at a share of the group's standard: the factor and what is compared with are the region's policy";
    /// A normal case at the method's factor.
    PointsNormalMethod "points-normal-method", "正常病例点数（含付费方式系数）" / "points of a normal case at the method's factor", "points = ⟦base × f × k⟧p",
        "按病组支付标准的比例付费：系数由统筹区政策规定" / "payment at a share of the group's standard: the factor is the region's policy";
    /// A high outlier against the mean cost at the method's factor.
    PointsHighMethod "points-high-method", "高倍率病例点数（含付费方式系数）" / "points of a high outlier at the method's factor",
        "points = ⟦base × f × (medfee ÷ (mean_cost × f) − high + 1)⟧p",
        "按病组支付标准的比例付费：系数与比较对象由统筹区政策规定" / "payment at a share of the group's standard: the factor and what is compared with are the region's policy";
    /// The cost of the days that are paid by group.
    LongStayCost "long-stay-cost", "按病组计的费用" / "cost of the days paid by group", "medfee′ = ⟦medfee × after_day ÷ days⟧m",
        "长期住院分段付费：由统筹区政策规定（费用按天数分摊为项目默认，未确认）" / "long stays split: the region's policy (sharing the cost by days is this project's default, unconfirmed)";
    /// Points of a case that goes by its cost.
    PointsByCost "points-by-cost", "按费用计点的点数" / "points by cost", "points = ⟦min(base × f [× k] × medfee ÷ mean_cost, base × f [× k])⟧p",
        "未完成住院过程的病例：基准点数 × 差异系数 × 费用 ÷ 例均费用，不超过基准点数：浙医保联发〔2019〕21号（条款待核）；适用范围由统筹区政策规定" / "stays that were not completed: base points × coefficient × cost ÷ mean cost, at most the base points: 浙医保联发〔2019〕21号 (article to be checked); which cases is the region's policy";
    /// Group points and those of the days beyond.
    PointsLongStay "points-long-stay", "长期住院点数" / "points of a long stay", "points = 病组点数 + 其后各日的床日点数" / "points = points of the group + points of the days beyond",
        "长期住院按床日：中共中央 国务院关于深化医疗保障制度改革的意见（2020）（十一）" / "long stays per diem: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020), (11)";
    /// What one day is worth in points.
    DayPoints "day-points", "床日基准点数" / "points of a day", "p = ⟦rate ÷ mean_cost_all × scale⟧p",
        "床日基准点数：浙江省 DRG 点数法，浙医保联发〔2019〕21号（条款待核）" / "points of a bed-day: Zhejiang DRG point method, 浙医保联发〔2019〕21号 (article to be checked)";
    /// The days of a stay at their rates.
    PerDiem "per-diem", "床日付费" / "per diem", "Σ days × rate [× k]",
        "按床日付费：中共中央 国务院关于深化医疗保障制度改革的意见（2020）（十一）；标准由统筹区政策规定" / "per diem: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020), (11); the rates are the region's policy";
    /// A cost as points.
    CostPoints "cost-points", "费用折点" / "cost as points", "⟦medfee ÷ mean_cost_all × scale⟧p",
        "金额折点：金额 ÷ 次均费用 × 100（已公布，条款待核）" / "amounts as points: amount ÷ mean cost × 100 (published, article to be checked)";
    /// A short stay is worth no more than its cost.
    ShortStay "short-stay", "短期住院" / "short stay", "min(medfee, 床日费用)" / "min(medfee, per diem)",
        "由统筹区政策规定（不足最少天数）" / "the region's policy (fewer days than the least)";
    /// The cost of a case against its price.
    PriceRatio "price-ratio", "费用与价格之比" / "cost against the price", "x = medfee ÷ price",
        "按病种付费的退出：费用与价格之比的界限由统筹区政策规定" / "exits from a disease's price: the bounds of cost ÷ price are the region's policy";
    /// Whether the cost of a case leaves the range in which its price holds.
    PriceExit "price-exit", "病种付费的退出" / "exit from the price", "x < exit_below 或 x > exit_above 时改按 exit_to，否则仍按病种" / "→ exit_to: x < exit_below | x > exit_above; else stays",
        "按病种付费的退出：费用与价格之比的界限由统筹区政策规定" / "exits from a disease's price: the bounds of cost ÷ price are the region's policy";
    /// The price of a disease.
    FixedPrice "fixed-price", "病种定价" / "fixed price of a disease", "price",
        "按病种付费、收付费：福州市“十四五”全民医疗保障专项规划第三章第四节；价格由统筹区政策规定" / "payment by disease: Fuzhou's 14th five-year plan, chapter 3 section 4; the prices are the region's policy";
    /// The cost less deductions.
    ByItem "by-item", "按项目付费" / "payment by item", "B = ⟦max(0, medfee − deducted) × share⟧m",
        "按项目付费，通行做法；扣款与比例由统筹区政策规定" / "payment by item, established practice; deductions and share are the region's policy";
    /// The cost less deductions as points.
    ByItemPoints "by-item-points", "按项目折点" / "items as points", "points = ⟦max(0, medfee − deducted) ÷ mean_cost_all × scale × share⟧p",
        "金额折点：金额 ÷ 次均费用 × 100（已公布，条款待核）" / "amounts as points: amount ÷ mean cost × 100 (published, article to be checked)";
    /// A case whose person is paid for by head.
    ByHead "by-head", "按人头付费的病例" / "case of a person paid for by head", "B = 0",
        "按人头付费：中共中央 国务院关于深化医疗保障制度改革的意见（2020）（十一）；范围由统筹区政策规定" / "capitation: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020), (11); what it covers is the region's policy";
    /// How many cases a rule is for.
    Quota "quota", "名额" / "quota", "quota = ⟦share × discharges⟧ down",
        "特例单议 DRG 不超过出院人次 5%、DIP 不超过 5‰：按病种付费经办管理规程(2025版)（条款待核）；高倍率例数占比由统筹区政策规定" / "special cases: at most 5 % of discharges with DRG, 5 ‰ with DIP: 按病种付费经办管理规程(2025版) (article to be checked); the number of high outliers is the region's policy";
    /// How many points high outliers may earn beyond normal cases.
    HighExcessMost "high-excess-most", "高倍率超出点数上限" / "points for the excess of high outliers", "most = ⟦excess_share × Σ points⟧ down",
        "高倍率超出部分以点数为限：由统筹区政策规定（未见公布数值，未确认）" / "high outliers capped by points: the region's policy (no published number found, unconfirmed)";
    /// A high outlier whose excess they do not hold whole.
    HighExcessHeld "high-excess-held", "高倍率病例点数（超出部分有限）" / "points of a high outlier, its excess capped", "points = normal + min(points − normal, most − before)",
        "高倍率超出部分以点数为限：由统筹区政策规定；超出最多者先为项目默认，未确认" / "high outliers capped by points: the region's policy; that the largest excess comes first is this project's default, unconfirmed";
    /// The points of one of two stays that follow each other too soon.
    Readmission "readmission", "再次住院" / "readmission", "points = ⟦points × share⟧p",
        "浙江省 DRG 点数法，浙医保联发〔2019〕21号（15 日内同组再入院，前次点数减半）；天数与比例由统筹区政策规定" / "Zhejiang DRG points, 浙医保联发〔2019〕21号 (the same group again within 15 days: the earlier stay at half its points); days and shares are the region's policy";
    /// A stay that is part of another one's case.
    Merged "readmission-merged", "合并计一例" / "stay merged into another", "p = p × 0, the points of the row's stay with the most counting alone",
        "分解住院合并计一例（已公布，文件待核）；取点数最多的一次为项目默认，未确认" / "split stays merged into one case (published, document to be checked); that the stay with the most points counts is this project's default, unconfirmed";
    /// A special case at its whole cost.
    ReviewByItem "review-by-item", "特例单议（按项目折点）" / "special-case review, by item", "points = ⟦medfee ÷ mean_cost_all × scale⟧p",
        "特例单议按项目付费、折算点数：按病种付费经办管理规程(2025版)（条款待核）" / "special cases paid by item, as points: 按病种付费经办管理规程(2025版) (article to be checked)";
    /// A special case at an amount.
    ReviewAmount "review-amount", "特例单议（核定金额折点）" / "special-case review, an amount", "points = ⟦amount ÷ mean_cost_all × scale⟧p",
        "特例单议：按病种付费经办管理规程(2025版)（条款待核）；核定金额由统筹区政策规定" / "special-case review: 按病种付费经办管理规程(2025版) (article to be checked); an approved amount is the region's policy";
    /// A special case at a raised standard.
    ReviewFactor "review-factor", "特例单议（调整标准）" / "special-case review, a raised standard", "points = ⟦points × factor⟧p",
        "特例单议调整支付标准：按病种付费经办管理规程(2025版)（条款待核）" / "special cases at another standard: 按病种付费经办管理规程(2025版) (article to be checked)";
    /// Points taken away.
    Penalty "penalty", "违规扣点" / "penalty", "points = −⟦multiple × base⟧p",
        "违规病例不计点，情节严重的扣 1–5 倍基准点数：浙医保发〔2021〕50号（绍兴转发，条款待核）；倍数由统筹区政策规定" / "no points, or one to five times the base points taken away: 浙医保发〔2021〕50号 (Shaoxing's copy, article to be checked); the multiples are the region's policy";
    /// The fund's share of money.
    DueShare "due-share", "基金应付（定比例）" / "fund due (fixed share)", "due = ⟦B × fund_share⟧m",
        "基金按固定比例支付、患者负担其余（收付费、按病种、按床日）：比例由统筹区政策规定" / "a fixed share for the fund and the rest for the patient: the share is the region's policy";
    /// What the patient was charged beyond the patient's part of a fixed price.
    PatientOver "patient-over", "应退患者" / "to be given back to the patient", "over = max(0, (medfee − hifp) − (B − due))",
        "收付费一体，患者按价格的自付比例负担：由统筹区政策规定" / "one price for fund and patient, who bears the rest of it: the region's policy";
    /// What is left of the budget for points.
    ForPoints "for-points", "点数可分配额" / "left for points", "D″ = D − Σ 按金额支付的应付 − ΣA 人头费（有 [pool_clearing] 时 D′ 代 D）" / "D″ = D − Σ due paid in money − ΣA paid by head (D′ in place of D with [pool_clearing])",
        "定额、床日、项目付费先行列支：由统筹区政策规定" / "what is paid in money is paid first: the region's policy";
    /// A budget from that of a base year and its growth.
    BudgetGrown "budget-grown", "预算增长" / "budget from a base year and its growth", "budget = ⟦base_year_budget × (1 + growth)⟧m",
        "总额预算及其谈判协商：中共中央 国务院关于深化医疗保障制度改革的意见（2020）（十一）；基期与增幅由统筹区政策规定或协商确定" / "global budgets and their negotiation: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020), (11); base year and growth are the region's policy, or negotiated";
    /// A budget from the people insured, with public-health money.
    BudgetByHeads "budget-by-heads", "人头预算" / "budget from people insured", "budget = ⟦Σ heads × per_head + public_health⟧m",
        "医共体打包支付（含公共卫生经费）：福州市“十四五”全民医疗保障专项规划第三章第四节；人数与标准由统筹区政策规定" / "alliances paid as a bundle, public-health money included: Fuzhou's 14th five-year plan, chapter 3 section 4; people and rates are the region's policy";
    /// A budget with what was added to it during the year.
    BudgetChanged "budget-changed", "预算调整" / "budget with its changes", "budget = amount + Σ changes",
        "总额可因重大政策、疫情等调整：医疗保障按病种付费管理暂行办法（2025）第十三条（条款待核）；国家意见 2020" / "a budget may be changed for major policies or epidemics: 医疗保障按病种付费管理暂行办法 (2025) art. 13 (article to be checked); Opinions of 2020";
    /// The share of a node that one of its children has.
    BudgetShare "budget-share", "预算分解" / "share of the budget above", "budget = ⟦share × parent⟧ down",
        "分项预算：福州市、盐城市“十四五”医疗保障规划；比例由统筹区政策规定" / "budgets by item: the 14th five-year plans of Fuzhou and Yancheng; the shares are the region's policy";
    /// One of the fen that the shares of a node left over.
    BudgetFen "budget-fen", "预算尾差一分" / "one fen of the budget left over", "budget = cut + 0.01",
        "由统筹区政策规定（最大余数法）" / "the region's policy (largest remainder)";
    /// The reserve of a pool.
    Reserve "reserve", "调剂金" / "reserve", "R = ⟦budget × reserve⟧m",
        "国家按病种付费规则（已公布，条款待核）" / "national rules on payment by disease group (published, article to be checked)";
    /// What is left of the budget for cases.
    Distributable "distributable", "可分配总额" / "distributable budget", "D = budget − R",
        "区域点数法总额预算和 DIP 试点方案，医保办发〔2020〕45号" / "pilot plan of regional points budgets and DIP, 医保办发〔2020〕45号";
    /// What is shared out of a pool that booked no more than its budget.
    PoolSurplus "pool-surplus", "池内结余划分" / "a pool's surplus shared with the fund",
        "D′ = ⟦F + surplus_to_hospitals × (D − F)⟧m",
        "浙江省 DRG 点数法，浙医保联发〔2019〕21号（医院 85%、基金 15%，数字未确认）；比例由统筹区政策规定" / "Zhejiang DRG points, 浙医保联发〔2019〕21号 (hospitals 85 %, fund 15 %, figures unconfirmed); the shares are the region's policy";
    /// What is shared out of a pool that booked more than its budget.
    PoolOverspend "pool-overspend", "池内超支划分" / "a pool's overspend shared with the fund",
        "D′ = ⟦D + min((1 − overspend_to_hospitals) × (F − D), fund_bears_at_most × budget)⟧m",
        "浙江省 DRG 点数法，浙医保联发〔2019〕21号（医院 85%、基金 15%，数字未确认）；比例由统筹区政策规定" / "Zhejiang DRG points, 浙医保联发〔2019〕21号 (hospitals 85 %, fund 15 %, figures unconfirmed); the shares are the region's policy";
    /// What the points share out.
    Numerator "numerator", "点值分子" / "numerator of the point value", "N = D | D + ΣO | D ÷ κ",
        "DIP 结算点值（已公布，条款待核）；点值单位由统筹区政策规定" / "DIP settlement point value (published, article to be checked); its unit is the region's policy";
    /// The point value.
    PointValue "point-value", "点值" / "point value", "V = ⟦N ÷ P⟧v",
        "区域点数法总额预算和 DIP 试点方案，医保办发〔2020〕45号" / "pilot plan of regional points budgets and DIP, 医保办发〔2020〕45号";
    /// The point value held at its floor or ceiling.
    PointValueBounded "point-value-bounded", "点值上下限" / "bounds of the point value", "V = min(max(V, floor), ceiling)",
        "由统筹区政策规定（点值上下限；未见公布数值，未确认）" / "the region's policy (floor and ceiling of the point value; no published number found, unconfirmed)";
    /// The point value of another pool.
    PointValueOf "point-value-of", "取自他池的点值" / "point value of another pool", "V = 所指资金池的 V" / "V = V of the pool named",
        "医共体内按区域点值结算：由统筹区政策规定（未见公布算法，未确认）" / "an alliance's care at the region's point value: the region's policy (no published arithmetic found, unconfirmed)";
    /// The base rate in place of a point value.
    BaseRate "base-rate", "费率" / "base rate", "V = base_rate",
        "费率法，通行做法；费率由统筹区政策规定" / "rate method, established practice; the rate is the region's policy";
    /// Points times point value.
    Standard "standard", "支付标准" / "payment standard", "B = ⟦points × V⟧m",
        "国家按病种付费规则（已公布，条款待核）" / "national rules on payment by disease group (published, article to be checked)";
    /// The exact share of the numerator, cut down to the fen.
    StandardCut "standard-cut", "支付标准（截至分）" / "payment standard, cut to the fen", "B = ⟦points × N ÷ P⟧ down",
        "由统筹区政策规定（最大余数法）" / "the region's policy (largest remainder)";
    /// One of the fen left over.
    StandardFen "standard-fen", "尾差一分" / "one fen left over", "B = cut + 0.01",
        "由统筹区政策规定（最大余数法）" / "the region's policy (largest remainder)";
    /// What others than the pooled fund paid.
    Others "others", "其他支付" / "paid by others", "O = medfee − hifp",
        "国家按病种付费规则（已公布，条款待核）" / "national rules on payment by disease group (published, article to be checked)";
    /// Due by fund points.
    DueFundPoints "due-fund-points", "基金应付（基金点数）" / "fund due (fund points)", "due = B",
        "由统筹区政策规定（基金点值）" / "the region's policy (fund points)";
    /// Due by difference.
    DueDifference "due-difference", "基金应付（差额法）" / "fund due (difference)", "due = B − O",
        "由统筹区政策规定（差额法）" / "the region's policy (difference)";
    /// Due by the bill's own share.
    DueActualRatio "due-actual-ratio", "基金应付（实际基金占比）" / "fund due (actual ratio)",
        "due = ⟦B × hifp ÷ medfee⟧m", "由统筹区政策规定（按统筹基金实际占比）" / "the region's policy (the fund's actual share)";
    /// Due by the reimbursement ratio.
    DueReimbursementRatio "due-reimbursement-ratio", "基金应付（报销比例）" / "fund due (reimbursement ratio)",
        "due = max(0, ⟦(B − own − overlimit − preselfpay − deductible) × ratio⟧m)",
        "按病例报销比例（已公布，条款待核）；是否采用由统筹区政策规定" / "the case's reimbursement ratio (published, article to be checked); its use is the region's policy";
    /// Due by the reimbursement ratio, the patient's own items scaled with the standard.
    DueScaledRatio "due-scaled-ratio", "基金应付（比例折算）" / "fund due (scaled ratio)",
        "due = max(0, ⟦B × (medfee − own − overlimit − preselfpay − deductible) ÷ medfee × ratio⟧m)",
        "按病例自付占比与报销比例（已公布，条款待核）；是否采用由统筹区政策规定" / "the shares of the actual bill and the reimbursement ratio (published, article to be checked); its use is the region's policy";
    /// Due by the reimbursement ratio of a standard below 0.
    DueTakenBack "due-taken-back", "应扣回（报销比例）" / "to be taken back (reimbursement ratio)",
        "due = ⟦B × ratio⟧m, B below 0", "项目默认，未确认（扣点病例不减患者负担）" / "this project's default, unconfirmed (of what a penalty takes away nothing is the patient's)";
    /// A negative due lifted to zero.
    FloorAtZero "floor-at-zero", "应付不为负" / "floor at zero", "due = max(0, due)", "由统筹区政策规定（应付不为负）" / "the region's policy (no negative due)";
    /// What of a pool's D neither its cases nor its heads are due.
    Remainder "remainder", "尾差" / "remainder", "remainder = D − Σdue − Σ(first + returned)",
        "由统筹区政策规定（尾差处理）" / "the region's policy (who gets the remainder)";
    /// People of one row of the enrolment table at their rate.
    CapitationRow "capitation-row", "人头额" / "people at their rate", "a = ⟦heads × per_head [× 年龄系数] × 风险系数⟧m" / "a = ⟦heads × per_head [× age factor] × risk factor⟧m",
        "按人头付费：中共中央 国务院关于深化医疗保障制度改革的意见（2020）（十一）；标准与系数由统筹区政策规定" / "capitation: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020), (11); rates and factors are the region's policy";
    /// All people of one class.
    Capitation "capitation", "人头总额" / "capitation of a class", "A = Σa",
        "按人头付费：中共中央 国务院关于深化医疗保障制度改革的意见（2020）（十一）；标准与系数由统筹区政策规定" / "capitation: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020), (11); rates and factors are the region's policy";
    /// The part of a capitation paid whatever the assessment.
    CapitationFirst "capitation-first", "首次拨付" / "first payment of a capitation", "first = ⟦A × first_payment⟧m",
        "先付 80%、考核后付 20%（已公布，条款待核）；比例由统筹区政策规定" / "80 % first and 20 % after assessment (published, article to be checked); the share is the region's policy";
    /// The part of the rest that the assessment returns.
    CapitationReturned "capitation-returned", "考核后拨付" / "payment of a capitation after assessment", "returned = ⟦(A − first) × q⟧m",
        "先付 80%、考核后付 20%（已公布，条款待核）；分档由统筹区政策规定" / "80 % first and 20 % after assessment (published, article to be checked); its steps are the region's policy";
    /// What a hospital is due of cases and heads.
    DueWithCapitation "due-with-capitation", "应付合计（含人头）" / "due, capitation included", "S = Σdue + Σ(first + returned)",
        "人头额与病例同受结余留用、合理超支分担：由统筹区政策规定（项目默认，未确认）" / "capitation shares surplus and overspend with the cases: the region's policy (this project's default, unconfirmed)";
    /// A cap by assessment or credit.
    CapAssessed "cap-assessed", "总额控制指标按考核" / "institution cap by assessment", "cap = ⟦cap × q⟧m",
        "考核、信用评价结果与预算挂钩：河南省、渠县、盐城市“十四五”规划；怎样挂钩由统筹区政策规定（未见公布算法，未确认）" / "budgets tied to assessment and credit: the five-year plans of Henan, Quxian and Yancheng; how is the region's policy (no published arithmetic found, unconfirmed)";
    /// What the booked cost is compared with.
    Compared "compared", "比较基数" / "what booked cost is compared with", "S = Σdue | cap | min(Σdue, cap)",
        "区域总额预算与机构总额控制相结合：盐城市“十四五”医疗保障发展规划三（三）；怎样结合由统筹区政策规定（未见公布算法，未确认）" / "regional budget combined with institution caps: Yancheng's 14th five-year plan of medical security, 3(3); how they combine is the region's policy (no published arithmetic found, unconfirmed)";
    /// Booked against due.
    ClearingRatio "clearing-ratio", "清算比" / "clearing ratio", "r = F ÷ S",
        "结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）；档次与比例由统筹区政策规定" / "surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020); bands and shares are the region's policy";
    /// Clearing without a positive due.
    ClearedNone "cleared-none", "清算（无应付）" / "cleared, nothing due", "cleared = S", "由统筹区政策规定（应付不为正）" / "the region's policy (nothing due)";
    /// Clearing below the floor.
    ClearedUnderFloor "cleared-under-floor", "清算（低于结余下限）" / "cleared, under the surplus floor", "cleared = F",
        "结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）；档次与比例由统筹区政策规定" / "surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020); bands and shares are the region's policy";
    /// The part of a surplus that stays with the hospital.
    SurplusKept "surplus-kept", "结余留用" / "surplus kept",
        "kept = ⟦surplus_keep × (S − F)⟧m", "结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）；档次与比例由统筹区政策规定" / "surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020); bands and shares are the region's policy";
    /// The part of a surplus that stays with the hospital, band by band.
    SurplusKeptByBands "surplus-kept-by-bands", "结余留用（分档累计）" / "surplus kept, band by band",
        "kept = ⟦Σ keep × max(0, top × S − max(F, from × S))⟧m",
        "结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）；档次与比例由统筹区政策规定" / "surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020); bands and shares are the region's policy";
    /// The part of a surplus that stays with the hospital by the one band that r lies in.
    SurplusKeptWhole "surplus-kept-whole", "结余留用（按所在档）" / "surplus kept by the band of r",
        "kept = ⟦r 所在档的 keep × (S − F)⟧m" / "kept = ⟦keep of the band of r × (S − F)⟧m",
        "结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）；档次与比例由统筹区政策规定" / "surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020); bands and shares are the region's policy";
    /// What is kept of a surplus has a most.
    SurplusCapped "surplus-capped", "结余留用上限" / "surplus kept, capped", "kept = ⟦min(kept, surplus_cap × S)⟧m",
        "由统筹区政策规定（结余留用上限；旧总控办法中见 3%，未确认）" / "the region's policy (cap of the surplus kept; 3 % is seen in older quota rules, unconfirmed)";
    /// A surplus kept by assessment.
    SurplusAssessed "surplus-assessed", "结余留用按考核" / "surplus kept by assessment", "kept = ⟦kept × q⟧m",
        "考核结果与结余留用挂钩：福州市、盐城市、河南省等“十四五”医疗保障规划；分档与比例由统筹区政策规定" / "assessment tied to the surplus kept: the five-year plans of Fuzhou, Yancheng and Henan; steps and shares are the region's policy";
    /// Clearing with a surplus.
    ClearedSurplus "cleared-surplus", "清算（结余留用）" / "cleared with surplus retention",
        "cleared = F + kept", "结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）；档次与比例由统筹区政策规定" / "surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020); bands and shares are the region's policy";
    /// Compensation of an overspend.
    Compensation "compensation", "超支分担" / "overspend compensation",
        "c = ⟦Σ fund_share × max(0, min(F, up_to × S) − from × S)⟧m",
        "结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）；档次与比例由统筹区政策规定" / "surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020); bands and shares are the region's policy";
    /// Compensation of an overspend by the one band that r lies in.
    CompensationWhole "compensation-whole", "超支分担（按所在档）" / "overspend compensation by the band of r",
        "c = ⟦r 所在档的 fund_share × (min(F, 末档 up_to × S) − S)⟧m" / "c = ⟦fund_share of the band of r × (min(F, last up_to × S) − S)⟧m",
        "结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）；档次与比例由统筹区政策规定" / "surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020); bands and shares are the region's policy";
    /// A compensation has a most.
    CompensationCapped "compensation-capped", "超支分担上限" / "overspend compensation, capped",
        "c = ⟦min(c, compensation_cap × S)⟧m",
        "由统筹区政策规定（超支分担上限；未见公布数值，未确认）" / "the region's policy (cap of the compensation; no published number found, unconfirmed)";
    /// The reserve does not cover all compensations.
    CompensationShared "compensation-shared", "调剂金按比例分配" / "compensation shared out of the reserve",
        "c = ⌊c × R ÷ Σc⌋，余下的分归截去最多者" / "c = ⟦c × R ÷ Σc⟧ down, the fen left to the largest parts cut off", "由统筹区政策规定（调剂金不足时按比例）" / "the region's policy (shared in proportion where the reserve falls short)";
    /// One of the fen of the reserve left over.
    CompensationFen "compensation-fen", "调剂金尾差一分" / "one fen of the reserve left over", "c = cut + 0.01",
        "由统筹区政策规定（最大余数法）" / "the region's policy (largest remainder)";
    /// Clearing with an overspend.
    ClearedOverspend "cleared-overspend", "清算（超支）" / "cleared with overspend sharing", "cleared = S + c",
        "结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）；档次与比例由统筹区政策规定" / "surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020); bands and shares are the region's policy";
    /// What an alliance's budget leaves after care outside and inside.
    AllianceBalance "alliance-balance", "医共体结余（负为超支）" / "balance of an alliance", "balance = D − outside − inside",
        "紧密型县域医共体总额付费、结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）（十一）；外部就医按清算数扣除、成员按应付计为项目默认，未确认" / "global payment of tight county alliances, surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020), (11); that outside care is taken off as cleared and members' care as due is this project's default, unconfirmed";
    /// The share of a surplus that an alliance keeps.
    AllianceKept "alliance-kept", "医共体结余留用" / "surplus kept by an alliance", "kept = ⟦keep × balance⟧m",
        "紧密型县域医共体总额付费、结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）（十一）；比例由统筹区政策规定" / "global payment of tight county alliances, surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020), (11); the share is the region's policy";
    /// What an alliance keeps by its assessment.
    AllianceAssessed "alliance-assessed", "医共体结余留用按考核" / "surplus kept by an alliance's assessment", "kept = ⟦kept × q⟧m",
        "考核结果与结余留用挂钩：福州市、盐城市、河南省等“十四五”医疗保障规划；分档与比例由统筹区政策规定" / "assessment tied to the surplus kept: the five-year plans of Fuzhou, Yancheng and Henan; steps and shares are the region's policy";
    /// The fund's part of an alliance's overspend.
    AllianceFundBears "alliance-fund-bears", "医共体超支由基金分担" / "fund's part of an alliance's overspend", "fund_bears = ⟦min(R, Σ fund_share × max(0, min(W, up_to × D) − from × D))⟧m, W = outside + inside",
        "紧密型县域医共体总额付费、结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）（十一）；档次与比例由统筹区政策规定，以调剂金为限为项目默认，未确认" / "global payment of tight county alliances, surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020), (11); bands and shares are the region's policy; the reserve as the most is this project's default, unconfirmed";
    /// What of a surplus stays in the fund.
    AllianceLeft "alliance-left", "医共体结余归基金" / "surplus of an alliance that stays in the fund", "left = balance − kept",
        "紧密型县域医共体总额付费、结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）（十一）" / "global payment of tight county alliances, surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020), (11)";
    /// What of an overspend the members bear.
    AllianceMembersBear "alliance-members-bear", "医共体超支由成员负担" / "overspend that members bear", "members_bear = −balance − fund_bears",
        "紧密型县域医共体总额付费、结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）（十一）" / "global payment of tight county alliances, surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020), (11)";
    /// A member's part of what its alliance keeps or bears.
    AlliancePart "alliance-part", "成员分配额" / "part of a member", "part = ⟦share × kept⟧ down | ⟦share × members_bear⟧ down",
        "成员间分配无统一公式（已公布）；分配表由统筹区政策规定" / "no single formula for the split (published); the table is the region's policy";
    /// One of the fen of a split left over.
    AlliancePartFen "alliance-part-fen", "分配尾差一分" / "one fen of a split left over", "part = cut + 0.01",
        "由统筹区政策规定（最大余数法）" / "the region's policy (largest remainder)";
    /// Clearing of a member of an alliance.
    ClearedMember "cleared-member", "清算（医共体成员）" / "cleared as a member of an alliance", "cleared = S + 分得结余 | S − 分担超支" / "cleared = S + part | S − part (of an overspend)",
        "紧密型县域医共体总额付费、结余留用、合理超支分担：中共中央 国务院关于深化医疗保障制度改革的意见（2020）（十一）；成员按应付结算后再分配为项目默认，未确认" / "global payment of tight county alliances, surplus retention and reasonable overspend sharing: Opinions of the CPC Central Committee and the State Council on deepening the reform of medical security (2020), (11); members paid what is due and their part is this project's default, unconfirmed";
    /// Quality deposit.
    Deposit "deposit", "质量保证金" / "quality deposit", "deposit = ⟦max(0, cleared) × quality_deposit⟧m",
        "质量保证金：国家按病种付费规则（已公布，条款待核）" / "quality deposit: national rules on payment by disease group (published, article to be checked)";
    /// Deposit returned by assessment.
    DepositReturned "deposit-returned", "保证金返还" / "deposit returned", "returned = ⟦deposit × q⟧m",
        "考核返还：国家按病种付费规则（已公布，条款待核）；分档由统筹区政策规定" / "return by assessment: national rules (published, article to be checked); its steps are the region's policy";
    /// What is paid at the end.
    FinalPayment "final-payment", "清算拨付" / "final payment", "final = cleared − deposit + returned − prepaid",
        "年终清算：国家按病种付费规则（已公布，条款待核）" / "yearly clearing: national rules (published, article to be checked)";
    /// What is advanced of a part of the year.
    MonthlyAdvance "monthly-advance", "月度预结算" / "monthly advance", "advance = ⟦max(0, S or F) × share⟧m",
        "月度预结算：浙医保联发〔2019〕21号（不低于 85%）等；比例与所乘的数由统筹区政策规定" / "monthly advances: 浙医保联发〔2019〕21号 (at least 85 %) and others; the share and what it is of are the region's policy";
    /// What the agreed volume of procured drugs would have cost the fund before.
    ProcurementBudget "procurement-budget", "集采医保资金预算" / "budget of procured drugs", "budget = ⟦Σ volume × price_before × ratio × insured⟧m",
        "集采结余留用：医保发〔2020〕26号；表中各数由统筹区核定" / "savings kept of central procurement: 医保发〔2020〕26号; the figures of the table are the region's";
    /// What procured drugs cost the fund.
    ProcurementSpend "procurement-spend", "集采医保资金支出" / "spent on procured drugs", "spend = ⟦Σ (volume × price_after + not_selected) × ratio × insured⟧m",
        "集采结余留用：医保发〔2020〕26号；表中各数由统筹区核定" / "savings kept of central procurement: 医保发〔2020〕26号; the figures of the table are the region's";
    /// What was saved of a batch.
    ProcurementBase "procurement-base", "结余测算基数" / "base of what is kept", "base = max(0, budget − spend)",
        "集采结余留用：医保发〔2020〕26号" / "savings kept of central procurement: 医保发〔2020〕26号";
    /// What a hospital keeps of a batch.
    ProcurementKept "procurement-kept", "集采结余留用额" / "kept of procured drugs", "kept = ⟦base × share⟧m, share 0 where an agreed volume must be met and is not",
        "集采结余留用：医保发〔2020〕26号（不高于 50%）；分档由统筹区政策规定（未确认）" / "savings kept of central procurement: 医保发〔2020〕26号 (at most 50 %); the steps are the region's policy (unconfirmed)";
    /// What a fund spent in the year.
    FundSpending "fund-spending", "基金当年支出" / "spending of a fund", "spending = Σ (cleared − deposit + returned) + Σ kept of procured drugs + other_spending",
        "基金运行分析与预警：各地通行做法；口径为项目默认，未确认" / "running and warning of funds: established practice; what counts is this project's default, unconfirmed";
    /// What is left of a fund at the end of the year.
    FundClosing "fund-closing", "基金期末滚存结余" / "closing balance of a fund", "closing = opening + income − spending",
        "基金运行分析与预警：各地通行做法；口径为项目默认，未确认" / "running and warning of funds: established practice; what counts is this project's default, unconfirmed";
    /// For how many months the fund lasts.
    FundMonths "fund-months", "基金可支付月数" / "months that a fund can pay", "months = closing ÷ (spending ÷ 12), 6 decimals",
        "可支付月数：人社部发〔2009〕67号（条款待核）；分档由统筹区政策规定（未确认）" / "months that a fund can pay: 人社部发〔2009〕67号 (article to be checked); tiers are the region's policy (unconfirmed)";
    /// The same, as it is reported.
    FundMonthsWhole "fund-months-whole", "可支付月数（取整）" / "whole months that a fund can pay", "months = closing ÷ (spending ÷ 12), half-up",
        "按整月报告，四舍五入：各地通行做法" / "reported in whole months, half-up: established practice";
    /// Why a fund has its tier of warning, or none.
    FundTier "fund-tier", "基金预警档" / "warning tier of a fund", "tier = 可支付月数 < below 的第一档与当年赤字档中较重者" / "tier = the graver of the first one with months < below and that of a deficit",
        "分级预警：全国、河南省、盐城市规划；分档由统筹区政策规定（未确认）" / "graded warning: the national, Henan and Yancheng plans; tiers are the region's policy (unconfirmed)";
    /// What a hospital is prepaid for the next year.
    NextPrepayment "next-prepayment", "下年度预付金" / "prepayment for the next year", "prepaid = ⟦max(0, cleared) ÷ 12 × months⟧m",
        "预付金约 1 个月，职工可支付 12 个月、居民 6 个月以上：2024 年预付金通知（条款待核）" / "about one month, where employee funds last 12 months and resident ones 6: the 2024 notice on prepayments (article to be checked)";
    /// No prepayment, for the fund does not last so long.
    NextPrepaymentNone "next-prepayment-none", "下年度不预付" / "no prepayment for the next year", "prepaid = 0, the fund lasting less than from",
        "预付金约 1 个月，职工可支付 12 个月、居民 6 个月以上：2024 年预付金通知（条款待核）" / "about one month, where employee funds last 12 months and resident ones 6: the 2024 notice on prepayments (article to be checked)";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

/// An intermediate that does not fit its type: nothing is rounded, cut or wrapped instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("out of range: the {}; a figure of the policy or of the record is far too large", .0.title(Lang::En))]
pub struct TooLarge(pub Rule);

impl TooLarge {
    /// The message in both languages.
    #[must_use]
    pub fn text(self) -> Text {
        let zh = format!("{}超出可表示的范围：政策或记录中有过大的数", self.0.title(Lang::Zh));
        Text::new(zh, self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_named_for_programs_and_for_people() {
        assert_eq!(Rule::PointsHigh.to_string(), "points-high");
        let text = TooLarge(Rule::PointsHigh).text();
        assert!(text.zh.starts_with("高倍率病例点数"), "{text:?}");
        assert!(
            text.en.starts_with("out of range: the points of a high outlier;"),
            "{text:?}"
        );
    }
}
