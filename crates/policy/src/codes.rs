//! The catalogue of this crate's diagnostic codes.
//!
//! A code is never reused and never changes its meaning. For every `P` code there is a smallest
//! region file that shows it, in `testdata/errors/CODE/region.toml`.

use dianzhi_core::Text;

/// One diagnostic code and its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code, such as `P102`.
    pub id: &'static str,
    /// Title in Chinese.
    pub zh: &'static str,
    /// Title in English.
    pub en: &'static str,
}

impl Code {
    /// The title in both languages.
    #[must_use]
    pub fn title(&self) -> Text {
        Text::new(self.zh, self.en)
    }
}

const fn code(id: &'static str, zh: &'static str, en: &'static str) -> Code {
    Code { id, zh, en }
}

/// The file is not TOML, or not UTF-8: nothing behind that place could be read for certain.
pub const P101: Code = code("P101", "不是合法的 TOML", "not valid TOML");
/// A key, a section or (in `[columns]`) a field that no region file has. Often a slip of the pen:
/// the nearest known name is given.
pub const P102: Code = code("P102", "未知的键", "unknown key");
/// A required key or section does not stand in the file. Nothing has a silent default.
pub const P103: Code = code("P103", "缺少键", "missing key");
/// A value of another TOML type than the key takes, most often a number without quotes where an
/// exact decimal is due.
pub const P104: Code = code("P104", "类型不对", "wrong type");
/// A string that is no decimal number, or has more digits than can be kept exactly.
pub const P105: Code = code("P105", "不是可用的小数", "not a usable decimal");
/// A value outside the range that its meaning allows, or an empty text or list.
pub const P106: Code = code("P106", "超出范围", "out of range");
/// A word that is not one of the few the key takes.
pub const P107: Code = code("P107", "不在可选值之列", "not one of the allowed values");
/// Not a calendar date written `YYYY-MM-DD`, or an insurance year that ends before it starts.
pub const P108: Code = code("P108", "日期不对", "not a usable date");
/// Two values that cannot both hold; both places are shown.
pub const P109: Code = code("P109", "相互矛盾", "contradiction");
/// More decimals than the unit of the value has.
pub const P110: Code = code("P110", "小数位数过多", "too many decimals");
/// Dated values of a key leave days between them without one.
pub const P121: Code = code("P121", "生效日期有空档", "days without a value");
/// Two dated values of a key on the same day.
pub const P122: Code = code("P122", "生效日期重叠", "two values on one day");
/// Dated values of a key that do not stand in the order of their days.
pub const P123: Code = code("P123", "生效日期次序颠倒", "dated values out of order");
/// Dated values of a key that begin after the insurance year does, or end before it.
pub const P124: Code = code("P124", "未覆盖整个保险年度", "the insurance year is not covered");
/// Values by date for a key that has one value a year, or inside a value that is dated already.
pub const P125: Code = code("P125", "不能按日期写", "a value that cannot be dated");
/// An insurance year that does not lie within the days of `policy_from` and `policy_to`.
pub const P126: Code = code(
    "P126",
    "保险年度超出政策施行期",
    "the year passes the policy document's days",
);
/// A policy that changes during the year, which settlement does not apply yet.
pub const P127: Code = code("P127", "年内变动的政策尚不能结算", "dated values cannot be settled yet");
/// A day asked for that the insurance year does not have.
pub const P128: Code = code("P128", "日期不在保险年度内", "a day outside the insurance year");
/// A file that the operating system does not let us read.
pub const F101: Code = code("F101", "文件读取失败", "file cannot be read");

/// Every code of this crate, in order.
///
/// ```
/// let codes = dianzhi_policy::codes::all();
/// assert!(codes.iter().any(|code| code.id == "P102" && code.en == "unknown key"));
/// ```
#[must_use]
pub fn all() -> &'static [Code] {
    &[
        P101, P102, P103, P104, P105, P106, P107, P108, P109, P110, P121, P122, P123, P124, P125, P126, P127, P128,
        F101,
    ]
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_distinct() {
        let mut ids: Vec<_> = super::all().iter().map(|code| code.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), super::all().len());
    }
}
