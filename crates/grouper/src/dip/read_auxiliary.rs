//! The tables of the auxiliary catalogues.

use super::directory::{
    AuxiliaryTables, Band, Catalogue, Comorbidity, Diagnoses, DipType, Factor, GradeRule, Graded, Unit,
};
use super::header::{Combine, DipHeader};
use super::read::Reader;
use super::rows::{Row, Seen};
use crate::codes::folded;
use crate::error::{S117, S118, S121};
use dianzhi_core::{Decimal, Text};
use dianzhi_policy::Diagnostic;
use rustc_hash::{FxHashMap, FxHashSet};

/// Levels that rows name, also rows that have a mistake: who refers to one has none.
type Levels = FxHashSet<(Catalogue, String)>;

/// Bands name their levels before factors refer to them.
pub(super) fn read(reader: &mut Reader<'_>, header: Option<&DipHeader>, types: &[DipType]) -> AuxiliaryTables {
    let mut seen = Seen::default();
    let cci = reader.table("cci.tsv", &["dx", "score"], &["condition"], |row| {
        let [dx, score, condition] = row.fields;
        let diagnoses = once(&mut seen, row, dx)?;
        let score = whole(row, "score", score)?;
        // Without a condition a row is one of its own.
        let condition = if condition.is_empty() { dx } else { condition };
        Ok(Comorbidity {
            diagnoses,
            score,
            condition: condition.to_owned(),
        })
    });
    let severity = graded(reader, "severity.tsv");
    let tumour = graded(reader, "tumour.tsv");
    let mut levels = Levels::default();
    let bands = bands(reader, header, &mut levels);
    let grades = grades(reader, header, [&severity, &tumour], &mut levels);
    let factors = factors(reader, header, types, &levels);
    AuxiliaryTables {
        cci,
        severity,
        tumour,
        bands,
        grades,
        factors,
    }
}

fn once<const N: usize>(seen: &mut Seen, row: &Row<'_, N>, dx: &str) -> Result<Diagnoses, Diagnostic> {
    let diagnoses = row.diagnoses(dx)?;
    seen.once(row, &folded(dx), dx)?;
    Ok(diagnoses)
}

fn graded(reader: &mut Reader<'_>, name: &str) -> Vec<Graded> {
    let mut seen = Seen::default();
    reader.table(name, &["dx", "grade"], &[], |row| {
        let [dx, grade] = row.fields;
        let diagnoses = once(&mut seen, row, dx)?;
        if grade.is_empty() {
            return Err(row.bad("grade 为空", "the grade is empty"));
        }
        Ok(Graded {
            diagnoses,
            grade: grade.to_owned(),
        })
    })
}

fn whole<const N: usize>(row: &Row<'_, N>, column: &str, text: &str) -> Result<i32, Diagnostic> {
    let digits = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| {
        let zh = format!("{column} {text:?} 不是整数（不超过九位）");
        let en = format!("{column} {text:?} is no whole number of at most nine digits");
        row.bad(&zh, &en)
    })
}

/// Both ends inside; an empty end is none.
fn span<const N: usize>(row: &Row<'_, N>, names: [&str; 2], from: &str, to: &str) -> Result<(i32, i32), Diagnostic> {
    let [from_name, to_name] = names;
    let from = if from.is_empty() {
        0
    } else {
        whole(row, from_name, from)?
    };
    let to = if to.is_empty() {
        i32::MAX
    } else {
        whole(row, to_name, to)?
    };
    if from > to {
        let zh = format!("{from_name} {from} 大于 {to_name} {to}");
        return Err(row.bad(&zh, &format!("{from_name} {from} is above {to_name} {to}")));
    }
    Ok((from, to))
}

/// A catalogue, of those with bands or of those without where only these may stand.
fn catalogue<const N: usize>(row: &Row<'_, N>, word: &str, banded: Option<bool>) -> Result<Catalogue, Diagnostic> {
    let may = |catalogue: &Catalogue| banded.is_none_or(|banded| banded == catalogue.is_banded());
    Catalogue::read(word).filter(may).ok_or_else(|| {
        let known = Catalogue::ALL.into_iter().filter(may).map(Catalogue::as_str);
        let known = known.collect::<Vec<_>>().join(" ");
        let zh = format!("catalogue {word:?} 应为其中之一：{known}");
        row.bad(&zh, &format!("catalogue {word:?} must be one of: {known}"))
    })
}

fn bands(reader: &mut Reader<'_>, header: Option<&DipHeader>, levels: &mut Levels) -> Vec<Band> {
    let mut read: Vec<Band> = Vec::new();
    let mut lacks_key = None;
    let columns = ["catalogue", "level", "unit", "from", "to"];
    reader.table("bands.tsv", &columns, &[], |row| {
        let [word, level, unit, from, to] = row.fields;
        let catalogue = catalogue(row, word, Some(true))?;
        levels.insert((catalogue, level.to_owned()));
        let unit = match (catalogue, unit) {
            (Catalogue::Age, "days") => Unit::AgeDays,
            (Catalogue::Age, "years") => Unit::Plain,
            (Catalogue::Age, _) => {
                let zh = format!("年龄的 unit {unit:?} 应为 days 或 years");
                return Err(row.bad(&zh, &format!("unit {unit:?} of an age must be days or years")));
            }
            (Catalogue::Cci, "") | (Catalogue::Icu | Catalogue::Stay, "" | "days") => Unit::Plain,
            (_, _) => {
                let zh = format!("{word} 不用 unit {unit:?}");
                return Err(row.bad(&zh, &format!("{word} has no unit {unit:?}")));
            }
        };
        if level.is_empty() {
            return Err(row.bad("level 为空", "the level is empty"));
        }
        let unsaid = |header: &DipHeader| header.auxiliary.icu_days.is_none();
        if catalogue == Catalogue::Icu && lacks_key.is_none() && header.is_some_and(unsaid) {
            let zh = "directory.toml 未写 auxiliary.icu_days（completed 或 started）";
            let en = "directory.toml does not say auxiliary.icu_days (completed or started)";
            lacks_key = Some(row.error(S118, Text::new(zh, en)));
        }
        let (from, to) = span(row, ["from", "to"], from, to)?;
        let band = Band {
            catalogue,
            level: level.to_owned(),
            unit,
            from,
            to,
            line: row.line,
        };
        let clash = read.iter().find(|other| overlap(other, &band)).map(|other| other.line);
        read.push(band);
        match clash {
            None => Ok(()),
            Some(line) => {
                let zh = format!("{word} 的 {level} 与第 {line} 行的区间重叠");
                let en = format!("the band {level} of {word} overlaps the one of line {line}");
                Err(row.error(S117, Text::new(zh, en)))
            }
        }
    });
    reader.found.extend(lacks_key);
    read
}

/// Ages in days are ages below one year.
fn overlap(a: &Band, b: &Band) -> bool {
    let same = a.unit == b.unit && a.from <= b.to && b.from <= a.to;
    let days_and_year_0 = a.unit != b.unit && [a, b].iter().all(|band| band.unit == Unit::AgeDays || band.from == 0);
    a.catalogue == b.catalogue && (same || days_and_year_0)
}

fn grades(
    reader: &mut Reader<'_>,
    header: Option<&DipHeader>,
    graded: [&[Graded]; 2],
    levels: &mut Levels,
) -> Vec<GradeRule> {
    let mut lacks_key = None;
    let columns = ["catalogue", "level", "grade", "death", "stay_from", "stay_to"];
    let grades_of = |rows: &[Graded]| -> FxHashSet<String> { rows.iter().map(|row| row.grade.clone()).collect() };
    let [severity, tumour] = graded.map(grades_of);
    let none = FxHashSet::default();
    let read = reader.table("grades.tsv", &columns, &[], |row| {
        let [word, level, grade, death, stay_from, stay_to] = row.fields;
        let catalogue = catalogue(row, word, Some(false))?;
        levels.insert((catalogue, level.to_owned()));
        if level.is_empty() {
            return Err(row.bad("level 为空", "the level is empty"));
        }
        let known = match catalogue {
            Catalogue::Severity => &severity,
            Catalogue::Tumour => &tumour,
            _ => &none,
        };
        if !grade.is_empty() && !known.contains(grade) {
            let zh = format!("grade {grade:?} 在 {word}.tsv 中没有");
            return Err(row.error(S118, Text::new(zh, format!("{word}.tsv has no grade {grade:?}"))));
        }
        let unsaid = |header: &DipHeader| header.auxiliary.tumours.0.is_empty();
        if catalogue == Catalogue::Tumour && lacks_key.is_none() && header.is_some_and(unsaid) {
            let zh = "directory.toml 未写 auxiliary.tumours（哪些主要诊断是肿瘤）";
            let en = "directory.toml does not say auxiliary.tumours (which principal diagnoses are tumours)";
            lacks_key = Some(row.error(S118, Text::new(zh, en)));
        }
        let death = match death {
            "" => None,
            "yes" => Some(true),
            "no" => Some(false),
            other => {
                let zh = format!("death {other:?} 应为 yes、no 或空");
                return Err(row.bad(&zh, &format!("death {other:?} must be yes, no or empty")));
            }
        };
        let asks_stay = !(stay_from.is_empty() && stay_to.is_empty());
        let stay = span(row, ["stay_from", "stay_to"], stay_from, stay_to)?;
        Ok(GradeRule {
            catalogue,
            level: level.to_owned(),
            grade: grade.to_owned(),
            death,
            stay: asks_stay.then_some(stay),
        })
    });
    reader.found.extend(lacks_key);
    read
}

fn factors(reader: &mut Reader<'_>, header: Option<&DipHeader>, types: &[DipType], levels: &Levels) -> Vec<Factor> {
    let by_code: FxHashMap<&str, usize> = types
        .iter()
        .enumerate()
        .map(|(position, known)| (known.code.as_str(), position))
        .collect();
    let named = std::mem::take(&mut reader.named);
    let mut seen = Seen::default();
    let multiplied = header.is_some_and(|header| header.auxiliary.combine == Combine::Product);
    let mut widest = Widest::default();
    reader.table("auxiliary.tsv", &["type", "catalogue", "level", "factor"], &[], |row| {
        let [code, word, level, factor] = row.fields;
        seen.once(
            row,
            &format!("{code}\t{word}\t{level}"),
            &format!("{code} {word} {level}"),
        )?;
        let of = match code {
            "*" => None,
            code if named.has(code) => by_code.get(code).copied(),
            code => {
                let zh = format!("types.tsv 没有病种 {code:?}");
                return Err(row.error(S118, Text::new(zh, format!("types.tsv has no type {code:?}"))));
            }
        };
        let catalogue = catalogue(row, word, None)?;
        let known = levels.contains(&(catalogue, level.to_owned()));
        if !known {
            let table = if catalogue.is_banded() {
                "bands.tsv"
            } else {
                "grades.tsv"
            };
            let zh = format!("{table} 没有 {word} 的 {level:?} 级");
            return Err(row.error(S118, Text::new(zh, format!("{table} has no level {level:?} of {word}"))));
        }
        let factor = row.decimal("factor", factor)?;
        if factor <= Decimal::ZERO {
            return Err(row.bad("factor 应大于 0", "factor must be above 0"));
        }
        if multiplied && !widest.takes(catalogue, factor) {
            let zh = "factor 位数过多，连乘的结果无法精确表示";
            let en = "factor has so many digits that the product of the catalogues' factors would not be exact";
            return Err(row.error(S121, Text::new(zh, en)));
        }
        Ok(Factor {
            of,
            catalogue,
            level: level.to_owned(),
            factor,
        })
    })
}

/// For each catalogue the largest digits and the most decimals of its factors: their product must
/// fit a decimal of 96 bits and 28 places.
#[derive(Default)]
struct Widest([(i128, u32); Catalogue::ALL.len()]);

impl Widest {
    fn takes(&mut self, catalogue: Catalogue, factor: Decimal) -> bool {
        let factor = factor.normalize();
        let mut with = self.0;
        let (digits, places) = &mut with[catalogue.position()];
        *digits = factor.mantissa().max(*digits);
        *places = factor.scale().max(*places);
        let product = with
            .iter()
            .try_fold(1i128, |product, (digits, _)| product.checked_mul((*digits).max(1)));
        let fits = product.is_some_and(|product| product < 1 << 96)
            && with.iter().map(|(_, places)| places).sum::<u32>() <= 28;
        if fits {
            self.0 = with;
        }
        fits
    }
}
