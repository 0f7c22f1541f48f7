//! Names of codes, tens of thousands of them, in one text.

use crate::codes::CodeId;

/// Codes and their names, in the order of the table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Each code, and where its name ends in `text`.
    ends: Vec<(CodeId, usize)>,
    text: String,
}

impl Names {
    pub(crate) fn push(&mut self, code: CodeId, name: &str) {
        self.text.push_str(name);
        self.ends.push((code, self.text.len()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(crate) fn codes(&self) -> impl Iterator<Item = CodeId> {
        self.ends.iter().map(|(code, _)| *code)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (CodeId, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |&(code, end)| {
            let name = &self.text[start..end];
            start = end;
            (code, name)
        })
    }
}
