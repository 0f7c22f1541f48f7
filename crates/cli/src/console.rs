//! Where text goes: data to stdout, words for people to stderr. A closed stdout ends quietly.

use crate::lang::pick;
use dianzhi::Failure;
use dianzhi::engine::{Lang, Text};
use dianzhi::policy::Diagnostic;
use serde::Serialize;
use std::cell::Cell;
use std::io::{self, Write};
use std::path::Path;

/// Most diagnostics that are shown one by one.
const SHOWN_MAX: usize = 50;

/// The terminal, or whatever stands in its place.
pub(crate) struct Console {
    /// The language of every message.
    pub(crate) lang: Lang,
    /// Data was lost on its way to stdout.
    lost: Cell<bool>,
    /// The run is there: what is lost on stdout can be read in it, and is no failure.
    done: Cell<bool>,
}

impl Console {
    pub(crate) fn new(lang: Lang) -> Console {
        Console {
            lang,
            lost: Cell::new(false),
            done: Cell::new(false),
        }
    }

    /// The run is there; from here on exit 2, "nothing published", would be untrue.
    pub(crate) fn run_is_there(&self) {
        self.done.set(true);
    }

    /// Data, to stdout.
    pub(crate) fn data(&self, data: &str) {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(data.as_bytes()).and_then(|()| stdout.flush());
        match written {
            Ok(()) => {}
            // The reader has what it wanted, as `head` does.
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => {}
            Err(e) if self.done.get() => self.say(&self.pick(
                format!("警告: 无法写到标准输出：{e}；结果目录完整"),
                format!("warning: cannot write to stdout: {e}; the run is there and whole"),
            )),
            Err(e) => {
                self.lost.set(true);
                self.error(
                    &Text::new(format!("无法写到标准输出：{e}"), format!("cannot write to stdout: {e}")),
                    None,
                );
            }
        }
    }

    /// A value as JSON, to stdout.
    pub(crate) fn json(&self, value: &impl Serialize) {
        match serde_json::to_string_pretty(value) {
            Ok(text) => self.data(&(text + "\n")),
            Err(e) => {
                self.lost.set(true);
                self.error(&Text::new(e.to_string(), e.to_string()), None);
            }
        }
    }

    /// Words for people, to stderr. Nobody is left to tell where that fails.
    pub(crate) fn say(&self, words: &str) {
        let mut stderr = io::stderr().lock();
        let _ = stderr
            .write_all(words.as_bytes())
            .and_then(|()| stderr.write_all(b"\n"));
    }

    /// The text of this console's language.
    pub(crate) fn pick<T>(&self, zh: T, en: T) -> T {
        pick(self.lang, zh, en)
    }

    /// An error that no catalogue has a code for, in the form of those that have one.
    pub(crate) fn error(&self, text: &Text, help: Option<&Text>) {
        let mut words = format!("{}: {}", self.pick("错误", "error"), text.get(self.lang));
        if let Some(help) = help {
            words += &format!("\n  = {}: {}", self.pick("帮助", "help"), help.get(self.lang));
        }
        self.say(&words);
    }

    /// Diagnostics one after another, an empty line between two; the first [`SHOWN_MAX`] of them.
    pub(crate) fn diagnostics(&self, diagnostics: &[Diagnostic]) {
        let mut shown: Vec<String> = diagnostics
            .iter()
            .take(SHOWN_MAX)
            .map(|diagnostic| diagnostic.render(self.lang))
            .collect();
        let more = diagnostics.len().saturating_sub(SHOWN_MAX);
        if more > 0 {
            shown.push(self.pick(format!("另有 {more} 处"), format!("and {more} more")));
        }
        if !shown.is_empty() {
            self.say(&shown.join("\n\n"));
        }
    }

    /// Tells why a command stopped; with `json` for programs as well. Gives its exit code.
    pub(crate) fn failure(&self, failure: &Failure, json: bool) -> u8 {
        let diagnostics = failure.diagnostics();
        let kept = match failure {
            Failure::TooManyRejects { kept, .. } | Failure::Broken { kept, .. } => kept.as_deref(),
            Failure::Refused(_) | Failure::Interrupted => None,
        };
        if json {
            self.json(&Failed {
                errors: &diagnostics,
                kept,
                interrupted: matches!(failure, Failure::Interrupted),
            });
        }
        self.diagnostics(&diagnostics);
        if let Some(kept) = kept {
            let kept = kept.display();
            self.say(&self.pick(
                format!("\n工作目录保留在 {kept}"),
                format!("\nThe work folder is kept: {kept}"),
            ));
        }
        if let Failure::Interrupted = failure {
            self.say(self.pick("已中断；没有发布任何结果", "interrupted; nothing was published"));
        }
        failure.exit_code()
    }

    /// The code to end with, given the command's own.
    pub(crate) fn exit_code(&self, code: u8) -> u8 {
        if self.lost.get() { code.max(2) } else { code }
    }
}

/// What `--json` prints where a command stopped.
#[derive(Serialize)]
struct Failed<'a> {
    errors: &'a [Diagnostic],
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<&'a Path>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    interrupted: bool,
}
