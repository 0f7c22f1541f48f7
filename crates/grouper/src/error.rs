//! The catalogue of this crate's diagnostic codes. A code is never reused and never changes its meaning.

pub use dianzhi_policy::codes::Code;

const fn code(id: &'static str, zh: &'static str, en: &'static str) -> Code {
    Code { id, zh, en }
}

/// `scheme.toml` does not read.
pub const S101: Code = code("S101", "scheme.toml 不合格", "scheme.toml does not read");
/// `scheme.json` does not read.
pub const S102: Code = code("S102", "scheme.json 不合格", "scheme.json does not read");
/// A file of a scheme that is no UTF-8 text.
pub const S103: Code = code("S103", "方案文件不是 UTF-8", "a scheme file is not UTF-8");
/// A table without a required column.
pub const S104: Code = code("S104", "方案表缺少列", "a scheme table lacks a column");
/// A row with another number of columns than the header.
pub const S105: Code = code(
    "S105",
    "方案表的行列数不对",
    "a scheme table row has the wrong number of columns",
);
/// A condition that is not understood.
pub const S106: Code = code("S106", "条件无法理解", "a condition is not understood");
/// A table refers to something that no other table has.
pub const S107: Code = code("S107", "引用不存在", "a reference to nothing");
/// Two rows that cannot both hold.
pub const S108: Code = code("S108", "重复且矛盾", "a contradicting repetition");
/// A required file is missing, or the package is none.
pub const S109: Code = code("S109", "方案文件缺失", "a scheme file is missing");
/// A package that does not unpack.
pub const S110: Code = code("S110", "方案包无法解开", "the scheme package does not unpack");
/// A value of a table that its column cannot hold.
pub const S111: Code = code("S111", "方案表的值不对", "a wrong value in a scheme table");
/// OpenDRG source that the importer does not understand.
pub const S112: Code = code("S112", "OpenDRG 源码无法理解", "OpenDRG source is not understood");
/// A DIP directory that does not read.
pub const S113: Code = code("S113", "病种目录不合格", "the DIP directory does not read");
/// A value that its column of a DIP table cannot hold.
pub const S114: Code = code("S114", "病种目录表的值不对", "a wrong value in a DIP table");
/// A row that says again what another said: a type, a procedure, a diagnosis of a catalogue.
pub const S115: Code = code("S115", "病种目录表中重复", "a repetition in a DIP table");
/// Two types that fit the same cases, so that one is never chosen.
pub const S116: Code = code("S116", "两个病种无法区分", "two types cannot be told apart");
/// Two bands of one catalogue that overlap.
pub const S117: Code = code("S117", "辅助目录区间重叠", "bands of a catalogue overlap");
/// A type, grade, level or key that is referred to and not there.
pub const S118: Code = code(
    "S118",
    "病种目录引用不存在",
    "a DIP table refers to something that is not there",
);
/// A type asks for a procedure that the table of operations does not list: a warning.
pub const S119: Code = code(
    "S119",
    "病种的操作不在操作表中",
    "a type's procedure is in no table of operations",
);
/// A type that no case can have, its procedures being excluded: a warning.
pub const S120: Code = code("S120", "没有病例能入的病种", "a type that no case can be of");
/// Factors with so many digits that their product would not be exact.
pub const S121: Code = code("S121", "系数连乘无法精确", "the product of factors would not be exact");
/// A day of validity that is none, or a last day before the first.
pub const S122: Code = code("S122", "有效期不对", "wrong days of validity");
/// A scheme so large that its compiled tables would not fit the memory.
pub const S123: Code = code("S123", "方案过大", "a scheme too large to be compiled");
/// A split that can never fire.
pub const W201: Code = code("W201", "细分组永远轮不到", "a split that can never fire");
/// A rule that can never fire.
pub const W202: Code = code("W202", "ADRG 永远轮不到", "a rule that can never fire");
/// A list that no condition asks for.
pub const W203: Code = code("W203", "列表无人使用", "a list that no condition asks for");
/// A condition that names a list without codes.
pub const W204: Code = code("W204", "条件用到空列表", "a condition names a list without codes");
/// Codes that stand in one list more than once.
pub const W205: Code = code("W205", "列表中有重复", "repetitions in a list");
/// Main diagnoses of an ADRG that its MDC does not take.
pub const W206: Code = code(
    "W206",
    "ADRG 的主诊不在其 MDC 中",
    "main diagnoses of an ADRG that its MDC does not take",
);
/// Diagnoses of an MDC that none of its ADRGs takes.
pub const W207: Code = code(
    "W207",
    "MDC 的诊断没有 ADRG 收",
    "diagnoses of an MDC that no ADRG takes",
);
/// DRGs without a name.
pub const W208: Code = code("W208", "DRG 没有名称", "DRGs without a name");
/// Names of DRGs that no rule gives.
pub const W209: Code = code("W209", "名称没有对应的 DRG", "names of DRGs that no rule gives");
/// One DRG from rules of different ADRGs.
pub const W210: Code = code("W210", "同一 DRG 出自不同的 ADRG", "one DRG from different ADRGs");
/// Diagnoses that are MCC and CC.
pub const W211: Code = code("W211", "既是 MCC 又是 CC", "both MCC and CC");
/// Codes that differ by letter case, width or blanks alone.
pub const W212: Code = code(
    "W212",
    "编码仅大小写、全半角或空格不同",
    "codes that differ by case, width or blanks alone",
);
/// Translations that meet: what one gives another changes.
pub const W213: Code = code("W213", "转换成链", "translations in a chain");
/// Translations to a code with a blank.
pub const W214: Code = code("W214", "转换结果带空格", "translations to a code with a blank");
/// Diagnoses that an MDC takes, translated to ones that none takes.
pub const W215: Code = code(
    "W215",
    "可入组的诊断转换后无法入组",
    "groupable diagnoses translated to ones that no MDC takes",
);
/// Labels that no procedure carries.
pub const W216: Code = code("W216", "标签没有手术带有", "labels that no procedure carries");
/// Rows whose code is empty.
pub const W217: Code = code("W217", "编码为空", "rows whose code is empty");
/// Codes with two labels or body regions.
pub const W218: Code = code(
    "W218",
    "一个编码有两个标签或部位",
    "codes with two labels or body regions",
);
/// An ADRG named without its file: its rules with suffixes were read in its place.
pub const W219: Code = code("W219", "ADRG 按其各规则读取", "an ADRG read as its rules");
/// A file of a scheme that cannot be read or written. The same code as the policy crate's.
pub const F101: Code = dianzhi_policy::codes::F101;

/// Every code of this crate, in order.
#[must_use]
pub fn all() -> &'static [Code] {
    &[
        F101, S101, S102, S103, S104, S105, S106, S107, S108, S109, S110, S111, S112, S113, S114, S115, S116, S117,
        S118, S119, S120, S121, S122, S123, W201, W202, W203, W204, W205, W206, W207, W208, W209, W210, W211, W212,
        W213, W214, W215, W216, W217, W218, W219,
    ]
}
