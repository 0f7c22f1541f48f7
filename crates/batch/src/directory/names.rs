//! Names of diagnoses and procedures, out of the tables that the plan gives: a type is named by them, and by the code
//! where they have none.

use crate::codes::T107;
use crate::error::{Failure, error, place};
use crate::input::names::{Named, names};
use crate::input::source::{Fingerprint, InputFile, Role};
use crate::input::table::Table;
use crate::input::tables::Lined;
use dianzhi_core::Text;
use dianzhi_grouper::folded;
use dianzhi_policy::fields::Table as Kind;
use dianzhi_policy::{Diagnostic, DirectoryPlan, EncodingChoice};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// The tables of names as read.
#[derive(Default)]
pub(super) struct Names {
    /// The files, with what they held.
    pub(super) files: Vec<(InputFile, Fingerprint)>,
    /// By code as it is looked up.
    names: FxHashMap<String, Known>,
}

/// A name, and where it stands.
struct Known {
    name: String,
    file: String,
    line: u64,
}

impl Names {
    /// Reads them; all mistakes of all of them at once.
    pub(super) fn load(plan: &DirectoryPlan) -> Result<Names, Failure> {
        let mut found = Names::default();
        let mut mistakes = Vec::new();
        for name in &plan.names {
            let input = InputFile {
                role: Role::Names,
                name: name.clone(),
                path: plan.dir().join(name),
            };
            let table = Table::read(&input, Kind::Names, EncodingChoice::Auto, &plan.columns, false);
            match table.and_then(|table| Ok((names(&table)?, table.fingerprint))) {
                Err(wrong) => mistakes.extend(wrong),
                Ok((rows, fingerprint)) => {
                    mistakes.extend(found.add(rows, name));
                    found.files.push((input, fingerprint));
                }
            }
        }
        if mistakes.is_empty() {
            Ok(found)
        } else {
            Err(mistakes.into())
        }
    }

    /// Adds a table; with what it calls otherwise than a row before. National tables repeat codes with their names.
    fn add(&mut self, rows: Lined<Named>, file: &str) -> Vec<Diagnostic> {
        let mut mistakes = Vec::new();
        for (Named { code, name }, line) in rows.values.into_iter().zip(rows.lines) {
            match self.names.entry(looked_up(&code)) {
                Entry::Vacant(new) => {
                    let file = file.to_owned();
                    new.insert(Known { name, file, line });
                }
                Entry::Occupied(known) if known.get().name == name => {}
                Entry::Occupied(known) => {
                    let known = known.get();
                    let text = Text::new(format!("{code} 有两个名称"), format!("{code} has two names"));
                    let help = Text::new("一个编码只保留一个名称", "keep one name of each code");
                    let label = Text::new("首次出现于此", "first here");
                    let mistake = error(T107, text, help).at(place(file, line));
                    mistakes.push(mistake.also(place(&known.file, known.line), label));
                }
            }
        }
        mistakes
    }

    /// The name of a code, or the code.
    pub(super) fn of<'c>(&'c self, code: &'c str) -> &'c str {
        self.names.get(&looked_up(code)).map_or(code, |known| &known.name)
    }
}

/// A code as its name is looked up: the point between letters and digits is not counted.
fn looked_up(code: &str) -> String {
    let mut code = folded(code);
    code.retain(|c| c != '.');
    code
}
