//! The catalogue of this crate's diagnostic codes.
//!
//! A code is never reused and never changes its meaning. For every `P` code there is a smallest
//! region file that shows it, in `testdata/errors/CODE/region.toml`. `W301` and on are remarks on a
//! file that reads well (`dianzhi policy lint`).

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
/// A day asked for that the insurance year does not have.
pub const P128: Code = code("P128", "日期不在保险年度内", "a day outside the insurance year");
/// A file that the operating system does not let us read.
pub const F101: Code = code("F101", "文件读取失败", "file cannot be read");

/// A value with no comment above or beside it that says which document it is from.
pub const W301: Code = code("W301", "没有出处的值", "values without a source");
/// Values whose comment says that no document confirms them yet.
pub const W302: Code = code("W302", "未确认的值", "unconfirmed values");
/// Values whose comment says that they were made up.
pub const W303: Code = code("W303", "合成数据", "synthetic values");
/// A region code that is not six digits, or the template's.
pub const W304: Code = code("W304", "统筹区代码可疑", "a suspicious region code");
/// An insurance year that is longer or shorter than a year.
pub const W305: Code = code("W305", "保险年度不是一整年", "the insurance year is not one year");
/// A pool with a budget of 0, or whose reserve takes all of it.
pub const W306: Code = code("W306", "没有可分配的预算", "nothing to distribute");
/// A pool without a reserve where the fund shares overspend.
pub const W307: Code = code("W307", "有超支分担而无调剂金", "overspend sharing without a reserve");
/// A reserve that nothing is paid from.
pub const W308: Code = code("W308", "有调剂金而无超支分担", "a reserve without overspend sharing");
/// A pool that pays for employees and residents alike.
pub const W309: Code = code("W309", "职工与居民合池", "employees and residents in one pool");
/// A base rate with a scale other than 1.
pub const W310: Code = code("W310", "费率法的标度不是 1", "a base rate with a scale other than 1");
/// No kind of group is left that a hospital's coefficient counts for.
pub const W311: Code = code("W311", "机构系数不起作用", "no hospital coefficient counts");
/// A value that another one leaves without effect.
pub const W312: Code = code("W312", "不起作用的值", "a value without effect");
/// A low bound of 0.
pub const W313: Code = code("W313", "不会有低倍率病例", "no low outliers");
/// Bounds between which a case of mean cost is no normal one.
pub const W314: Code = code("W314", "正常病例的区间可疑", "no room for normal cases");
/// Cases without a group that are paid nothing, or their whole cost.
pub const W315: Code = code("W315", "未入组病例的比例为 0 或 1", "an ungrouped share of 0 or 1");
/// No surplus is kept while the fund shares overspend.
pub const W316: Code = code("W316", "结余不留用而超支分担", "no retention, but overspend sharing");
/// A surplus floor at or above 1.
pub const W317: Code = code("W317", "结余留用不起作用", "retention never counts");
/// The fund bears more of a larger overspend than of a smaller one.
pub const W318: Code = code("W318", "超支分担逐档升高", "overspend shares that rise");
/// A quality deposit above what the national procedures allow.
pub const W319: Code = code("W319", "质量保证金高于 5%", "a quality deposit above 5 %");
/// A score for the whole deposit that all reach, or nobody can.
pub const W320: Code = code("W320", "考核不起作用", "an assessment without effect");
/// A dated value that counts on no day of the insurance year.
pub const W321: Code = code("W321", "本年度不适用的值", "a value of other years");
/// A dated value that is the one before it.
pub const W322: Code = code("W322", "没有变化的值", "a dated value that changes nothing");
/// A pool that no route pays from, in a file with routes.
pub const W323: Code = code("W323", "没有路由的资金池", "a pool without a route");
/// A method that no route and no other method uses.
pub const W324: Code = code("W324", "没有用到的付费方式", "a method that nothing uses");
/// Methods in a file without routes: every claim is paid by group.
pub const W325: Code = code("W325", "有付费方式而无路由", "methods without routes");
/// A condition, or a value of its list, that no claim of the route can meet.
pub const W326: Code = code("W326", "不会成立的条件", "a condition that never holds");
/// A `*` that is not at the end of a pattern and so is only a character.
pub const W327: Code = code("W327", "不在末尾的 *", "a star that is taken literally");
/// A tier of days that begins beyond the days that are paid.
pub const W328: Code = code("W328", "轮不到的床日段", "a tier beyond the days paid");
/// A share of a group's points far above 1.
pub const W329: Code = code("W329", "系数可疑", "a suspicious factor");
/// An alliance's pool that makes a point value of its own beside another of the same insured.
pub const W330: Code = code("W330", "医共体自成点值", "an alliance's own point value");
/// A budget that grows or shrinks by a half or more.
pub const W332: Code = code("W332", "增幅可疑", "a suspicious growth");

/// Every code of this crate, in order.
///
/// ```
/// let codes = dianzhi_policy::codes::all();
/// assert!(codes.iter().any(|code| code.id == "P102" && code.en == "unknown key"));
/// ```
#[must_use]
pub fn all() -> &'static [Code] {
    &[
        P101, P102, P103, P104, P105, P106, P107, P108, P109, P110, P121, P122, P123, P124, P125, P126, P128, F101,
        W301, W302, W303, W304, W305, W306, W307, W308, W309, W310, W311, W312, W313, W314, W315, W316, W317, W318,
        W319, W320, W321, W322, W323, W324, W325, W326, W327, W328, W329, W330, W332,
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
