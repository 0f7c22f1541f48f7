//! From a formula to a condition: what Python must ask to be safe and the language need not is left out.

use super::formula::{Asked, Asking, Formula, Names, formula};
use super::syntax::Expr;
use crate::scheme::{Atom, CodeKind, Condition, Figure, Which};

/// The condition that an expression says.
pub(super) fn condition<'a>(expr: &Expr<'a>, names: Names<'_, 'a>) -> Asking<Condition> {
    let mut asked = Vec::new();
    flatten(formula(expr, true, names)?, &mut asked).ok_or_else(|| expr.to_string())?;
    let mut atoms: Vec<Atom> = Vec::new();
    for one in &asked {
        match one {
            Asked::Atom(atom) if !atoms.contains(atom) => atoms.push(atom.clone()),
            Asked::Label(label) => atoms.push(Atom::Labels(vec![vec![(*label).to_owned()]])),
            _ => {}
        }
    }
    if !asked.iter().all(|one| is_answered(one, &atoms)) {
        return Err(expr.to_string());
    }
    let condition = Condition(without_weaker(&atoms));
    // A code may hold a sign of the language; what would not read back is not written.
    if Condition::parse(&condition.to_string()).as_ref() != Ok(&condition) {
        return Err(expr.to_string());
    }
    Ok(condition)
}

fn flatten<'a>(formula: Formula<'a>, asked: &mut Vec<Asked<'a>>) -> Option<()> {
    match formula {
        Formula::One(one) => asked.push(one),
        Formula::All(all) => all.into_iter().try_for_each(|one| flatten(one, asked))?,
        Formula::Any(any) => asked.push(Asked::Atom(alternatives(&any)?)),
    }
    Some(())
}

/// The atom that alternatives make together, if there is one.
fn alternatives(any: &[Formula<'_>]) -> Option<Atom> {
    labels(any)
        .map(Atom::Labels)
        .or_else(|| complications(any))
        .or_else(|| no_main_procedure_in(any))
        .or_else(|| in_any_list(any))
}

/// `"1" in m or ("2" in m and "3" in m)`
fn labels(any: &[Formula<'_>]) -> Option<Vec<Vec<String>>> {
    let label = |formula: &Formula<'_>| match formula {
        Formula::One(Asked::Label(label)) => Some((*label).to_owned()),
        _ => None,
    };
    let all = |formula: &Formula<'_>| match formula {
        Formula::All(all) => all.iter().map(label).collect(),
        one => Some(vec![label(one)?]),
    };
    any.iter().map(all).collect()
}

/// `has_mcc(…) or has_cc(…)`
fn complications(any: &[Formula<'_>]) -> Option<Atom> {
    let (mut has_mcc, mut has_cc) = (false, false);
    for one in any {
        let Formula::One(Asked::Atom(Atom::Complication { mcc, cc })) = one else {
            return None;
        };
        has_mcc |= mcc;
        has_cc |= cc;
    }
    Some(Atom::Complication {
        mcc: has_mcc,
        cc: has_cc,
    })
}

/// `not record.ssList or not record.ssList[0] in L`: without any, none is in the list.
fn no_main_procedure_in(any: &[Formula<'_>]) -> Option<Atom> {
    match any {
        [
            Formula::One(Asked::Procedures(false)),
            Formula::One(Asked::Atom(
                atom @ Atom::Codes {
                    kind: CodeKind::Procedure,
                    negated: true,
                    ..
                },
            )),
        ] => Some(atom.clone()),
        _ => None,
    }
}

/// `x in A or x in B`: in the union.
fn in_any_list(any: &[Formula<'_>]) -> Option<Atom> {
    let mut union: Option<(CodeKind, Which, Vec<_>)> = None;
    for one in any {
        let Formula::One(Asked::Atom(Atom::Codes {
            kind,
            which,
            lists,
            negated: false,
        })) = one
        else {
            return None;
        };
        match &mut union {
            None => union = Some((*kind, *which, lists.clone())),
            Some((k, w, known)) if (*k, *w) == (*kind, *which) => known.extend_from_slice(lists),
            Some(_) => return None,
        }
    }
    union.map(|(kind, which, lists)| Atom::Codes {
        kind,
        which,
        lists,
        negated: false,
    })
}

/// Whether what only guards another question has that question beside it: whoever asks what
/// procedure there is asks whether there is one.
fn is_answered(one: &Asked<'_>, atoms: &[Atom]) -> bool {
    let is_codes = |atom: &Atom, of: CodeKind, needed: Option<Which>| {
        matches!(atom, Atom::Codes { kind, which, negated: false, .. }
            if *kind == of && needed.is_none_or(|needed| needed == *which))
    };
    let is_figure = |atom: &Atom, of: Figure| matches!(atom, Atom::Figure { figure, .. } if *figure == of);
    match one {
        Asked::Always | Asked::Atom(_) | Asked::Label(_) => true,
        Asked::Procedures(some) => *some && atoms.iter().any(|atom| is_codes(atom, CodeKind::Procedure, None)),
        Asked::Others(kind) => atoms.iter().any(|atom| {
            let of_others = is_codes(atom, *kind, Some(Which::Other));
            of_others || (*kind == CodeKind::Diagnosis && matches!(atom, Atom::Complication { .. }))
        }),
        Asked::Given(figure) => atoms.iter().any(|atom| is_figure(atom, *figure)),
    }
}

/// Without `px(ss)` where `px0(ss)` stands beside it.
fn without_weaker(atoms: &[Atom]) -> Vec<Atom> {
    let is_weaker = |atom: &Atom| match atom {
        Atom::Codes {
            kind,
            which: Which::Any,
            lists,
            negated: false,
        } => atoms.iter().any(|other| {
            matches!(other, Atom::Codes { kind: k, which: Which::Main, lists: l, negated: false }
                if (k, l) == (kind, lists))
        }),
        _ => false,
    };
    atoms.iter().filter(|atom| !is_weaker(atom)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::super::formula::{MDC, OWN, VALID};
    use super::super::syntax::{What, statements};
    use super::super::token::lines;
    use super::*;

    fn meaning(text: &str) -> Result<String, String> {
        let source = format!("return {text}");
        let lines = lines(&source).unwrap();
        let found = statements(&lines).unwrap();
        let What::Return(expr) = &found[0].what else {
            panic!("{text}");
        };
        let lists: Vec<&str> = OWN.into_iter().chain([MDC, VALID]).collect();
        let names = Names {
            labels: Some("m"),
            lists: &lists,
        };
        condition(expr, names).map(|found| found.to_string())
    }

    #[test]
    fn each_kind_of_question() {
        for (source, expected) in [
            ("True", "true"),
            ("False and record.zdList[0] in mdc_zd", "false & dx0(mdc)"),
            ("True and record.zdList[0] not in adrg_zd", "!dx0(zd)"),
            ("intersect(record.zdList[1:],adrg_zd1)", "dx1(zd1)"),
            ("intersect(SS_VALID,record.ssList)", "px(VALID)"),
            ("not intersect(record.ssList,SS_VALID)", "!px(VALID)"),
            ("record.ssList and record.ssList[0] in adrg_ss", "px0(ss)"),
            (
                "record.ssList and record.ssList[0] in adrg_ss and intersect(record.ssList,adrg_ss) and intersect(record.ssList,adrg_ss1)",
                "px0(ss) & px(ss1)",
            ),
            ("not record.ssList or not record.ssList[0] in SS_VALID", "!px0(VALID)"),
            ("not record.ssList or record.ssList[0] not in SS_VALID", "!px0(VALID)"),
            (
                "record.ssList and (record.ssList[0] in SS_VALID or record.ssList[0] in ['1.1','2.2'])",
                "px0(VALID+{1.1,2.2})",
            ),
            ("record.ssList and '1.1' in record.ssList", "px({1.1})"),
            (
                "len(record.ssList)>1 and intersect(record.ssList[1:],['1.1'])",
                "px1({1.1})",
            ),
            ("record.ageDay!=None and record.ageDay<=28", "ageday<=28"),
            (
                "record.weight and record.weight>=1500 and record.weight<2000",
                "weight!=0 & weight>=1500 & weight<2000",
            ),
            ("7<=record.inHospitalTime<14", "los>=7 & los<14"),
            ("1<=record.icuHours<=120", "icuhours>=1 & icuhours<=120"),
            ("int(record.age)==0", "age==0"),
            ("record.gender==1", "sex==1"),
            ("record.gender==\"2\"", "sex==2"),
            ("record.dept=='ICU'", "dept==ICU"),
            ("record.leavingType in ['4','5']", "leaving{4,5}"),
            ("('1' in m and '2' in m) or ('1' in m and '3' in m)", "labels(1&2|1&3)"),
            ("'1' in m or ('2' in m and '3' in m)", "labels(1|2&3)"),
            (
                "len(record.zdList)>1 and (has_mcc(record.zdList[0],record.zdList[1:]) or has_cc(record.zdList[0],record.zdList[1:])) and record.age<14",
                "mcc|cc & age<14",
            ),
            ("has_cc(record.zdList[0],record.zdList[1:])", "cc"),
        ] {
            assert_eq!(meaning(source).as_deref(), Ok(expected), "{source}");
        }
    }

    #[test]
    fn what_has_no_such_meaning_is_named() {
        for (source, part) in [
            ("record.ssList", "record.ssList"),
            ("len(record.zdList)>1", "len(record.zdList)>1"),
            ("len(record.zdList)>2 and record.age<1", "len(record.zdList)>2"),
            ("record.age!=None", "record.age!=None"),
            ("record.amount>5", "record.amount>5"),
            ("record.age<1 or record.age>3", "(record.age<1 or record.age>3)"),
            ("not record.age<1", "record.age<1"),
            ("not 1<record.age<3", "1<record.age<3"),
            ("record.ssList[0] in adrg_zd", "record.ssList[0] in adrg_zd"),
            ("record.ssList[1] in adrg_ss", "record.ssList[1] in adrg_ss"),
            ("'1' in n", "'1' in n"),
            ("record.gender==3", "record.gender==3"),
            ("record.age<99999999999", "record.age<99999999999"),
            ("'a b' in record.ssList", "'a b' in record.ssList"),
            (
                "has_mcc(record.zdList[0],record.zdList)",
                "has_mcc(record.zdList[0],record.zdList)",
            ),
            (
                "record.ssList and record.ssList[0] not in adrg_ss",
                "record.ssList and record.ssList[0] not in adrg_ss",
            ),
            ("probe(record)", "probe(record)"),
            ("record.zdList[0] in adrg_zd2", "record.zdList[0] in adrg_zd2"),
        ] {
            assert_eq!(meaning(source).unwrap_err(), part, "{source}");
        }
    }
}
