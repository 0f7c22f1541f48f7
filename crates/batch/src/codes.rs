//! The catalogue of this crate's diagnostic codes. A code is never reused and never changes its
//! meaning; each has a smallest reproducer in `testdata/errors`. Rows of claims have codes of their
//! own, [`RejectCode`](crate::RejectCode).

pub use dianzhi_policy::codes::Code;

const fn code(id: &'static str, zh: &'static str, en: &'static str) -> Code {
    Code { id, zh, en }
}

/// A file that cannot be read. The same code as the policy crate's.
pub const F101: Code = dianzhi_policy::codes::F101;
/// A pattern of `files.claims` that no file matches.
pub const F102: Code = code("F102", "没有匹配的文件", "no file matches");
/// A quote never closed, or a record of more than 1 MiB: the file is damaged.
pub const F103: Code = code("F103", "文件已损坏", "the file is damaged");
/// A compressed file that does not unpack.
pub const F104: Code = code("F104", "压缩文件无法解开", "the compressed file does not unpack");
/// An input that changed while it was read.
pub const F105: Code = code("F105", "输入文件在运行中改变", "an input changed during the run");
/// The output cannot be written.
pub const F106: Code = code("F106", "输出无法写入", "the output cannot be written");
/// The output folder is there already and holds something else.
pub const F107: Code = code("F107", "输出目录已存在", "the output folder exists");
/// Not a run directory, or not a whole one.
pub const F108: Code = code("F108", "不是完整的结算结果目录", "not a whole run directory");
/// An input of a run that is no longer where it was, or no longer the same.
pub const F109: Code = code(
    "F109",
    "原输入文件找不到或已改变",
    "an input of the run is gone or changed",
);
/// No such case, hospital or pool in the run.
pub const F110: Code = code("F110", "结果中没有此项", "not in this run");
/// Runs whose advances cannot be added up.
pub const F111: Code = code(
    "F111",
    "这些结果不能合计预付",
    "the advances of these runs cannot be added up",
);
/// Years of history that do not go together, or a forecast of a pool that they do not have.
pub const F112: Code = code(
    "F112",
    "历史年度不能合并测算",
    "years of history that do not go together",
);
/// A history that no weight comes out of.
pub const A121: Code = code("A121", "由历史得不出权重", "no weight comes out of the history");

/// A history that no DIP directory comes out of.
pub const A131: Code = code(
    "A131",
    "由历史得不出病种目录",
    "no DIP directory comes out of the history",
);

/// A header that is not text of the file's encoding, or no well-formed record.
pub const T101: Code = code("T101", "表头无法读取", "the header cannot be read");
/// A required column is missing.
pub const T102: Code = code("T102", "缺少必需的列", "a required column is missing");
/// A column that stands twice.
pub const T103: Code = code("T103", "列重复", "a column stands twice");
/// A file without even a header.
pub const T104: Code = code("T104", "空文件", "an empty file");
/// A row of a reference table that is not well-formed or not text.
pub const T105: Code = code("T105", "表格行不合格式", "a malformed table row");
/// A value of a reference table that is not what its column holds.
pub const T106: Code = code("T106", "表格中的值不对", "a wrong value in a table");
/// A key that stands twice in a reference table.
pub const T107: Code = code("T107", "主键重复", "a duplicate key in a table");
/// A code that the table it refers to does not have.
pub const T108: Code = code("T108", "引用的代码不存在", "an unknown code in a table");

/// Claim files with different columns, which cannot be joined into one.
pub const T109: Code = code("T109", "各文件的列不同", "files with different columns");

/// A DIP directory with factors, which settlement does not apply.
pub const T110: Code = code(
    "T110",
    "病种目录的系数如何计入未写明",
    "how a DIP directory's factors count is not said",
);

/// A pool that compares with institution caps, and a hospital of it that has none.
pub const T121: Code = code("T121", "机构没有总额控制指标", "a hospital without an institution cap");

/// A review, reason or penalty of a claim that the files do not have.
pub const T141: Code = code("T141", "没有这条病例", "no such claim");
/// A review or penalty of a claim that is paid in money: both are of points.
pub const T142: Code = code(
    "T142",
    "按金额支付的病例不能调整点数",
    "a claim paid in money has no points to change",
);
/// More reviews are approved than the quota has.
pub const T143: Code = code(
    "T143",
    "通过的特例单议超过名额",
    "more reviews are approved than the quota",
);

/// A figure that does not fit: nothing is rounded or wrapped instead.
pub const A101: Code = code("A101", "数值过大", "a figure does not fit");
/// A pool whose fund share of the cost is zero has no point value.
pub const A102: Code = code("A102", "基金占比为零", "the fund share is zero");
/// What a pool pays in money passes what it has to distribute.
pub const A103: Code = code("A103", "按金额支付超出可分配总额", "nothing is left for points");
/// A pool with points that pays by the point value of one without any.
pub const A104: Code = code("A104", "没有可取的点值", "no point value to pay by");

/// Penalties take more points than the cases of a pool have.
pub const A111: Code = code("A111", "扣点超过点数", "penalties pass the points");

/// More rows rejected than `--max-rejects` allows.
pub const R101: Code = code("R101", "拒绝行过多", "too many rows rejected");

/// An identity of the settlement does not hold: a defect of the engine.
pub const I101: Code = code("I101", "恒等式不成立", "an identity does not hold");
/// A published figure is not what `verify` finds.
pub const I102: Code = code("I102", "核验不一致", "a published figure differs");

/// Columns that no rule uses.
pub const W101: Code = code("W101", "未知的列", "unknown columns");
/// Group codes that the groups table does not have.
pub const W102: Code = code("W102", "未知的病组代码", "unknown group codes");
/// A file read as UTF-8 that looks like GBK.
pub const W103: Code = code("W103", "编码可疑", "a suspicious encoding");
/// The fund owes more than it may distribute.
pub const W104: Code = code("W104", "应付超过可分配总额", "due passes the distributable budget");
/// The fund's remainder, in words.
pub const W105: Code = code("W105", "尾差归基金", "the remainder stays with the fund");
/// Pay falls where the cost ratio crosses the threshold.
pub const W106: Code = code("W106", "界限处支付跳变", "pay jumps at the threshold");
/// Negative dues that the fund nets.
pub const W107: Code = code("W107", "应付为负", "negative dues");
/// Base points with more decimals than points.
pub const W108: Code = code("W108", "基准点数位数较多", "base points finer than points");

/// Hospitals with cases and no row in prepayments.
pub const W109: Code = code("W109", "有病例而无预付记录", "cases without a prepayment row");
/// The claims cover a part of the year, the budget all of it.
pub const W110: Code = code("W110", "记录不足整年", "claims of a part of the year");
/// Columns that the fund share needs are missing and count as 0.
pub const W111: Code = code(
    "W111",
    "所需的列缺失，按 0 计",
    "needed columns are missing and count as 0",
);

/// A file without diagnoses that is to be grouped.
pub const W112: Code = code("W112", "没有诊断列", "no columns of diagnoses");

/// Claims with a group code that the DIP directory cannot give a factor.
pub const W113: Code = code(
    "W113",
    "病种目录中没有的编码",
    "group codes that the DIP directory lacks",
);

/// A route behind one that takes all of its claims.
pub const W120: Code = code("W120", "永远轮不到的路由", "a route that can never fire");
/// A route that no claim took.
pub const W121: Code = code("W121", "没有病例的路由", "a route without claims");
/// A column that routes ask for is missing.
pub const W122: Code = code("W122", "缺路由所用的列", "a column that routes ask for is missing");
/// A hospital level that a method has no day rate for.
pub const W123: Code = code("W123", "有机构等级没有床日标准", "a hospital level without a day rate");
/// A price or day rate of a level that no hospital has.
pub const W124: Code = code(
    "W124",
    "对谁都不适用的价格、床日费率或分档",
    "a price, day rate or tier that counts for nobody",
);
/// People enrolled in a pool that no route of their class pays from.
pub const W125: Code = code(
    "W125",
    "人数在没有路由的资金池",
    "people in a pool that no route of theirs pays from",
);
/// A point value that stands at its floor or ceiling.
pub const W131: Code = code(
    "W131",
    "点值达到上限或下限",
    "the point value stands at its floor or ceiling",
);

/// The fund keeps a part of a pool's surplus, or bears a part of its overspend.
pub const W132: Code = code(
    "W132",
    "池内结余或超支由基金与医院划分",
    "a pool's surplus or overspend is shared with the fund",
);
/// More is paid for a pool's year than its budget.
pub const W133: Code = code("W133", "支付超过预算", "more is paid than the budget");

/// Claims without a person or a day of admission, which are no readmissions.
pub const W151: Code = code(
    "W151",
    "没有人员编号或入院日期",
    "claims without a person or an admission",
);
/// Reviews, reasons and penalties of rejected records.
pub const W152: Code = code(
    "W152",
    "审议或扣点的病例被拒绝",
    "reviews or penalties of rejected records",
);
/// Penalties took at least half of a pool's points.
pub const W153: Code = code("W153", "扣点过半", "penalties took most of the points");
/// Funds that have a tier of warning.
pub const W154: Code = code("W154", "基金预警", "a fund has a tier of warning");

/// Groups of a calibration without cases that count.
pub const W161: Code = code("W161", "没有病例可计的病组", "groups without cases that count");
/// Groups of a calibration that are not stable.
pub const W162: Code = code("W162", "非稳定病组", "unstable groups");
/// Codes that become groups of a calibration and that the present table does not have.
pub const W163: Code = code("W163", "新出现的病组代码", "new group codes");
/// Groups of a calibration whose base points are 0.
pub const W164: Code = code("W164", "基准点数为 0 的病组", "groups whose base points are 0");
/// Cases of the history that no type takes.
pub const W171: Code = code("W171", "没有病种的历史病例", "cases of the history without a type");
/// Settlement ids that come again in the history.
pub const W172: Code = code(
    "W172",
    "历史病例的流水号重复",
    "settlement ids that come again in the history",
);
/// Procedures of core types that the draft does not list.
pub const W173: Code = code(
    "W173",
    "核心病种的操作未列入草稿",
    "procedures of core types that the draft lacks",
);

/// Types of a directory without a score, or whose score is 0.
pub const W174: Code = code("W174", "没有分值的病种", "types without a score");
/// Years of history without a case.
pub const W175: Code = code("W175", "没有病例的历史年度", "years of history without a case");

/// A draft without a table of procedures.
pub const W176: Code = code("W176", "草稿没有操作类别表", "a draft without a table of procedures");
/// Years of history whose days of discharge overlap.
pub const W177: Code = code(
    "W177",
    "历史年度的出院日期重叠",
    "years of history whose discharges overlap",
);
/// Basic types of a draft that no case of the history has.
pub const W178: Code = code("W178", "没有病例的基本规则", "basic types without a case");

/// Every code of this crate, in order.
#[must_use]
pub fn all() -> &'static [Code] {
    &[
        F101, F102, F103, F104, F105, F106, F107, F108, F109, F110, F111, F112, T101, T102, T103, T104, T105, T106,
        T107, T108, T109, T110, T121, T141, T142, T143, A101, A102, A103, A104, A111, A121, A131, R101, I101, I102,
        W101, W102, W103, W104, W105, W106, W107, W108, W109, W110, W111, W112, W113, W120, W121, W122, W123, W124,
        W125, W131, W132, W133, W151, W152, W153, W154, W161, W162, W163, W164, W171, W172, W173, W174, W175, W176,
        W177, W178,
    ]
}
