//! What a grouper says of a record.

use dianzhi_core::Text;
use rustc_hash::FxHashSet;
use std::fmt;

/// How grouping ended (docs/SETTLEMENT.md §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// 分组成功: the record has a group.
    Grouped,
    /// 歧义病案: a valid procedure that does not go with the main diagnosis.
    Ambiguous,
    /// 无法入组: no group fits.
    Ungrouped,
    /// 信息校验不通过: sex, age, age in days or weight is missing or wrong.
    CheckFailed,
    /// 诊断不能转换: a diagnosis has no translation into the scheme's code version.
    DiagnosisUntranslated,
    /// 手术操作不能转换: a procedure has none.
    ProcedureUntranslated,
}

impl Status {
    /// Every status, in the order in which they are told.
    pub const ALL: [Status; 6] = [
        Status::Grouped,
        Status::Ambiguous,
        Status::Ungrouped,
        Status::CheckFailed,
        Status::DiagnosisUntranslated,
        Status::ProcedureUntranslated,
    ];

    /// The word in output files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Grouped => "grouped",
            Status::Ambiguous => "ambiguous",
            Status::Ungrouped => "ungrouped",
            Status::CheckFailed => "check-failed",
            Status::DiagnosisUntranslated => "dx-untranslated",
            Status::ProcedureUntranslated => "px-untranslated",
        }
    }

    /// What it means, for people.
    #[must_use]
    pub fn meaning(self) -> Text {
        let (zh, en) = match self {
            Status::Grouped => ("分组成功", "grouped"),
            Status::Ambiguous => ("歧义病案", "ambiguous"),
            Status::Ungrouped => ("无法入组", "no group fits"),
            Status::CheckFailed => ("信息校验不通过", "the check failed"),
            Status::DiagnosisUntranslated => ("诊断不能转换", "a diagnosis has no translation"),
            Status::ProcedureUntranslated => ("手术操作不能转换", "a procedure has no translation"),
        };
        Text::new(zh, en)
    }
}

/// Why a record ended as it did, or what is worth a look beside its group.
///
/// Shown as `word` or `word:detail`; the words never change their meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Sex is missing, or neither male nor female.
    Sex,
    /// Age in years is missing or no number.
    Age,
    /// Age 0 without a usable age in days.
    AgeInDays,
    /// A newborn of at most 28 days without a usable weight.
    NewbornWeight,
    /// There is no main diagnosis.
    NoMainDiagnosis,
    /// The scheme or directory knows no such main diagnosis.
    UnknownMainDiagnosis(String),
    /// The gate of no MDC takes the main diagnosis.
    NoMdc(String),
    /// The gates of these MDCs took the record, and no ADRG of theirs.
    NoAdrg(String),
    /// The record's own MDC is for the other sex.
    SexConflict(String),
    /// The record's procedures; a valid one among them fits no surgical ADRG of the MDC.
    ProcedureMismatch(String),
    /// Codes other than the main diagnosis that the scheme or directory does not know, each once.
    UnknownCodes(String),
    /// These codes have no translation.
    Untranslated(String),
    /// An age below 0 or above 150 years.
    ImpossibleAge(i32),
    /// A figure that the check does not ask for is not a number: the field's name.
    NotANumber(&'static str),
    /// Discharged outside the days for which the scheme or directory is valid: the day.
    OutsideValidity(String),
    /// The DIP directory knows the main diagnosis, and no type of it takes a case so treated.
    NoType(String),
    /// A figure that an auxiliary catalogue asks for is not given: the field's name.
    MissingFigure(&'static str),
    /// An auxiliary catalogue asks whether the patient died, and the way of discharge is neither a
    /// code of the national interface nor one of the directory's for death. It counts as alive.
    UnknownDischargeWay(String),
}

impl Reason {
    /// Codes that are not known, in their order, each once: one that a record repeats is no less known
    /// for it. `None` where there is none.
    pub(crate) fn unknown_codes<'c>(codes: impl Iterator<Item = &'c str>) -> Option<Reason> {
        let mut seen = FxHashSet::default();
        let once: Vec<&str> = codes.filter(|code| seen.insert(*code)).collect();
        (!once.is_empty()).then(|| Reason::UnknownCodes(once.join("|")))
    }

    /// The stable word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Reason::Sex => "sex",
            Reason::Age => "age",
            Reason::AgeInDays => "age-in-days",
            Reason::NewbornWeight => "newborn-weight",
            Reason::NoMainDiagnosis => "no-main-diagnosis",
            Reason::UnknownMainDiagnosis(_) => "unknown-main-diagnosis",
            Reason::NoMdc(_) => "no-mdc",
            Reason::NoAdrg(_) => "no-adrg",
            Reason::SexConflict(_) => "sex-conflict",
            Reason::ProcedureMismatch(_) => "procedure-mismatch",
            Reason::UnknownCodes(_) => "unknown-codes",
            Reason::Untranslated(_) => "untranslated",
            Reason::ImpossibleAge(_) => "impossible-age",
            Reason::NotANumber(_) => "not-a-number",
            Reason::OutsideValidity(_) => "outside-validity",
            Reason::NoType(_) => "no-type",
            Reason::MissingFigure(_) => "missing-figure",
            Reason::UnknownDischargeWay(_) => "unknown-discharge-way",
        }
    }
}

/// What a reason's word means, for people; `None` for a word that is none.
///
/// ```
/// assert_eq!(dianzhi_grouper::reason_meaning("sex-conflict").unwrap().zh, "主要诊断与性别不符");
/// ```
#[must_use]
pub fn reason_meaning(word: &str) -> Option<Text> {
    let (zh, en) = match word {
        "sex" => ("性别缺失或不是 1、2", "sex is missing, or neither 1 nor 2"),
        "age" => ("年龄缺失或不是整数", "age is missing or no whole number"),
        "age-in-days" => ("0 岁而没有天数", "age 0 without an age in days"),
        "newborn-weight" => ("新生儿没有体重", "a newborn without a weight"),
        "no-main-diagnosis" => ("没有主要诊断", "there is no main diagnosis"),
        "unknown-main-diagnosis" => (
            "方案或目录中没有这个主要诊断",
            "the scheme or directory does not know the main diagnosis",
        ),
        "no-mdc" => ("没有 MDC 取用这个主要诊断", "no MDC takes the main diagnosis"),
        "no-adrg" => ("MDC 内没有适合的 ADRG", "no ADRG of the MDC fits"),
        "sex-conflict" => ("主要诊断与性别不符", "the main diagnosis is of the other sex"),
        "procedure-mismatch" => (
            "手术操作与主要诊断不符",
            "the procedures do not go with the main diagnosis",
        ),
        "unknown-codes" => (
            "方案或目录中没有的其他编码",
            "other codes that the scheme or directory does not know",
        ),
        "untranslated" => ("映射表中没有的编码", "codes without a translation"),
        "no-type" => ("目录中没有适合的病种", "no type of the directory fits"),
        "missing-figure" => (
            "辅助目录所需的数值缺失",
            "a figure that an auxiliary catalogue asks for is missing",
        ),
        "unknown-discharge-way" => (
            "离院方式不是国家代码，也不是目录所列的死亡代码，按未死亡计",
            "a way of discharge that is no national code and not the directory's for death; it counts as alive",
        ),
        "impossible-age" => ("年龄不可能", "an impossible age"),
        "not-a-number" => ("应为数字", "not a number"),
        "outside-validity" => (
            "出院日期不在方案或目录的有效期内",
            "discharged outside the days for which the scheme or directory is valid",
        ),
        _ => return None,
    };
    Some(Text::new(zh, en))
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            Reason::UnknownMainDiagnosis(detail)
            | Reason::NoMdc(detail)
            | Reason::NoAdrg(detail)
            | Reason::SexConflict(detail)
            | Reason::ProcedureMismatch(detail)
            | Reason::Untranslated(detail)
            | Reason::UnknownCodes(detail)
            | Reason::OutsideValidity(detail)
            | Reason::NoType(detail)
            | Reason::UnknownDischargeWay(detail) => write!(f, ":{detail}"),
            Reason::ImpossibleAge(years) => write!(f, ":{years}"),
            Reason::NotANumber(field) | Reason::MissingFigure(field) => write!(f, ":{field}"),
            Reason::Sex | Reason::Age | Reason::AgeInDays | Reason::NewbornWeight | Reason::NoMainDiagnosis => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A status that the list forgets would be counted as another one. Seen to fail.
    #[test]
    fn every_status_is_listed_once() {
        let position = |status: Status| match status {
            Status::Grouped => 0,
            Status::Ambiguous => 1,
            Status::Ungrouped => 2,
            Status::CheckFailed => 3,
            Status::DiagnosisUntranslated => 4,
            Status::ProcedureUntranslated => 5,
        };
        let positions: Vec<usize> = Status::ALL.into_iter().map(position).collect();
        assert_eq!(positions, (0..positions.len()).collect::<Vec<_>>());
    }

    /// Seen to fail.
    #[test]
    fn an_unknown_code_is_named_once() {
        let codes = ["Z99.1", "88.55", "Z99.1", "Z99", "88.55"];
        let reason = Reason::unknown_codes(codes.into_iter());
        assert_eq!(reason, Some(Reason::UnknownCodes("Z99.1|88.55|Z99".to_owned())));
        assert_eq!(Reason::unknown_codes([].into_iter()), None);
    }
}
