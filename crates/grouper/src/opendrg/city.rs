//! One city: every file that its search reaches, in the order in which it is tried.

use super::adrg::{Functions, Place, Rule, Split, extra, rule, splits};
use super::function::Lists;
use super::mdc::{Mdc, mdc};
use super::results::{InFile, Style, order, style};
use super::source::{City, Misread, not_understood, nothing};
use crate::error::W219;
use crate::scheme::Condition;
use crate::scheme::tables::place;
use dianzhi_core::Text;
use dianzhi_policy::Diagnostic;
use rustc_hash::FxHashMap;

/// What a city's sources say.
#[derive(Default)]
pub(super) struct Sources {
    pub(super) style: Option<Style>,
    /// In order, with their codes.
    pub(super) mdcs: Vec<(String, Mdc)>,
    /// By MDC in order, with their names.
    pub(super) rules: Vec<(String, String, Rule)>,
    /// Rule, DRG, condition.
    pub(super) splits: Vec<(String, String, Condition)>,
    /// DRGs with lists of their own.
    pub(super) lists: Vec<(String, Lists)>,
    pub(super) found: Vec<Diagnostic>,
    /// What was read in another way than it stands.
    pub(super) warnings: Vec<Diagnostic>,
    /// Files of `DRG` that were read; `None`: there is none of that name, or it is not understood.
    functions: FxHashMap<String, Option<Functions>>,
    /// DRGs with lists, and the file that each is from.
    files: FxHashMap<String, String>,
}

impl Sources {
    /// Reads a city's sources; mistakes are gathered.
    pub(super) fn read(city: &City) -> Sources {
        let mut sources = Sources::default();
        if let Err(mistake) = sources.city(city) {
            sources.found.push(mistake);
        }
        sources
    }

    fn city(&mut self, city: &City) -> Result<(), Diagnostic> {
        let grouper = city.file("Grouper.py")?;
        let mdcs = order(grouper.text()?).map_err(|misread| misread.of(&grouper.name))?;
        for (name, line) in mdcs {
            if let Err(mistake) = self.mdc(city, &name, &grouper.name, line) {
                self.found.push(mistake);
            }
        }
        let results = city.file(&format!("Grouper_{}.py", city.code()))?;
        let base = city.file("Base.py")?;
        let style = style(results.text()?, base.text()?);
        let style = style.map_err(|(file, misread)| match file {
            InFile::Grouper => misread.of(&results.name),
            InFile::Base => misread.of(&base.name),
        })?;
        self.style = Some(style);
        Ok(())
    }

    fn mdc(&mut self, city: &City, name: &str, named_in: &str, line: usize) -> Result<(), Diagnostic> {
        let path = format!("MDC/{name}.py");
        let file = city.file_if_any(&path)?;
        let file = file.ok_or_else(|| nothing(named_in, line, &path))?;
        let mut mdc = mdc(file.text()?).map_err(|misread| misread.of(&file.name))?;
        self.expand(city, &mut mdc, &file.name)?;
        let letter = name.strip_prefix("MDC").filter(|letter| letter.len() == 1);
        let letter = letter.ok_or_else(|| Misread::new(line, name).of(named_in))?;
        for (rule, line) in &mdc.rules {
            if let Err(mistake) = self.rule(city, (name, letter), rule, &file.name, *line) {
                self.found.push(mistake);
            }
        }
        if let Some((_, code, line, _)) = &mdc.branch
            && *code != format!("{letter}QY")
        {
            return Err(elsewhere(&file.name, *line, code, name));
        }
        self.mdcs.push((name.to_owned(), mdc));
        Ok(())
    }

    /// Two published cities name an ADRG whose file is not there but those of its rules are, with
    /// suffixes; Python cannot load them. The rules take its place, in order.
    fn expand(&mut self, city: &City, mdc: &mut Mdc, named_in: &str) -> Result<(), Diagnostic> {
        let before_branch = mdc.branch.as_ref().map(|(_, _, _, before)| *before);
        let mut expanded = Vec::new();
        for (position, (name, line)) in std::mem::take(&mut mdc.rules).into_iter().enumerate() {
            let is_there = city.file_if_any(&format!("ADRG/{name}.py"))?.is_some();
            let others = if is_there { Vec::new() } else { city.rules_like(&name) };
            if others.is_empty() {
                expanded.push((name, line));
                continue;
            }
            if let Some((_, _, _, before)) = &mut mdc.branch
                && before_branch.is_some_and(|before| position < before)
            {
                *before += others.len() - 1;
            }
            self.warnings.push(read_as(named_in, line, &name, &others.join(" ")));
            expanded.extend(others.into_iter().map(|other| (other, line)));
        }
        mdc.rules = expanded;
        Ok(())
    }

    fn rule(
        &mut self,
        city: &City,
        (mdc, letter): (&str, &str),
        name: &str,
        named_in: &str,
        line: usize,
    ) -> Result<(), Diagnostic> {
        let path = format!("ADRG/{name}.py");
        let file = city.file_if_any(&path)?;
        let file = file.ok_or_else(|| nothing(named_in, line, &path))?;
        let rule = rule(file.text()?).map_err(|misread| misread.of(&file.name))?;
        // The results' MDC and ADRG are cut from the DRG's code.
        let code = name.split_once('_').map_or(name, |(code, _)| code);
        let is_sound =
            code.len() == 3 && code.starts_with(letter) && !matches!(code.get(1..), None | Some("00" | "QY"));
        if !is_sound {
            return Err(elsewhere(named_in, line, name, mdc));
        }
        let belongs = |drg: &str, line| {
            let does = drg.starts_with(code);
            does.then_some(()).ok_or_else(|| elsewhere(&file.name, line, drg, name))
        };
        if let Some(otherwise) = &rule.otherwise {
            belongs(otherwise, rule.otherwise_line)?;
        }
        for split in &rule.splits {
            belongs(&split.drg, split.line)?;
            let condition = self.split(city, split, &file.name)?;
            self.splits.push((name.to_owned(), split.drg.clone(), condition));
        }
        self.rules.push((mdc.to_owned(), name.to_owned(), rule));
        Ok(())
    }

    /// The condition of a split, wherever it is defined.
    fn split(&mut self, city: &City, split: &Split, named_in: &str) -> Result<Condition, Diagnostic> {
        match &split.at {
            Place::File(module) => self.extra(city, split, module, named_in),
            Place::Function(module, function) => {
                let path = format!("DRG/{module}.py");
                if !self.functions.contains_key(module) {
                    let read = self.drg_file(city, &path);
                    self.functions.insert(module.clone(), read);
                }
                let absent = || nothing(named_in, split.line, &format!("{path}: {function}"));
                // A file that is not understood is named once, at the first of its splits.
                let Some(functions) = self.functions.get(module).and_then(Option::as_ref) else {
                    return Err(absent());
                };
                match functions.get(function) {
                    Some(Ok(condition)) => Ok(condition.clone()),
                    Some(Err(misread)) => Err(misread.clone().of(&city.shown(&path))),
                    None => Err(absent()),
                }
            }
        }
    }

    fn drg_file(&mut self, city: &City, path: &str) -> Option<Functions> {
        let file = city.file_if_any(path);
        let read = file.and_then(|file| match file {
            None => Ok(None),
            Some(file) => splits(file.text()?).map(Some).map_err(|misread| misread.of(&file.name)),
        });
        read.unwrap_or_else(|mistake| {
            self.found.push(mistake);
            None
        })
    }

    /// A split with lists of its own. Some sources name it without importing it, which Python
    /// notices when it gets there; it is read as it is written.
    fn extra(&mut self, city: &City, split: &Split, module: &str, named_in: &str) -> Result<Condition, Diagnostic> {
        let path = format!("DRG_EX/{module}.py");
        let file = city.file_if_any(&path)?;
        let file = file.ok_or_else(|| nothing(named_in, split.line, &path))?;
        let extra = extra(file.text()?).map_err(|misread| misread.of(&file.name))?;
        match self.files.get(&split.drg) {
            Some(known) if known == module => {}
            Some(known) => {
                return Err(not_understood(
                    named_in,
                    split.line,
                    Text::new(
                        format!("{} 的列表既在 {known} 又在 {module}", split.drg),
                        format!("{} has lists in {known} and in {module}", split.drg),
                    ),
                ));
            }
            None => {
                self.files.insert(split.drg.clone(), module.to_owned());
                self.lists.push((split.drg.clone(), extra.lists));
            }
        }
        Ok(extra.condition)
    }
}

/// A code that is given where it does not belong.
fn elsewhere(file: &str, line: usize, code: &str, owner: &str) -> Diagnostic {
    not_understood(
        file,
        line,
        Text::new(
            format!("{code} 不是 {owner} 的代码"),
            format!("{code} is no code of {owner}"),
        ),
    )
}

fn read_as(file: &str, line: usize, name: &str, others: &str) -> Diagnostic {
    let text = Text::new(
        format!("没有 ADRG/{name}.py，按 {others} 读取"),
        format!("there is no ADRG/{name}.py; {others} were read in its place"),
    );
    let help = Text::new(
        "核对该 ADRG 的规则",
        "compare the rules of this ADRG with the published ones",
    );
    Diagnostic::warning(W219.id, text, help).at(place(file, line))
}
