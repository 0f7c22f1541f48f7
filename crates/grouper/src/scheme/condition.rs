//! The language of conditions (docs/SCHEME.md): atoms joined by ` & `, all of which must hold.

use std::fmt;

/// A condition: all of its atoms must hold. None: it always holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition(pub Vec<Atom>);

/// One thing that a condition asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Atom {
    /// Codes of the record against lists: `dx0(zd)`, `!px0(VALID)`, `dx(mdc)`, `px1({a,b}+ss)`.
    Codes {
        /// Diagnoses or procedures.
        kind: CodeKind,
        /// Which of the record's codes are asked.
        which: Which,
        /// In any of these lists.
        lists: Vec<List>,
        /// `!`: none of them is.
        negated: bool,
    },
    /// A figure of the record: `age<17`, `weight!=0`, `regions>=2`. A missing figure never holds.
    Figure {
        /// What is compared.
        figure: Figure,
        /// How.
        compare: Compare,
        /// With what, in the unit of the figure.
        value: i32,
    },
    /// 科室: `dept==ICU`.
    Department(String),
    /// 离院方式: `leaving{4,5}`.
    Leaving(Vec<String>),
    /// Labels of the record's procedures in the rule's list `ss`: `labels(1&2|1&3&4)`, alternatives
    /// of labels that must all be there.
    Labels(Vec<Vec<String>>),
    /// A complication of one of these kinds that the main diagnosis does not exclude: `mcc`, `cc`, `mcc|cc`.
    Complication {
        /// MCC, 严重并发症或合并症.
        mcc: bool,
        /// CC, 并发症或合并症.
        cc: bool,
    },
    /// `ex`: the lists are the split's own, from `ex_codes.tsv`. Says nothing by itself.
    OwnLists,
    /// `false`.
    Never,
}

/// Diagnoses or procedures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    /// `dx`: 诊断.
    Diagnosis,
    /// `px`: 手术及操作.
    Procedure,
}

/// Which codes of a record are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// `dx0`, `px0`: the main one.
    Main,
    /// `dx`, `px`: any.
    Any,
    /// `dx1`, `px1`: any but the main one.
    Other,
}

/// A list of codes that a condition names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum List {
    /// A list of the rule's or the split's own: `zd`, `zd1`, `ss`, `ss1`, `ss2`.
    Own(String),
    /// `mdc`: the diagnoses of the rule's MDC.
    Mdc,
    /// `VALID`: the valid procedures.
    Valid,
    /// `{a,b}`: these codes.
    Inline(Vec<String>),
}

/// The names that lists of rules and splits may have.
pub const OWN_LISTS: [&str; 5] = ["zd", "zd1", "ss", "ss1", "ss2"];

/// A figure of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// `sex`: 1 male, 2 female.
    Sex,
    /// `age`: completed years.
    Age,
    /// `ageday`: days.
    AgeDays,
    /// `weight`: grams.
    Weight,
    /// `los`: 住院天数.
    Stay,
    /// `icuhours`: hours.
    IcuHours,
    /// `regions`: how many body regions the record's diagnoses in the MDC's list lie in.
    Regions,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl Compare {
    /// Whether `a` stands so to `b`.
    #[inline]
    #[must_use]
    pub fn holds(self, a: i32, b: i32) -> bool {
        match self {
            Compare::Equal => a == b,
            Compare::NotEqual => a != b,
            Compare::Less => a < b,
            Compare::AtMost => a <= b,
            Compare::More => a > b,
            Compare::AtLeast => a >= b,
        }
    }
}

const FIGURES: [(&str, Figure); 7] = [
    ("sex", Figure::Sex),
    ("age", Figure::Age),
    ("ageday", Figure::AgeDays),
    ("weight", Figure::Weight),
    ("los", Figure::Stay),
    ("icuhours", Figure::IcuHours),
    ("regions", Figure::Regions),
];
/// Longer signs first, so that `<=` is not read as `<`.
const COMPARES: [(&str, Compare); 6] = [
    ("==", Compare::Equal),
    ("!=", Compare::NotEqual),
    ("<=", Compare::AtMost),
    (">=", Compare::AtLeast),
    ("<", Compare::Less),
    (">", Compare::More),
];
const ASKED: [(&str, CodeKind, Which); 6] = [
    ("dx0", CodeKind::Diagnosis, Which::Main),
    ("dx1", CodeKind::Diagnosis, Which::Other),
    ("dx", CodeKind::Diagnosis, Which::Any),
    ("px0", CodeKind::Procedure, Which::Main),
    ("px1", CodeKind::Procedure, Which::Other),
    ("px", CodeKind::Procedure, Which::Any),
];

impl Condition {
    /// Reads a condition.
    ///
    /// ```
    /// use dianzhi_grouper::scheme::Condition;
    /// let condition = Condition::parse("dx0(zd) & !px0(VALID+{96.0400}) & ageday<=28").unwrap();
    /// assert_eq!(condition.to_string(), "dx0(zd) & !px0(VALID+{96.0400}) & ageday<=28");
    /// assert_eq!(Condition::parse("dx0(zd) & agee<17").unwrap_err(), "agee<17");
    /// ```
    ///
    /// # Errors
    /// The first part that is not understood.
    pub fn parse(text: &str) -> Result<Condition, String> {
        let mut atoms = Vec::new();
        for part in parts(text, '&') {
            let part = part.trim();
            if part != "true" {
                atoms.push(atom(part).ok_or_else(|| part.to_owned())?);
            }
        }
        Ok(Condition(atoms))
    }

    /// Whether it holds for every record.
    #[must_use]
    pub fn is_always(&self) -> bool {
        self.0.iter().all(|atom| *atom == Atom::OwnLists)
    }

    /// Whether it holds for no record.
    #[must_use]
    pub fn is_never(&self) -> bool {
        self.0.contains(&Atom::Never)
    }

    /// The lists that it names, with what kind of code each is asked for.
    pub fn lists(&self) -> impl Iterator<Item = (CodeKind, &List)> {
        self.0.iter().flat_map(|atom| {
            let (kind, lists): (_, &[List]) = match atom {
                Atom::Codes { kind, lists, .. } => (*kind, lists),
                _ => (CodeKind::Diagnosis, &[]),
            };
            lists.iter().map(move |list| (kind, list))
        })
    }
}

/// The parts of a text between separators that stand outside brackets and braces.
fn parts(text: &str, separator: char) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            c if c == separator && depth == 0 => {
                found.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    found.push(&text[start..]);
    found
}

fn atom(text: &str) -> Option<Atom> {
    match text {
        "false" => return Some(Atom::Never),
        "ex" => return Some(Atom::OwnLists),
        "mcc" => return Some(Atom::Complication { mcc: true, cc: false }),
        "cc" => return Some(Atom::Complication { mcc: false, cc: true }),
        "mcc|cc" => return Some(Atom::Complication { mcc: true, cc: true }),
        _ => {}
    }
    if let Some(department) = text.strip_prefix("dept==") {
        return is_word(department).then(|| Atom::Department(department.to_owned()));
    }
    if let Some(ways) = text.strip_prefix("leaving{").and_then(|rest| rest.strip_suffix('}')) {
        return words(ways, ',').map(Atom::Leaving);
    }
    if let Some(formula) = text.strip_prefix("labels(").and_then(|rest| rest.strip_suffix(')')) {
        let alternatives = formula.split('|').map(|all| words(all, '&'));
        return alternatives.collect::<Option<_>>().map(Atom::Labels);
    }
    codes(text).or_else(|| figure(text))
}

fn codes(text: &str) -> Option<Atom> {
    let (negated, positive) = match text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (name, rest) = positive.split_once('(')?;
    let &(_, kind, which) = ASKED.iter().find(|(asked, ..)| *asked == name)?;
    let lists = parts(rest.strip_suffix(')')?, '+')
        .into_iter()
        .map(|name| list(name.trim()));
    Some(Atom::Codes {
        kind,
        which,
        lists: lists.collect::<Option<_>>()?,
        negated,
    })
}

fn list(text: &str) -> Option<List> {
    match text {
        "mdc" => Some(List::Mdc),
        "VALID" => Some(List::Valid),
        own if OWN_LISTS.contains(&own) => Some(List::Own(own.to_owned())),
        _ => {
            let codes = text.strip_prefix('{')?.strip_suffix('}')?;
            words(codes, ',').map(List::Inline)
        }
    }
}

fn figure(text: &str) -> Option<Atom> {
    let (sign, compare) = COMPARES.iter().find(|(sign, _)| text.contains(sign))?;
    let (name, value) = text.split_once(sign)?;
    let &(_, figure) = FIGURES.iter().find(|(figure, _)| *figure == name)?;
    let digits = value.strip_prefix('-').unwrap_or(value);
    let is_number = !digits.is_empty() && digits.len() <= 7 && digits.bytes().all(|byte| byte.is_ascii_digit());
    Some(Atom::Figure {
        figure,
        compare: *compare,
        value: is_number.then(|| value.parse().ok())??,
    })
}

fn words(text: &str, separator: char) -> Option<Vec<String>> {
    let word = |word: &str| is_word(word.trim()).then(|| word.trim().to_owned());
    text.split(separator).map(word).collect()
}

/// A code, a label, a department: not empty, without the signs of the language.
fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.contains([' ', ',', '(', ')', '{', '}', '&', '|'])
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("true");
        }
        for (i, atom) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(" & ")?;
            }
            write!(f, "{atom}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Atom::Codes {
                kind,
                which,
                lists,
                negated,
            } => {
                let name = ASKED.iter().find(|(_, k, w)| k == kind && w == which);
                let lists: Vec<String> = lists.iter().map(ToString::to_string).collect();
                let not = if *negated { "!" } else { "" };
                write!(f, "{not}{}({})", name.map_or("", |(name, ..)| name), lists.join("+"))
            }
            Atom::Figure { figure, compare, value } => {
                let name = FIGURES.iter().find(|(_, known)| known == figure);
                let sign = COMPARES.iter().find(|(_, known)| known == compare);
                write!(
                    f,
                    "{}{}{value}",
                    name.map_or("", |(name, _)| name),
                    sign.map_or("", |(sign, _)| sign)
                )
            }
            Atom::Department(department) => write!(f, "dept=={department}"),
            Atom::Leaving(ways) => write!(f, "leaving{{{}}}", ways.join(",")),
            Atom::Labels(alternatives) => {
                let alternatives: Vec<String> = alternatives.iter().map(|all| all.join("&")).collect();
                write!(f, "labels({})", alternatives.join("|"))
            }
            Atom::Complication { mcc: true, cc: true } => f.write_str("mcc|cc"),
            Atom::Complication { mcc: true, .. } => f.write_str("mcc"),
            Atom::Complication { .. } => f.write_str("cc"),
            Atom::OwnLists => f.write_str("ex"),
            Atom::Never => f.write_str("false"),
        }
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            List::Own(name) => f.write_str(name),
            List::Mdc => f.write_str("mdc"),
            List::Valid => f.write_str("VALID"),
            List::Inline(codes) => write!(f, "{{{}}}", codes.join(",")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_atom_reads_and_writes_the_same() {
        for text in [
            "true",
            "false",
            "dx0(zd)",
            "dx(mdc) & regions>=2",
            "!px0(VALID)",
            "px0(VALID+{96.0400,96.7201})",
            "dx1(zd1) & px1(ss2) & px({37.6300})",
            "dx(zd) & weight!=0 & weight>=1500 & weight<2000 & ageday<=28",
            "sex==1 & age==0 & los>7 & icuhours>=1",
            "dept==ICU",
            "los<5 & leaving{4,5}",
            "dx0(zd) & labels(1&2|1&3&4)",
            "mcc",
            "cc & age<=17",
            "ex & px0(ss) & mcc|cc",
            "dx0({B65.906+I98.3*})",
        ] {
            assert_eq!(Condition::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, part) in [
            ("", ""),
            ("dx0(zd) & ", ""),
            ("dx2(zd)", "dx2(zd)"),
            ("dx0(zd", "dx0(zd"),
            ("dx0(zz)", "dx0(zz)"),
            ("dx0()", "dx0()"),
            ("age<", "age<"),
            ("age<1.5", "age<1.5"),
            ("age<12345678", "age<12345678"),
            ("leaving{}", "leaving{}"),
            ("labels(1&)", "labels(1&)"),
            ("mcc|age<1", "mcc|age<1"),
            ("dept==", "dept=="),
        ] {
            assert_eq!(Condition::parse(text).unwrap_err(), part, "{text:?}");
        }
    }
}
