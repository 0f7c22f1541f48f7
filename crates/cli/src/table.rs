//! Text tables with aligned columns. Chinese characters take two columns of a terminal.

use unicode_width::UnicodeWidthStr;

/// Which side of its column a cell stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// A table: a line of headings and rows below it.
pub(crate) struct Table {
    sides: Vec<Side>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns.
    pub(crate) fn new<'a>(columns: impl IntoIterator<Item = (&'a str, Side)>) -> Table {
        let (headings, sides) = columns
            .into_iter()
            .map(|(heading, side)| (printable(heading), side))
            .unzip();
        Table {
            sides,
            rows: vec![headings],
        }
    }

    /// Adds a row. Cells beyond the columns are not shown.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| printable(&cell)).collect());
    }

    /// Leaves out the columns that hold nothing but blanks and zeros below their headings.
    pub(crate) fn without_zeros(mut self) -> Table {
        let is_nothing = |cell: &String| cell.chars().all(|c| matches!(c, '0' | '.' | '-' | '+'));
        let below = self.rows.get(1..).unwrap_or_default();
        let kept: Vec<bool> = (0..self.sides.len())
            .map(|column| !below.iter().filter_map(|row| row.get(column)).all(is_nothing))
            .collect();
        let keep = |column: usize| kept.get(column).copied().unwrap_or(true);
        self.sides = retained(self.sides, keep);
        self.rows = self.rows.into_iter().map(|row| retained(row, keep)).collect();
        self
    }

    /// The table as lines, each with an indent and a line end, without blanks at line ends.
    pub(crate) fn render(&self, indent: usize) -> String {
        let width_of = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.sides.len()).map(width_of).collect();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = " ".repeat(indent);
            for (i, ((cell, side), width)) in row.iter().zip(&self.sides).zip(&widths).enumerate() {
                if i > 0 {
                    line += "  ";
                }
                let gap = " ".repeat(width.saturating_sub(cell.width()));
                match side {
                    Side::Left => line += &(cell.clone() + &gap),
                    Side::Right => line += &(gap + cell),
                }
            }
            out += line.trim_end();
            out.push('\n');
        }
        out
    }
}

/// The items at the positions to keep.
fn retained<T>(items: Vec<T>, keep: impl Fn(usize) -> bool) -> Vec<T> {
    let numbered = items.into_iter().enumerate();
    numbered.filter(|(i, _)| keep(*i)).map(|(_, item)| item).collect()
}

/// Text from a file without the characters that steer a terminal or break a line.
pub(crate) fn printable(text: &str) -> String {
    let steers = |c: char| {
        // Marks that turn the direction of writing are no control characters for `char`.
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let mut table = Table::new([("机构", Side::Left), ("应付", Side::Right)]);
        table.row(["H1".to_owned(), "1,234.00".to_owned()]);
        table.row(["人民医院".to_owned(), "5.00".to_owned()]);
        assert_eq!(
            table.render(2),
            "  机构          应付\n  H1        1,234.00\n  人民医院      5.00\n"
        );
    }

    #[test]
    fn columns_of_zeros_are_left_out() {
        let mut table = Table::new(["code", "due", "billed", "band"].map(|name| (name, Side::Left)));
        table.row(["H1", "+1.00", "0.00", ""].map(str::to_owned));
        table.row(["H2", "0.00", "-0.00", ""].map(str::to_owned));
        assert_eq!(table.without_zeros().render(0), "code  due\nH1    +1.00\nH2    0.00\n");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(printable("a\u{1b}[31m\nb\u{202e}"), "a\u{fffd}[31m\u{fffd}b\u{fffd}");
    }
}
